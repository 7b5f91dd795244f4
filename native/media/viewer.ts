/** One page on the media wire: opens and closes streams for it, and drops to the next key frame when it cannot keep up. */
import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { encodeAccessUnit, type MediaNotice, type MediaRequest, type StreamTrouble } from '../contract/media-wire.ts'
import type { MediaUnit } from './media-unit.ts'
import { LiveRemuxer } from './mp4-fragments.ts'
import type { PictureFormat } from './nal-rules.ts'
import type { SharedSound } from './shared-sound.ts'
import type { SharedStream, StreamState, StreamViewer } from './shared-stream.ts'
import { SoundTile } from './sound-tile.ts'

const streamNumber = z.int().min(0).max(0xffff_ffff)
const watchId = z.string().min(1).max(64)
const mediaRequest: z.ZodType<MediaRequest> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('open'),
    stream: streamNumber,
    watchId,
    as: z.enum(['annex-b', 'fmp4', 'sound']).exactOptional(),
  }),
  z.strictObject({ type: z.literal('close'), stream: streamNumber }),
  z.strictObject({ type: z.literal('refresh'), stream: streamNumber }),
])

/** A request is a short JSON text. */
export const maxRequestBytes = 4_096
const maxStreams = 64

export interface ViewerLimits {
  /** Bytes that may wait for one page, all its streams together. */
  bufferedBytes: number
  /** Milliseconds between pings; a page that has not answered the last one is gone. */
  ping: number
}
export const defaultViewerLimits: ViewerLimits = { bufferedBytes: 2_000_000, ping: 10_000 }

/** What a viewer needs of the gateway. */
export interface Watches {
  /** Null for a watch that was not granted, or not for access units; `sound` is null for one that was not granted to listen. */
  open(watchId: string): { stream: SharedStream; sound: SharedSound | null } | null
  /** Counts the viewers of a watch: +1 or -1. */
  count(watchId: string, change: 1 | -1): void
}

export interface ViewerOptions {
  socket: WebSocket
  watches: Watches
  clock: Clock
  log: Logger
  limits?: ViewerLimits
}

export class Viewer {
  readonly #options: ViewerOptions
  readonly #limits: ViewerLimits
  readonly #tiles = new Map<number, Tile | SoundTile>()
  readonly #gone = new AbortController()
  #isAlive = true

