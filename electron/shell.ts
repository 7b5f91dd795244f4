/** Puts the running shell together: the native program, the page's scheme, the bridge and the windows, and closes them again. */
import { app, Menu, powerMonitor, powerSaveBlocker, protocol, safeStorage, session, utilityProcess } from 'electron'
import { release } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { shellOrigin } from '../native/contract/shell-messages.ts'
import type { LinkTarget } from '../renderer/host/workstation-bridge.ts'
import { attachNative, readAttachAddress } from './attach.ts'
import { serveBridge } from './bridge.ts'
import { askWhatNow, type Trouble } from './choice.ts'
import { careForPage } from './crashes.ts'
import { linkAmong, readLink } from './deep-links.ts'
import { menuTemplate } from './menu.ts'
import type { MediaKnown, NativeProgram } from './native-program.ts'
import type { ShellOptions } from './options.ts'
import { hostNative, type NativeTrouble } from './processes.ts'
import { writeReport } from './report.ts'
import { serveScheme } from './scheme.ts'
import { saveDownloads } from './saving.ts'
import { databaseKey, type SafeStorage } from './secrets.ts'
import { guardSession } from './security.ts'
import { openWindowState } from './window-state.ts'
import { createWindows, type Windows } from './windows.ts'
import { type Words, wordsFor } from './words.ts'

/** So long a page waits for the native program before it opens without pictures. */
const mediaLimitMs = 15_000

interface Shell {
  options: ShellOptions
  log: Logger
  recent: () => string[]
}

type Ask = (trouble: Trouble) => Promise<boolean>

function asker(words: Words, { recent }: Shell): Ask {
  const report = ({ message, detail }: Trouble) =>
    writeReport(join(app.getPath('userData'), 'reports'), {
      what: message,
      detail,
      at: new Date(),
      product: app.getVersion(),
      versions: process.versions,
      system: `${process.platform} ${release()} ${process.arch}`,
      log: recent(),
    })
  return (trouble) => askWhatNow(trouble, words, report)
}

function asTrouble(trouble: NativeTrouble, words: Words): Trouble {
  if (trouble.kind === 'crashing') {
    const detail = `${trouble.exits} exits`
    return { message: words.nativeCrashing, explanation: words.nativeCrashingDetail, detail, again: words.tryAgain }
  }
  return {
    message: words.nativeFailed,
    explanation: trouble.chinese,
    detail: trouble.english,
    again: words.tryAgain,
  }
}

async function startNative(
  shell: Shell,
  words: Words,
  ask: Ask,
  onMediaKnown: MediaKnown,
): Promise<NativeProgram | null> {
  const { options, log } = shell
  if (options.attach !== null) {
    const address = readAttachAddress(options.attach)
    return address && attachNative(address, log, onMediaKnown)
  }
  const folder = app.getPath('userData')
  const answer = await databaseKey(safeStorage as SafeStorage, join(folder, 'database-key.sealed'))
  if (answer.warning !== null) log.warn({ why: answer.warning }, 'the database key is kept in a file')
  const entry = join(app.getAppPath(), 'build/out/native/child.js')
  return hostNative({
    fork: () => utilityProcess.fork(entry, [], { serviceName: 'console-native', stdio: ['ignore', 'ignore', 'pipe'] }),
    configurationFile: options.config ?? join(folder, 'console.json'),
    allowedOrigins: [shellOrigin],
    databaseKey: answer.key,
    log,
    ask: async (trouble) => {
      const again = await ask(asTrouble(trouble, words))
      if (!again) app.quit()
      return again
    },
    onMediaKnown,
  })
}

/** Closes the native program before Electron ends, once. */
function closeOnQuit(native: NativeProgram, log: Logger): void {
  let isClosed = false
  app.on('will-quit', (event) => {
    if (isClosed) return
    event.preventDefault()
    void native
      .close()
      .catch((error: unknown) => log.error({ error }, 'native program did not close'))
      .finally(() => {
        isClosed = true
        // Not within this event: Electron would take it for the same attempt, which was prevented.
        setImmediate(() => app.quit())
      })
  })
}

