/**
 * Client of the media wire (native/contract/media-wire.ts): one WebSocket per window that carries every tile's stream.
 * It is opened with the first stream, let go some seconds after the last, and comes back by itself.
 */
import type { MediaAccess } from '../../native/contract/camera.ts'
import {
  type AccessUnit,
  decodeAccessUnit,
  type MediaNotice,
  type MediaRequest,
  type StreamForm,
} from '../../native/contract/media-wire.ts'
import { retryDelay } from '../link/waiting.ts'
import { parseNotice } from './media-notices.ts'
import type { Timing } from './timing.ts'

export interface StreamListener {
  /** The unit's data is a view into the received message. */
  unit(unit: AccessUnit): void
  notice(notice: MediaNotice): void
  /** The wire broke: units are missing. It reopens the stream by itself. */
  broken(): void
}

export interface WireStream {
  /** Asks for the cached group of pictures again. */
  refresh(): void
  close(): void
}

export interface MediaWire {
  /** `as`: see `MediaRequest`. */
  open(watchId: string, listener: StreamListener, as?: StreamForm): WireStream
  /** Frames that were not of this protocol, since the start. */
  readonly refusedFrames: number
  close(): void
}

export interface MediaWireOptions {
  /** Asked before every connection: a restarted gateway has another port and token. */
  access(signal: AbortSignal): Promise<MediaAccess>
  timing: Timing
  /** How long an unused socket is kept, in ms. */
  idleMs?: number
}

const connectLimitMs = 5000

interface OpenStream {
  asked: { watchId: string; as?: StreamForm }
  listener: StreamListener
}

export function createMediaWire({ access, timing, idleMs = 5000 }: MediaWireOptions): MediaWire {
  const streams = new Map<number, OpenStream>()
  let nextStream = 1
  let socket: WebSocket | null = null
  let running: AbortController | null = null
  let refusedFrames = 0
  let isClosed = false

  const send = (request: MediaRequest) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request))
  }

  function receive(data: unknown) {
    if (data instanceof ArrayBuffer) {
      const unit = decodeAccessUnit(new Uint8Array(data))
      if (!unit || unit.data.byteLength === 0 || !Number.isFinite(unit.timestamp)) refusedFrames += 1
      else streams.get(unit.stream)?.listener.unit(unit)
    } else {
      const notice = typeof data === 'string' ? parseNotice(data) : null
      if (!notice) refusedFrames += 1
      else streams.get(notice.stream)?.listener.notice(notice)
    }
  }

  /** One connection from opening to its end. */
  async function connectOnce(signal: AbortSignal): Promise<void> {
    const { origin, token } = await access(signal)
    if (signal.aborted) return
    const opened = new WebSocket(`${origin.replace(/^http/, 'ws')}/media`, ['media', token])
    opened.binaryType = 'arraybuffer'
    socket = opened
    opened.onopen = () => {
      for (const [stream, { asked }] of streams) send({ type: 'open', stream, ...asked })
    }
    opened.onmessage = (event) => receive(event.data)
    await lifetime(opened, signal, timing)
    if (socket === opened) socket = null
  }

  async function run(signal: AbortSignal) {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const since = timing.now()
      await connectOnce(signal).catch(() => {})
      if (signal.aborted) return
      for (const { listener } of [...streams.values()]) listener.broken()
      if (timing.now() - since > connectLimitMs) attempt = 0
      await timing.pause(retryDelay(attempt), signal)
    }
  }

  function start() {
    if (running || isClosed) return
    running = new AbortController()
    void run(running.signal)
  }

  function stop() {
    running?.abort()
    running = null
  }

  async function stopWhenIdle() {
    const mark = nextStream
    if (!running) return
    await timing.pause(idleMs, running.signal)
    if (streams.size === 0 && mark === nextStream) stop()
  }

  return {
    open(watchId, listener, as) {
      const stream = nextStream
      nextStream = (nextStream % 0xffff_ffff) + 1
      const asked = { watchId, ...(as ? { as } : {}) }
      streams.set(stream, { asked, listener })
      send({ type: 'open', stream, ...asked })
      start()
      return {
        refresh: () => send({ type: 'refresh', stream }),
        close() {
          if (!streams.delete(stream)) return
          send({ type: 'close', stream })
          if (streams.size === 0) void stopWhenIdle()
        },
      }
    },
    get refusedFrames() {
      return refusedFrames
    },
    close() {
      isClosed = true
      streams.clear()
      stop()
    },
  }
}

/** Resolves when the socket is closed; closes it on abort or when it does not open in time. */
async function lifetime(socket: WebSocket, signal: AbortSignal, timing: Timing): Promise<void> {
  const ended = new AbortController()
  const isOver = AbortSignal.any([signal, ended.signal])
  socket.onclose = socket.onerror = () => ended.abort()
  await timing.pause(connectLimitMs, isOver)
  if (socket.readyState === WebSocket.OPEN && !isOver.aborted) await aborted(isOver)
  socket.onopen = socket.onclose = socket.onmessage = socket.onerror = null
  socket.close()
}

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
