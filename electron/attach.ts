/** Attaches to a native program that runs by itself: changes the ticket for a cookie, and carries frames between ports and sockets unchanged. */
import type { MessagePortMain } from 'electron'
import type { Logger } from 'pino'
import { type RawData, WebSocket } from 'ws'
import { shellOrigin } from '../native/contract/shell-messages.ts'
import type { MediaKnown, NativeProgram } from './native-program.ts'

/** The close code of a socket whose cookie is no longer valid, see the kiosk. */
const notAdmitted = 4401
const maximumFrame = 16 * 1024 * 1024

export interface AttachAddress {
  /** e.g. `http://127.0.0.1:40001` */
  origin: string
  ticket: string
}

/** `http://127.0.0.1:PORT/#/enter/TICKET`, as the native program prints it. Only this computer is attached to. */
export function readAttachAddress(text: string): AttachAddress | null {
  if (!URL.canParse(text)) return null
  const { protocol, hostname, origin, pathname, hash, username } = new URL(text)
  const ticket = /^#\/enter\/([\w-]{1,200})$/.exec(hash)?.[1]
  const isHere = protocol === 'http:' && hostname === '127.0.0.1' && pathname === '/' && username === ''
  return isHere && ticket !== undefined ? { origin, ticket } : null
}

async function enter({ origin, ticket }: AttachAddress, signal: AbortSignal): Promise<string | null> {
  const answer = await fetch(`${origin}/enter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: shellOrigin },
    body: JSON.stringify({ ticket }),
    signal,
  })
  if (answer.status === 401 || answer.status === 403) return null
  if (!answer.ok) throw new Error(`The native program answered ${answer.status}.`)
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0])
  return cookies.join('; ')
}

async function askMediaOrigin(origin: string, cookie: string, signal: AbortSignal): Promise<string | null> {
  const answer = await fetch(`${origin}/host.json`, { headers: { cookie, origin: shellOrigin }, signal })
  const host: unknown = answer.ok ? await answer.json() : null
  const media = typeof host === 'object' && host && 'mediaOrigin' in host ? String(host.mediaOrigin) : ''
  return /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(media) ? media : null
}

function asFrame(data: RawData, isBinary: boolean): string | Uint8Array {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data
  return isBinary ? new Uint8Array(bytes) : Buffer.from(bytes).toString('utf8')
}

/** oRPC encodes the same messages for sockets and for ports: text, or bytes where a file is in it. */
function pump(socket: WebSocket, port: MessagePortMain): void {
  socket.on('message', (data, isBinary) => port.postMessage(asFrame(data, isBinary)))
  port.on('message', ({ data }: { data: unknown }) => {
    if (typeof data === 'string' || data instanceof Uint8Array) socket.send(data)
  })
  port.once('close', () => socket.close())
  port.start()
}

/** Resolves with the close code when the socket ended before it opened, else null. */
function opening(socket: WebSocket, signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve) => {
    const giveUp = () => socket.terminate()
    signal.addEventListener('abort', giveUp, { once: true })
    const settle = (code: number | null) => {
      signal.removeEventListener('abort', giveUp)
      resolve(code)
    }
    socket.once('open', () => settle(null))
    socket.once('close', (code) => settle(code))
    socket.once('unexpected-response', (request, { statusCode }) => {
      request.destroy()
      settle(statusCode === 401 || statusCode === 403 ? notAdmitted : 1006)
    })
  })
}

export function attachNative(address: AttachAddress, log: Logger, onMediaKnown: MediaKnown): NativeProgram {
  const sockets = new Set<WebSocket>()
  let cookie: string | null = null
  let media: string | null = null
  let refused = false
  let entering: Promise<void> | null = null

  /** The ticket is good for one entry, the cookie for as long as that native program runs. */
  async function entered(signal: AbortSignal): Promise<void> {
    if (refused) return
    cookie ??= await enter(address, signal)
    refused = cookie === null
    if (cookie === null || media !== null) return
    media = await askMediaOrigin(address.origin, cookie, signal)
    if (media !== null) onMediaKnown(media)
  }
  const enterOnce = (signal: AbortSignal) => (entering ??= entered(signal).finally(() => (entering = null)))

  async function open(signal: AbortSignal): Promise<WebSocket | 'refused' | 'unreachable'> {
    await enterOnce(signal)
    if (refused || cookie === null) return 'refused'
    const socket = new WebSocket(`${address.origin.replace(/^http/, 'ws')}/rpc`, {
      headers: { cookie, origin: shellOrigin },
      maxPayload: maximumFrame,
    })
    sockets.add(socket)
    socket.once('close', (code) => {
      sockets.delete(socket)
      // A native program that was started anew knows neither ticket nor cookie: say so from now on.
      if (code === notAdmitted) refused = true
    })
    socket.on('error', (error) => log.warn({ error: error.message }, 'socket to the native program'))
    const code = await opening(socket, signal)
    if (code === null) return socket
    if (code === notAdmitted) refused = true
    return refused ? 'refused' : 'unreachable'
  }

  return {
    async mediaOrigin(signal) {
      await enterOnce(signal).catch((error: unknown) => log.warn({ error: String(error) }, 'not attached'))
      return media
    },
    async connect(port, signal) {
      const socket = await open(signal).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'not attached')
        return 'unreachable' as const
      })
      if (typeof socket === 'string') {
        port.close()
        return socket
      }
      pump(socket, port)
      socket.once('close', () => port.close())
      return 'connected'
    },
    // It notices by itself; only a hosted one has nobody else to tell it.
    tell: () => undefined,
    async close() {
      for (const socket of sockets) socket.close()
    },
  }
}