function followLinks(windows: Windows, show: (target: LinkTarget) => void): void {
  app.on('second-instance', (_event, commandLine) => {
    windows.showConsole()
    const target = linkAmong(commandLine)
    if (target) show(target)
  })
  // macOS hands links over in this way.
  app.on('open-url', (event, url) => {
    event.preventDefault()
    const target = readLink(url)
    if (target) show(target)
  })
  const first = linkAmong(process.argv)
  if (first) show(first)
}

/** What was unexpected in the main process itself leaves it in an unknown state: a person decides, and it starts anew. */
function surviveErrors(ask: Ask, words: Words, log: Logger): void {
  process.on('unhandledRejection', (error) => log.error({ error }, 'nobody waited for this'))
  process.on('uncaughtException', (error) => {
    log.fatal({ error }, 'unexpected error')
    const trouble = { message: words.unexpected, explanation: error.message, detail: String(error.stack) }
    void ask({ ...trouble, again: words.reopen }).then((again) => {
      if (again) app.relaunch()
      app.exit(again ? 0 : 1)
    })
  })
}

/** Serves the page with the place of the media gateway in its policy; `known` says whether pages have to be loaded again. */
function mediaPlace() {
  let served: string | null | undefined
  return {
    async serve(native: NativeProgram): Promise<string | null> {
      served = await native.mediaOrigin(AbortSignal.timeout(mediaLimitMs))
      return served
    },
    isNews(origin: string): boolean {
      const isNews = served !== undefined && served !== origin
      served = origin
      return isNews
    },
  }
}

/** A wall that nobody touches must not go dark: the displays stay on while one is open. */
function keepAwake(): (walls: number) => void {
  let held: number | null = null
  return (walls) => {
    if (walls > 0) return void (held ??= powerSaveBlocker.start('prevent-display-sleep'))
    if (held !== null) powerSaveBlocker.stop(held)
    held = null
  }
}

function openWindows({ log }: Shell, words: Words, ask: Ask): Windows {
  const statePath = join(app.getPath('userData'), 'windows.json')
  return createWindows({
    preload: join(app.getAppPath(), 'build/out/electron/preload.cjs'),
    onWalls: keepAwake(),
    state: openWindowState(statePath, (error) => log.warn({ error }, 'window state not saved')),
    onOpened: (window) =>
      careForPage(window, {
        log,
        ask: (detail) =>
          ask({ message: words.pageGone, explanation: words.pageGoneDetail, detail, again: words.reopen }),
      }),
  })
}

export async function runShell(shell: Shell): Promise<void> {
  const { log } = shell
  const words = wordsFor(app.getPreferredSystemLanguages())
  const ask = asker(words, shell)
  surviveErrors(ask, words, log)
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(words)))
  guardSession(session.defaultSession, log)
  saveDownloads(session.defaultSession, words, log)

  const windows = openWindows(shell, words, ask)
  const place = mediaPlace()
  const native = await startNative(shell, words, ask, (origin) => {
    // The pages that are open were told another place by their policy.
    if (place.isNews(origin)) for (const window of windows.all()) window.webContents.reload()
  })
  if (!native) {
    process.stderr.write(`${words.notAttachable}\n`)
    return app.exit(2)
  }
  closeOnQuit(native, log)
  powerMonitor.on('suspend', () => native.tell('suspend'))
  powerMonitor.on('resume', () => native.tell('resume'))

  const folder = join(app.getAppPath(), 'build/out/renderer')
  serveScheme(protocol, { folder, mediaOrigin: () => place.serve(native) })
  const links = serveBridge({ native, ...windows })
  windows.restore()
  followLinks(windows, (target) => links.deliver(windows.showConsole().webContents, target))
}
