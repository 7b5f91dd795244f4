/** Opens the windows: one of a role on a display, where it was the last time, and home while its display is gone. */
import { app, BrowserWindow, type Display, screen } from 'electron'
import { displayNumber, moveFor, placeWindow, windowKey, type WindowRole } from './displays.ts'
import type { SavedWindow, WindowState } from './window-state.ts'

interface OpenWindow {
  role: WindowRole
  /** The display it belongs on, even while it is away. */
  display: number
  isAway: boolean
  window: BrowserWindow
}

export interface Windows {
  /** @param display 0 is the main one, then from left to right */
  open(role: WindowRole, display: number): BrowserWindow
  /** The windows that were open the last time, and the console in any case. */
  restore(): void
  /** The console's window, brought forward. */
  showConsole(): BrowserWindow
  all(): BrowserWindow[]
}

const pages: Readonly<Record<WindowRole, string>> = { console: 'console://app/', wall: 'console://app/#/wall' }

function createWindow(preload: string, bounds: Electron.Rectangle): BrowserWindow {
  return new BrowserWindow({
    ...bounds,
    minWidth: 640,
    minHeight: 480,
    show: false,
    backgroundColor: '#15181d',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Its dictionaries would be fetched from the internet.
      spellcheck: false,
      // A wall that nobody clicks on is not in the background.
      backgroundThrottling: false,
      devTools: !app.isPackaged,
    },
  })
}

interface Options {
  preload: string
  state: WindowState
  /** Called with each new window before its page is loaded. */
  onOpened: (window: BrowserWindow) => void
}

export function createWindows({ preload, state, onOpened }: Options): Windows {
  const windows = new Map<string, OpenWindow>()
  let isQuitting = false
  app.on('before-quit', () => (isQuitting = true))

  function save({ role, display, isAway, window }: OpenWindow, isOpen: boolean): void {
    const earlier = state.find(role, display)
    // How it stands while it is away says nothing about its own display.
    if (isAway && earlier) return state.put({ ...earlier, isOpen })
    const [isMaximized, isFullscreen] = [window.isMaximized(), window.isFullScreen()]
    state.put({ role, display, bounds: window.getNormalBounds(), isMaximized, isFullscreen, isOpen })
  }

  function follow(opened: OpenWindow): void {
    const { window, role, display } = opened
    let timer: NodeJS.Timeout | undefined
    const soon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => save(opened, true), 500)
    }
    for (const event of ['resize', 'move', 'maximize', 'unmaximize', 'enter-full-screen', 'leave-full-screen'] as const)
      window.on(event as 'resize', soon)
    window.on('close', () => {
      clearTimeout(timer)
      // What was open when the operator quit opens again; what was closed by hand does not.
      save(opened, isQuitting || role === 'console')
    })
    window.once('closed', () => {
      clearTimeout(timer)
      windows.delete(windowKey(role, display))
      // The console is the program; a wall without it would be an orphan.
      if (role === 'console') app.quit()
    })
  }

  function fill(window: BrowserWindow, saved: SavedWindow | undefined): void {
    if (saved?.isMaximized) window.maximize()
    if (saved?.isFullscreen) window.setFullScreen(true)
  }

  function openOn(role: WindowRole, display: Display): BrowserWindow {
    const key = windowKey(role, display.id)
    const present = windows.get(key)
    if (present) {
      if (present.window.isMinimized()) present.window.restore()
      present.window.focus()
      return present.window
    }
    const saved = state.find(role, display.id)
    const window = createWindow(preload, placeWindow(saved?.bounds, display))
    const opened: OpenWindow = { role, display: display.id, isAway: false, window }
    windows.set(key, opened)
    follow(opened)
    onOpened(window)
    window.once('ready-to-show', () => {
      fill(window, saved)
      window.show()
    })
    save(opened, true)
    void window.loadURL(pages[role]).catch(() => undefined)
    return window
  }

  function displaysChanged(): void {
    const displays = screen.getAllDisplays()
    for (const opened of windows.values()) {
      const move = moveFor(opened, displays)
      if (move === 'stay') continue
      opened.isAway = move === 'home'
      const target = displays.find(({ id }) => id === opened.display) ?? screen.getPrimaryDisplay()
      const saved = opened.isAway ? undefined : state.find(opened.role, opened.display)
      opened.window.setFullScreen(false)
      opened.window.setBounds(placeWindow(saved?.bounds, target))
      fill(opened.window, saved)
    }
  }
  screen.on('display-added', displaysChanged)
  screen.on('display-removed', displaysChanged)

  /** A console that belongs on another display than the main one counts: there is one. */
  const consoleWindow = () => [...windows.values()].find(({ role }) => role === 'console')?.window

  return {
    open: (role, display) => openOn(role, displayNumber(display, screen.getAllDisplays(), screen.getPrimaryDisplay())),
    restore() {
      const displays = screen.getAllDisplays()
      for (const saved of state.all().filter(({ isOpen }) => isOpen)) {
        const display = displays.find(({ id }) => id === saved.display)
        if (display && !(saved.role === 'console' && consoleWindow())) openOn(saved.role, display)
      }
      if (!consoleWindow()) openOn('console', screen.getPrimaryDisplay())
    },
    showConsole() {
      const window = consoleWindow() ?? openOn('console', screen.getPrimaryDisplay())
      if (window.isMinimized()) window.restore()
      window.focus()
      return window
    },
    all: () => [...windows.values()].map(({ window }) => window),
  }
}
