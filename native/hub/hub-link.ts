/** The connection to the district hub: connects, authenticates the workstation, measures, reconnects. Knows no cases. */
import { io, type Socket } from 'socket.io-client'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { LinkTrouble } from '../contract/link.ts'
import type { StaffPosition } from '../contract/places.ts'
import type { PresenceTold } from '../contract/presence.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import * as protocol from './protocol.ts'

export interface HubLinkOptions {
  url: string
  /** PEM of the private authority; null: the system's. Certificates are never left unchecked. */
  ca: string | null
  workstation: string
  token: string
  clientId: string
  clock: Clock
  log: Logger
  /** Time between heartbeats in ms. */
  heartbeatMs?: number
  /** How long an answer may take, in ms. */
  answerMs?: number
  /** How soon a lost connection is tried again, in ms; doubled up to twenty times as long. */
  reconnectMs?: number
}

export interface HubLinkState {
  isConnected: boolean
  isConnecting: boolean
  trouble: LinkTrouble | null
  delayMs: number | null
  clockOffsetMs: number
  /** When the hub was last heard since this program started. */
  lastHeardAt: number | null
}

export interface HubLink {
  state(): HubLinkState
  changed: Signal<void>
  /** The handshake succeeded; what hangs on this connection stops with `signal`. */
  welcomed: Signal<{ welcome: protocol.Welcome; signal: AbortSignal }>
  poked: Signal<void>
  /** Where field staff are now. */
  positions: Signal<readonly StaffPosition[]>
  /** Who works on which case, at all workstations of the sub-center. */
  presence: Signal<PresenceTold>
  /** Something came that is not of the protocol; it was refused and everything else goes on. */
  refused: Signal<string>
  /**
   * Sends a request and validates the answer. Faults: `offline` (not connected, or `timeout` without an answer),
   * `invalid` (an answer that is not of the protocol); a refusal by the hub throws `HubRefusal`.
   */
  request<T extends z.ZodType>(event: string, payload: object, answer: T, timeoutMs?: number): Promise<z.output<T>>
  /** Connects at once instead of waiting for the next try. */
  retry(): void
  /** The machine slept or its network changed: connects at once, or asks whether the connection still lives. */
  wake(): void
  /** Disconnects until `retry`. */
  pause(): void
  close(): void
}

/** After sleep a dead connection is the rule: the hub has so many ms to show that it is not. */
const wakeMs = 1_000

