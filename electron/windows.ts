/** Opens the windows: the console's and one for each wall, where it was the last time, and home while its display is gone. */
import { app, type BrowserWindow, type Display, screen } from 'electron'
import type { DisplayChoice } from '../renderer/host/workstation-bridge.ts'
import { displayOf, moveFor, numbered, placeWindow, type WallNumber } from './displays.ts'
import { createWindow, pageOf } from './new-window.ts'
import type { SavedWindow, WindowState } from './window-state.ts'

interface OpenWindow {
  wall: WallNumber
  /** The display it belongs on, even while it is away. */
  display: number
  isAway: boolean
  window: BrowserWindow
}

export interface Windows {
  /** Brings the wall of this number forward; on the display of this number where one is given, else where it was the last time. */
  openWall(wall: number, display: number | null): void
  displays(): DisplayChoice[]
  /** The windows that were open the last time, and the console in any case. */
  restore(): void
  /** The console's window, brought forward. */
  showConsole(): BrowserWindow
  all(): BrowserWindow[]
}

interface Options {
  preload: string
  state: WindowState
  /** Called with each new window before its page is loaded. */
  onOpened: (window: BrowserWindow) => void
  /** Told how many walls are open whenever one opens or closes. */
  onWalls: (count: number) => void
}

const inOrder = () => numbered(screen.getAllDisplays(), screen.getPrimaryDisplay())
const displayWith = (id: number) => screen.getAllDisplays().find((display) => display.id === id)

function bringForward(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.focus()
}

function fill(window: BrowserWindow, saved: SavedWindow | undefined): void {
  if (saved?.isMaximized) window.maximize()
  if (saved?.isFullscreen) window.setFullScreen(true)
}

/** What fills a display must let go of it before it can be put on another. */
function put(window: BrowserWindow, display: Display, saved: SavedWindow | undefined): void {
  window.setFullScreen(false)
  if (window.isMaximized()) window.unmaximize()
  window.setBounds(placeWindow(saved?.bounds, display))
  fill(window, saved)
}

/** Tells when the window was moved or resized and has come to rest. */
function whenAtRest(window: BrowserWindow, tell: () => void): void {
  let timer: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(tell, 500)
  }
  for (const event of ['resize', 'move', 'maximize', 'unmaximize', 'enter-full-screen', 'leave-full-screen'] as const)
    window.on(event as 'resize', soon)
  window.on('close', () => clearTimeout(timer))
}

export function createWindows({ preload, state, onOpened, onWalls }: Options): Windows {
  const windows = new Map<WallNumber, OpenWindow>()
  let isQuitting = false
  app.on('before-quit', () => (isQuitting = true))
  const countWalls = () => onWalls([...windows.keys()].filter((wall) => wall !== null).length)

  function save(opened: OpenWindow, isOpen: boolean): void {
    const { wall, window } = opened
    const earlier = state.find(wall)
    // How it stands while it is away says nothing about its own display.
    if (earlier && (opened.isAway || !displayWith(opened.display))) return state.put({ ...earlier, isOpen })
    const bounds = window.getNormalBounds()
    const [isMaximized, isFullscreen] = [window.isMaximized(), window.isFullScreen()]
    opened.display = displayOf(window.getBounds(), opened.display, screen.getAllDisplays())
    state.put({ wall, display: opened.display, bounds, isMaximized, isFullscreen, isOpen })
  }

  function follow(opened: OpenWindow): void {
    const { window, wall } = opened
    whenAtRest(window, () => save(opened, true))
    // What was open when the operator quit opens again; what was closed by hand does not.
    window.on('close', () => save(opened, isQuitting || wall === null))
    window.once('closed', () => {
      windows.delete(wall)
      countWalls()
      // The console is the program; a wall without it would be an orphan.
      if (wall === null) app.quit()
    })
  }

  /** @param belongs the display it belongs on, if that is not the one it is opened on: it is away then */
  function open(wall: WallNumber, display: Display, { belongs = display.id, isBehind = false } = {}): OpenWindow {
    const saved = state.find(wall)
    const isAway = belongs !== display.id
    const atHome = !isAway && saved?.display === display.id ? saved : undefined
    const window = createWindow(preload, placeWindow(atHome?.bounds, display))
    const opened: OpenWindow = { wall, display: belongs, isAway, window }
    windows.set(wall, opened)
    follow(opened)
    onOpened(window)
    countWalls()
    window.once('ready-to-show', () => {
      if (!opened.isAway) fill(window, atHome)
      if (!isBehind) return window.show()
      window.showInactive()
      windows.get(null)?.window.moveTop()
    })
    save(opened, true)
    void window.loadURL(pageOf(wall)).catch(() => undefined)
    return opened
  }

  /** At home while its display is not there. The console stays in front of a wall that nobody has asked for just now. */
  function restoreWindow({ wall, display }: SavedWindow): void {
    open(wall, displayWith(display) ?? screen.getPrimaryDisplay(), { belongs: display, isBehind: wall !== null })
  }

  function moveTo(opened: OpenWindow, display: Display): void {
    const saved = state.find(opened.wall)
    opened.display = display.id
    opened.isAway = false
    put(opened.window, display, saved?.display === display.id ? saved : undefined)
  }

  function displaysChanged(): void {
    for (const opened of windows.values()) {
      const move = moveFor(opened, screen.getAllDisplays())
      if (move === 'stay') continue
      const own = displayWith(opened.display)
      if (own) moveTo(opened, own)
      else {
        opened.isAway = true
        put(opened.window, screen.getPrimaryDisplay(), undefined)
        windows.get(null)?.window.moveTop()
      }
    }
  }
  screen.on('display-added', displaysChanged)
  screen.on('display-removed', displaysChanged)

  function showConsole(): BrowserWindow {
    const { window } = windows.get(null) ?? open(null, screen.getPrimaryDisplay())
    bringForward(window)
    return window
  }

  return {
    openWall(wall, number) {
      const chosen = number === null ? undefined : inOrder()[number]
      const present = windows.get(wall)
      const last = displayWith(state.find(wall)?.display ?? Number.NaN)
      const main = screen.getPrimaryDisplay()
      if (!present) return void open(wall, chosen ?? last ?? main)
      if (chosen && chosen.id !== present.display) moveTo(present, chosen)
      bringForward(present.window)
    },
    displays: () =>
      inOrder().map(({ id, label, size, scaleFactor }, number) => ({
        ...{ number, name: label ?? '' },
        ...{ width: Math.round(size.width * scaleFactor), height: Math.round(size.height * scaleFactor) },
        walls: [...windows.values()].flatMap(({ wall, display }) => (wall !== null && display === id ? [wall] : [])),
      })),
    restore() {
      const own = state.find(null)
      if (own) restoreWindow(own)
      else open(null, screen.getPrimaryDisplay())
      for (const saved of state.all()) if (saved.isOpen && saved.wall !== null) restoreWindow(saved)
    },
    showConsole,
    all: () => [...windows.values()].map(({ window }) => window),
  }
}