  constructor(options: ViewerOptions) {
    this.#options = options
    this.#limits = options.limits ?? defaultViewerLimits
    const { socket, log } = options
    socket.on('message', (data, isBinary) => this.#read(data, isBinary))
    socket.on('pong', () => (this.#isAlive = true))
    // A frame over the limit or not of the protocol: ws closes with 1009, 1002 or 1007 by itself.
    socket.on('error', (error) => log.warn({ err: error }, 'a page broke the media wire'))
    socket.on('close', () => this.#leave())
    void this.#ping()
  }

  /** The watch is no longer granted. */
  revoke(watchId: string): void {
    for (const [stream, tile] of this.#tiles) {
      if (tile.watchId !== watchId) continue
      this.#close(stream)
      this.#fail(stream, 'unknown-watch')
    }
  }

  #read(data: RawData, isBinary: boolean): void {
    const request = isBinary ? null : parse(String(data))
    if (!request) {
      this.#options.log.warn('a page sent a request that is none')
      return this.#options.socket.close(1008, 'not a media request')
    }
    if (request.type === 'open') this.#open(request)
    else if (request.type === 'close') this.#close(request.stream)
    else this.#tiles.get(request.stream)?.refresh()
  }

  #open({ stream, watchId, as }: Extract<MediaRequest, { type: 'open' }>): void {
    this.#close(stream)
    if (this.#tiles.size >= maxStreams) return this.#fail(stream, 'overload')
    const from = this.#options.watches.open(watchId)
    if (!from || (as === 'sound' && !from.sound)) return this.#fail(stream, 'unknown-watch')
    const wire: TileWire = {
      notice: (notice) => this.#notice(notice),
      send: (bytes) => this.#options.socket.send(bytes, { binary: true, compress: false }),
      buffered: () => this.#options.socket.bufferedAmount,
      bufferedLimit: this.#limits.bufferedBytes,
      now: () => this.#options.clock.now(),
      isRemuxed: as === 'fmp4',
    }
    this.#options.watches.count(watchId, 1)
    const { sound } = from
    const hears = as === 'sound' && sound
    const tile = hears
      ? new SoundTile(stream, watchId, { ...from, sound }, wire)
      : new Tile(stream, watchId, from.stream, wire)
    this.#tiles.set(stream, tile)
  }

  #close(stream: number): void {
    const tile = this.#tiles.get(stream)
    if (!tile) return
    this.#tiles.delete(stream)
    tile.leave()
    this.#options.watches.count(tile.watchId, -1)
  }

  #leave(): void {
    this.#gone.abort()
    for (const stream of [...this.#tiles.keys()]) this.#close(stream)
  }

  #fail(stream: number, trouble: StreamTrouble): void {
    this.#notice({ type: 'state', stream, state: 'failed', trouble, at: this.#options.clock.now() })
  }

  #notice(notice: MediaNotice): void {
    this.#options.socket.send(JSON.stringify(notice))
  }

  async #ping(): Promise<void> {
    const { clock, socket } = this.#options
    try {
      for (;;) {
        await clock.sleep(this.#limits.ping, this.#gone.signal)
        if (!this.#isAlive) return socket.terminate()
        this.#isAlive = false
        socket.ping()
      }
    } catch {
      // Gone.
    }
  }
}

function parse(text: string): MediaRequest | null {
  try {
    return mediaRequest.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

interface TileWire {
  notice(notice: MediaNotice): void
  send(bytes: Uint8Array): void
  buffered(): number
  bufferedLimit: number
  now(): number
  /** As fragmented MP4. */
  isRemuxed: boolean
}

/** One stream of one page. */
class Tile implements StreamViewer {
  readonly watchId: string
  readonly #stream: number
  readonly #wire: TileWire
  readonly #shared: SharedStream
  readonly #detach: () => void
  #remuxer: LiveRemuxer | null
  #format: PictureFormat | null = null
  #upstream: StreamState | null = null
  /** Units dropped since this page fell behind; null while it keeps up. */
  #dropped: number | null = null

  constructor(stream: number, watchId: string, shared: SharedStream, wire: TileWire) {
    this.#stream = stream
    this.watchId = watchId
    this.#shared = shared
    this.#wire = wire
    this.#remuxer = wire.isRemuxed ? new LiveRemuxer() : null
    this.#detach = shared.attach(this)
  }

  leave(): void {
    this.#detach()
  }

  /** Pictures come again, so a file of them begins again. */
  refresh(): void {
    if (this.#remuxer) this.#remuxer = new LiveRemuxer()
    this.#shared.replay(this)
  }

  state(state: StreamState): void {
    this.#upstream = state
    this.#wire.notice({ type: 'state', stream: this.#stream, ...state })
  }

  unit(unit: MediaUnit): void {
    if (!this.#mayPass(unit)) return
    const data = this.#remuxer ? this.#remux(this.#remuxer, unit) : unit.data
    if (!this.#remuxer && unit.format !== this.#format) {
      this.#format = unit.format
      this.#wire.notice({ type: 'config', stream: this.#stream, ...unit.format })
    }
    const { key, timestamp, receivedAt } = unit
    if (data) this.#wire.send(encodeAccessUnit({ stream: this.#stream, key, timestamp, receivedAt, data }))
  }

  /** Null before the first key frame. */
  #remux(remuxer: LiveRemuxer, unit: MediaUnit): Uint8Array | null {
    const piece = remuxer.push(unit)
    if (piece?.initialisation) {
      const initialisation = Buffer.from(piece.initialisation).toString('base64')
      this.#wire.notice({ type: 'config', stream: this.#stream, ...piece.format, initialisation })
    }
    return piece?.fragment ?? null
  }

  /** Too much waiting: nothing more until a key frame finds the page caught up by half. */
  #mayPass(unit: MediaUnit): boolean {
    const { buffered, bufferedLimit } = this.#wire
    if (this.#dropped === null) {
      if (buffered() <= bufferedLimit) return true
      this.#dropped = 1
      const at = this.#wire.now()
      this.#wire.notice({ type: 'state', stream: this.#stream, state: 'stalled', trouble: 'overload', at })
      return false
    }
    if (!unit.key || buffered() > bufferedLimit / 2) {
      this.#dropped += 1
      return false
    }
    this.#wire.notice({ type: 'dropped', stream: this.#stream, count: this.#dropped })
    this.#dropped = null
    if (this.#upstream) this.state(this.#upstream)
    return true
  }
}