/** The hub understood a request and said no. `code` is the protocol's. */
export class HubRefusal extends Error {
  override name = 'HubRefusal'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export function createHubLink(options: HubLinkOptions): HubLink {
  const { clock, log, answerMs = 10_000 } = options
  const state: HubLinkState = {
    isConnected: false,
    isConnecting: true,
    trouble: null,
    delayMs: null,
    clockOffsetMs: 0,
    lastHeardAt: null,
  }
  const changed = createEmitter<void>()
  const welcomed = createEmitter<{ welcome: protocol.Welcome; signal: AbortSignal }>()
  const poked = createEmitter<void>()
  const positions = createEmitter<readonly StaffPosition[]>()
  const presence = createEmitter<PresenceTold>()
  const refused = createEmitter<string>()
  const closing = new AbortController()
  let connection = new AbortController()
  const socket = openSocket(options)

  const update = (changes: Partial<HubLinkState>) => {
    Object.assign(state, changes)
    changed.emit()
  }
  const heard = (hubTime?: number) =>
    update({
      lastHeardAt: clock.now(),
      ...(hubTime === undefined ? {} : { clockOffsetMs: hubTime - clock.now() }),
    })
  /** After a refused handshake the library waits for us; after any other failure it retries by itself. */
  const connectLater = (ms: number) =>
    void clock.sleep(ms, closing.signal).then(
      () => socket.connect(),
      () => undefined,
    )

  socket.on('welcome', (message: unknown) => {
    const parsed = protocol.welcome.safeParse(message)
    if (!parsed.success) return refused.emit(`welcome: ${z.prettifyError(parsed.error)}`)
    connection.abort(new Fault('offline', 'a new connection replaced this one'))
    connection = new AbortController()
    heard(parsed.data.hubTime)
    update({ isConnected: true, isConnecting: false, trouble: null })
    log.info({ epoch: parsed.data.epoch, head: parsed.data.head }, 'the hub welcomed this workstation')
    welcomed.emit({ welcome: parsed.data, signal: connection.signal })
    void beat(connection.signal)
  })
  socket.on('feed.poke', (message: unknown) => {
    if (!protocol.poke.safeParse(message).success) return refused.emit('feed.poke: not of the protocol')
    heard()
    poked.emit()
  })
  socket.on('field.positions', (message: unknown) => {
    const parsed = protocol.fieldPositions.safeParse(message)
    if (!parsed.success) return refused.emit('field.positions: not of the protocol')
    positions.emit(parsed.data.positions)
  })
  socket.on('presence.changed', (message: unknown) => {
    const parsed = protocol.presenceChanged.safeParse(message)
    if (!parsed.success) return refused.emit('presence.changed: not of the protocol')
    presence.emit(parsed.data)
  })
  socket.on('disconnect', (reason) => {
    log.warn({ reason }, 'the connection to the hub is lost')
    connection.abort(new Fault('offline', `the hub connection ended: ${reason}`))
    if (reason === 'parse error') refused.emit('a frame that is not of socket.io')
    if (reason === 'io server disconnect') connectLater(2_000)
    update({ isConnected: false, isConnecting: !closing.signal.aborted, trouble: 'lost', delayMs: null })
  })
  socket.on('connect_error', (error) => {
    const trouble = troubleOf(error)
    if (trouble !== state.trouble) log.warn({ trouble, error: causeOf(error) }, 'cannot connect to the hub')
    update({ isConnected: false, isConnecting: true, trouble, delayMs: null })
    if (!socket.active) connectLater(5_000)
  })

  async function request<T extends z.ZodType>(event: string, payload: object, answer: T, timeoutMs = answerMs) {
    if (!socket.connected) throw new Fault('offline', `${event}: not connected to the hub`)
    let reply: unknown
    try {
      reply = await socket.timeout(timeoutMs).emitWithAck(event, payload)
    } catch (error) {
      throw new Fault('offline', `${event}: the hub did not answer within ${timeoutMs} ms`, 'timeout', error)
    }
    const refusal = protocol.fault.safeParse(reply)
    if (refusal.success) throw new HubRefusal(refusal.data.fault.code, refusal.data.fault.message)
    const parsed = answer.safeParse(reply)
    if (!parsed.success) {
      const detail = `${event}: ${z.prettifyError(parsed.error).slice(0, 500)}`
      refused.emit(detail)
      throw new Fault('invalid', `the hub's answer is not of the protocol: ${detail}`)
    }
    heard()
    return parsed.data
  }

  async function beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const sentAt = clock.now()
      try {
        const { hubTime } = await request('link.ping', { sentAt }, protocol.pong, 3_000)
        const delayMs = clock.now() - sentAt
        update({ delayMs, clockOffsetMs: Math.round(hubTime + delayMs / 2 - clock.now()) })
      } catch (error) {
        log.debug({ error: String(error) }, 'a heartbeat was not answered')
      }
      await clock.sleep(options.heartbeatMs ?? 2_000, signal).catch(() => undefined)
    }
  }

  socket.connect()
  return {
    state: () => ({ ...state }),
    changed,
    welcomed,
    poked,
    positions,
    presence,
    refused,
    request,
    retry() {
      if (!socket.connected) socket.disconnect().connect()
    },
    wake() {
      if (!socket.connected) return void socket.disconnect().connect()
      request('link.ping', { sentAt: clock.now() }, protocol.pong, wakeMs).catch(() => {
        if (socket.connected) socket.disconnect().connect()
      })
    },
    pause: () => void socket.disconnect(),
    close() {
      closing.abort()
      connection.abort(new Fault('cancelled', 'the console is closing'))
      socket.disconnect()
    },
  }
}

function openSocket(options: HubLinkOptions): Socket {
  const { reconnectMs = 500 } = options
  const auth: protocol.Handshake = {
    protocol: protocol.protocolVersion,
    workstation: options.workstation,
    token: options.token,
    clientId: options.clientId,
    app: 'subcenter-console/1',
  }
  const settings = {
    auth,
    autoConnect: false,
    transports: ['websocket'],
    reconnectionDelay: reconnectMs,
    reconnectionDelayMax: reconnectMs * 20,
    randomizationFactor: 0.5,
    timeout: 5_000,
    // What the hub may send us at once; the library hands this on to ws.
    maxPayload: protocol.maxMessageBytes,
    ...(options.ca === null ? {} : { ca: options.ca }),
  }
  return io(new URL(protocol.namespace, options.url).href, settings)
}

/** The innermost word on why: a TLS code, a system code, or the hub's refusal. */
function causeOf(error: Error): string {
  const { data } = error as { data?: { code?: string } }
  const { description } = error as { description?: { error?: NodeJS.ErrnoException } }
  return data?.code ?? description?.error?.code ?? description?.error?.message ?? error.message
}

/** Codes of Node's TLS: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function troubleOf(error: Error): LinkTrouble {
  const cause = causeOf(error)
  if (cause === 'unauthorized') return 'unauthorized'
  if (cause === 'protocol-unsupported' || cause === 'malformed') return 'protocol'
  if (/CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE|ALTNAME|CRL/.test(cause)) return 'certificate'
  return 'unreachable'
}
