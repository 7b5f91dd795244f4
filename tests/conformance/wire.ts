/** One connection of the kit to a hub: a real socket.io client that remembers all that it heard. */
import { randomUUID } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import { maxMessageBytes, namespace } from '../../native/hub/protocol.ts'
import { Broken, brief } from './rule.ts'

export type Reply = Record<string, unknown>

export interface Target {
  url: string
  /** PEM; null: the system's authorities. */
  ca: string | null
  /** Only for a hub on this machine whose authority is not known. */
  isUnverified: boolean
  workstation: string
  token: string
  /** How long an answer may take, in ms. */
  patienceMs: number
}

export interface Heard {
  event: string
  payload: Reply
  at: number
}

export interface Wire {
  clientId: string
  welcome: Reply
  heard: readonly Heard[]
  isConnected(): boolean
  /** Throws `Broken` without an answer in time. */
  ask(event: string, body: unknown, ms?: number): Promise<Reply>
  /** The fault's code, or `ok`. */
  codeOf(event: string, body: unknown): Promise<string>
  /** Without an acknowledgement. */
  tell(event: string, body: unknown): void
  /** Waits for an event that is meant; also one that was heard before, from `since` on. Null when none comes in time. */
  hear(event: string, isMeant: (payload: Reply) => boolean, since?: number, ms?: number): Promise<Reply | null>
  close(): void
}

/** A refused handshake. */
export class Refused extends Error {
  readonly data: unknown
  constructor(message: string, data: unknown) {
    super(message)
    this.data = data
  }
}

export function openSocket(target: Target, auth: unknown): Socket {
  return io(new URL(namespace, target.url).href, {
    ...{ transports: ['websocket'], autoConnect: false, reconnection: false, forceNew: true, auth: auth as object },
    ...{ maxPayload: maxMessageBytes, timeout: target.patienceMs, rejectUnauthorized: !target.isUnverified },
    ...(target.ca === null ? {} : { ca: target.ca }),
  } as Parameters<typeof io>[1])
}

export const authOf = ({ workstation, token }: Target, clientId: string = randomUUID()) => ({
  ...{ protocol: 1, workstation, token, clientId, app: 'conformance/1' },
})

/** Connects and waits for the first message. Throws `Refused`, or `Broken` when nothing comes in time. */
export async function openWire(target: Target, changes: object = {}): Promise<Wire> {
  const auth = { ...authOf(target), ...changes }
  const socket = openSocket(target, auth)
  const heard: Heard[] = []
  const listeners = new Set<(one: Heard) => void>()
  socket.onAny((event: string, payload: Reply) => {
    const one = { event, payload, at: Date.now() }
    heard.push(one)
    for (const listener of listeners) listener(one)
  })
  try {
    await firstMessage(socket, target.patienceMs)
  } catch (error) {
    socket.disconnect()
    throw error
  }

  async function ask(event: string, body: unknown, ms = target.patienceMs): Promise<Reply> {
    let reply: unknown
    try {
      reply = await socket.timeout(ms).emitWithAck(event, body)
    } catch {
      throw new Broken(`${event} was not answered within ${ms} ms${socket.connected ? '' : '; the connection ended'}`)
    }
    if (typeof reply !== 'object' || reply === null) throw new Broken(`${event} was answered ${brief(reply)}`)
    return reply as Reply
  }
  return {
    clientId: auth.clientId,
    welcome: heard[0]?.payload ?? {},
    heard,
    isConnected: () => socket.connected,
    ask,
    codeOf: async (event, body) => codeIn(await ask(event, body)),
    tell: (event, body) => void socket.emit(event, body),
    async hear(event, isMeant, since = 0, ms = target.patienceMs) {
      const fits = (one: Heard) => one.event === event && isMeant(one.payload)
      const before = heard.slice(since).find(fits)
      if (before) return before.payload
      return await new Promise<Reply | null>((resolve) => {
        const end = (payload: Reply | null) => {
          clearTimeout(timer)
          listeners.delete(listen)
          resolve(payload)
        }
        const listen = (one: Heard) => void (fits(one) && end(one.payload))
        const timer = setTimeout(end, ms, null)
        listeners.add(listen)
      })
    },
    close: () => void socket.disconnect(),
  }
}

export function codeIn(reply: Reply): string {
  return reply['ok'] === true ? 'ok' : String((reply['fault'] as Reply | undefined)?.['code'])
}

function firstMessage(socket: Socket, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Broken(`nothing came within ${ms} ms after connecting`)), ms)
    const end = (done: () => void) => {
      clearTimeout(timer)
      done()
    }
    socket.onAny(() => end(resolve))
    socket.once('connect_error', (error: Error & { data?: unknown }) =>
      end(() => reject(new Refused(error.message, error.data))),
    )
    socket.connect()
  })
}
