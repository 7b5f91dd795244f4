/** Answers the preload: a port to the native program, a window for the wall, links that came from outside. */
import { ipcMain, MessageChannelMain, type WebContents } from 'electron'
import type { ConnectAnswer, DisplayChoice, LinkTarget } from '../renderer/host/workstation-bridge.ts'
import { channels } from './channels.ts'
import type { NativeProgram } from './native-program.ts'
import { checkSender } from './security.ts'

const connectLimitMs = 8_000

interface Bridge {
  native: NativeProgram
  openWall: (wall: number, display: number | null) => void
  displays: () => DisplayChoice[]
}

export interface Links {
  /** Shows the target in the console, now or as soon as its page listens. */
  deliver(page: WebContents, target: LinkTarget): void
}

const isWithin = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most

async function connect(native: NativeProgram, page: WebContents, request: number): Promise<ConnectAnswer> {
  const { port1, port2 } = new MessageChannelMain()
  const answer = await native.connect(port1, AbortSignal.timeout(connectLimitMs))
  if (answer === 'connected' && !page.isDestroyed()) page.postMessage(channels.port, request, [port2])
  else port2.close()
  return answer
}

export function serveBridge({ native, openWall, displays }: Bridge): Links {
  /** Links of pages that do not listen yet. */
  const waiting = new WeakMap<WebContents, LinkTarget>()
  const listening = new WeakSet<WebContents>()

  ipcMain.handle(channels.connect, (event, request: unknown) => {
    checkSender(event)
    if (!Number.isSafeInteger(request)) throw new TypeError('A request is a whole number.')
    return connect(native, event.sender, request as number)
  })
  ipcMain.handle(channels.openWall, (event, wall: unknown, display: unknown) => {
    checkSender(event)
    if (!isWithin(wall, 1, 8)) throw new RangeError('A wall is a number from 1 to 8.')
    if (display !== null && !isWithin(display, 0, 63)) throw new RangeError('A display is a number from 0.')
    openWall(wall, display)
  })
  ipcMain.handle(channels.displays, (event) => {
    checkSender(event)
    return displays()
  })
  ipcMain.handle(channels.listen, (event) => {
    checkSender(event)
    const page = event.sender
    listening.add(page)
    page.once('did-start-navigation', ({ isSameDocument }) => isSameDocument || listening.delete(page))
    const target = waiting.get(page)
    waiting.delete(page)
    if (target) page.send(channels.link, target)
  })
  return {
    deliver(page, target) {
      if (listening.has(page)) page.send(channels.link, target)
      else waiting.set(page, target)
    },
  }
}
