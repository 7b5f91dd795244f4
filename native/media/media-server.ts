/** The gateway's own server on loopback: the media wire at `/media`, HLS below `/hls/`, what is kept below `/recent/`. Runs in a thread or process of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import type { Clock } from '../clock.ts'
import { type AccessRule, hasBearerToken, hasProtocolToken, refusalOfPlace } from './access.ts'
import { answerPreflight, permitOrigin, refuse } from './cross-origin.ts'
import { HlsProxy } from './hls-proxy.ts'
import { HlsPulse } from './hls-pulse.ts'
import { loggable, type MediaUnit, type ResolvedSource } from './media-unit.ts'
import { answerRecent, readRecentPath, type Recent, recentClip } from './recent-clip.ts'
import { ReceivedTimes } from './received-times.ts'
import { type RecentPictures, RecentPool } from './recent-pictures.ts'
import { playRtsp } from './rtsp-session.ts'
import { SessionBudget } from './session-budget.ts'
import { playBeside, SharedSound } from './shared-sound.ts'
import { type PlayOptions, SharedStream, type StreamState } from './shared-stream.ts'
import { maxRequestBytes, Viewer } from './viewer.ts'
import { strictTerms, type WatchTerms } from './watch-terms.ts'

const maxConnections = 256
/** How often a state that lasts is told again, in ms: whoever hears nothing more must not take it for true for ever. */
export const retellMs = 15_000

export interface MediaServerOptions {
  /** 0: any free one. */
  port: number
  token: string
  allowedOrigins: readonly string[]
  clock: Clock
  random: () => number
  log: Logger
  /** A watch was opened by its first viewer, left by its last, or read over HLS. */
  onUse: (use: WatchUse) => void
  /** How the stream of a watch is that somebody looks at: whenever that changes, and every `retellMs` again. Of HLS: with every segment or failure. */
  onState?: (state: WatchState) => void
  /** A key frame would help one of the watches that share its source. */
  onKeyWanted?: (watchId: string) => void
}

export interface WatchUse {
  watchId: string
  /** Viewers now; HLS has none, it only reads. */
  viewers: number
}

export interface WatchState extends StreamState {
  watchId: string
}

export interface MediaServer {
  port: number
  grant(watchId: string, source: ResolvedSource, terms?: WatchTerms): void
  revoke(watchId: string): void
  /** What was received of a watch between two instants, ms since 1970. */
  recent(watchId: string, from: number, to: number): Promise<Recent>
  close(): Promise<void>
}

export async function startMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const server = new Server(options)
  const port = await server.listen()
  return {
    port,
    grant: server.grant.bind(server),
    revoke: server.revoke.bind(server),
    recent: server.recent.bind(server),
    close: server.close.bind(server),
  }
}

interface Granted {
  source: ResolvedSource
  terms: WatchTerms
  viewers: number
  hls: HlsProxy | null
}

interface Running {
  stream: SharedStream
  sound: SharedSound
  /** Null where the owner allows no keeping. */
  recent: RecentPictures | null
  received: ReceivedTimes
  last: MediaUnit | null
}

class Server {
  readonly #options: MediaServerOptions
  readonly #http = createServer({ headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 16_384 })
  readonly #wire = new WebSocketServer({
    noServer: true,
    maxPayload: maxRequestBytes,
    perMessageDeflate: false,
    handleProtocols: () => 'media',
  })
  readonly #watches = new Map<string, Granted>()
  readonly #streams = new Map<string, Running>()
  readonly #budget = new SessionBudget()
  readonly #pool = new RecentPool()
  readonly #viewers = new Set<Viewer>()
  readonly #closed = new AbortController()
  #rule: AccessRule

  constructor(options: MediaServerOptions) {
    this.#options = options
    this.#rule = { host: '', allowedOrigins: new Set(options.allowedOrigins), token: options.token }
    this.#http.maxConnections = maxConnections
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    this.#http.on('request', (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        options.log.error({ err: error }, 'a request could not be answered')
        response.destroy()
      })
    })
    void this.#retell()
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject)
      this.#http.listen(this.#options.port, '127.0.0.1', resolve)
    })
    const { port } = this.#http.address() as AddressInfo
    this.#rule = { ...this.#rule, host: `127.0.0.1:${port}` }
    return port
  }

  grant(watchId: string, source: ResolvedSource, terms: WatchTerms = strictTerms): void {
    this.revoke(watchId)
    this.#budget.limit(terms.owner, terms.mostSessions)
    const running = this.#streams.get(keyOf(source))
    // The last word of the owner counts, for all who watch already too.
    if (running && terms.mayKeep) running.recent ??= this.#pool.open()
    else if (running) this.#forget(running)
    const { clock, log } = this.#options
    const pulse = () => new HlsPulse(clock, (state) => this.#options.onState?.({ watchId, ...state }))
    const hls = source.kind === 'hls' ? new HlsProxy({ watchId, source, pulse: pulse(), clock, log }) : null
    this.#watches.set(watchId, { source, terms, viewers: 0, hls })
  }

  revoke(watchId: string): void {
    if (!this.#watches.has(watchId)) return
    for (const viewer of this.#viewers) viewer.revoke(watchId)
    this.#watches.get(watchId)?.hls?.close()
    this.#watches.delete(watchId)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    for (const watchId of [...this.#watches.keys()]) this.revoke(watchId)
    for (const socket of this.#wire.clients) socket.terminate()
    for (const running of this.#streams.values()) {
      running.stream.close()
      this.#forget(running)
    }
    this.#streams.clear()
    const closed = new Promise((resolve) => this.#http.close(resolve))
    this.#http.closeAllConnections()
    await closed
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const place = refusalOfPlace(request, this.#rule)
    const isHere = request.url === '/media'
    if (place || !isHere || !hasProtocolToken(request, this.#rule)) {
      const status = place ? '403 Forbidden' : isHere ? '401 Unauthorized' : '404 Not Found'
      this.#options.log.warn({ status, origin: request.headers.origin }, 'a media connection was refused')
      return void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    }
    this.#wire.handleUpgrade(request, socket, head, (webSocket) => {
      const { clock, log } = this.#options
      const watches = { open: this.#open.bind(this), count: this.#count.bind(this) }
      const viewer = new Viewer({ socket: webSocket, watches, clock, log })
      this.#viewers.add(viewer)
      webSocket.on('close', () => this.#viewers.delete(viewer))
    })
  }

  async recent(watchId: string, from: number, to: number): Promise<Recent> {
    const granted = this.#watches.get(watchId)
    if (!granted) return { outcome: 'nothing' }
    const { recent: kept, received, last } = this.#streams.get(keyOf(granted.source)) ?? {}
    // Of the newest picture: a camera says what time it has a few seconds after it began.
    const cameraOffsetMs = last?.cameraOffsetMs ?? null
    if (!granted.terms.mayKeep) {
      const format = last?.format ?? null
      return { outcome: 'forbidden', received: received?.between(from, to) ?? [], format, cameraOffsetMs }
    }
    return await recentClip(kept?.read(from, to, this.#options.clock.now()) ?? [], cameraOffsetMs)
  }

  /** One upstream session for all watches of the same address and user. */
  #open(watchId: string): { stream: SharedStream; sound: SharedSound | null } | null {
    const granted = this.#watches.get(watchId)
    if (granted?.source.kind !== 'rtsp') return null
    const key = keyOf(granted.source)
    const running = this.#streams.get(key) ?? this.#newStream(key, granted)
    this.#streams.set(key, running)
    return { stream: running.stream, sound: granted.terms.sound === 'listen' ? running.sound : null }
  }

  #newStream(key: string, { source, terms }: Granted): Running {
    const { clock, random } = this.#options
    const log = this.#options.log.child({ address: loggable(source.url) })
    const { url, credentials } = source
    const recent = terms.mayKeep ? this.#pool.open() : null
    const sound = new SharedSound()
    const play = (told: PlayOptions) => playRtsp({ url, credentials, clock, log, ...told })
    const running: Running = {
      recent,
      sound,
      received: new ReceivedTimes(),
      last: null,
      stream: new SharedStream({
        play: terms.sound ? playBeside(sound, play) : play,
        clock,
        random,
        log,
        turn: {
          take: () => this.#budget.take(terms.owner),
          wait: (signal) => this.#budget.wait(terms.owner, signal),
        },
        keep: (unit) => {
          running.recent?.add(unit)
          running.received.add(unit.receivedAt)
          running.last = unit
        },
        requestKeyFrame: () => this.#requestKeyFrame(key),
        onState: (state) => this.#tell(key, state),
        onIdle: () => {
          this.#streams.delete(key)
          this.#forget(running)
        },
      }),
    }
    return running
  }

  #forget(running: Running): void {
    if (running.recent) this.#pool.close(running.recent)
    running.recent = null
  }

  /** Any watch of the source will do. */
  #requestKeyFrame(key: string): void {
    const [watchId] = [...this.#watches].find(([, { source }]) => keyOf(source) === key) ?? []
    if (watchId !== undefined) this.#options.onKeyWanted?.(watchId)
  }

  #tell(key: string, state: StreamState): void {
    for (const [watchId, { source, viewers }] of this.#watches) {
      if (viewers > 0 && keyOf(source) === key) this.#options.onState?.({ watchId, ...state })
    }
  }

  async #retell(): Promise<void> {
    const { signal } = this.#closed
    while (!signal.aborted) {
      await this.#options.clock.sleep(retellMs, signal).catch(() => {})
      for (const [key, { stream }] of this.#streams) this.#tell(key, stream.state)
    }
  }

  #count(watchId: string, change: 1 | -1): void {
    const granted = this.#watches.get(watchId)
    if (!granted) return
    granted.viewers += change
    this.#options.onUse({ watchId, viewers: granted.viewers })
    // What the stream has come to before this viewer.
    const state = change === 1 ? this.#streams.get(keyOf(granted.source))?.stream.state : undefined
    if (state && state.state !== 'connecting') this.#options.onState?.({ watchId, ...state })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const place = refusalOfPlace(request, this.#rule)
    if (place) return refuse(response, place.status, place.message)
    permitOrigin(request, response)
    if (request.method === 'OPTIONS') return answerPreflight(request, response)
    if (!hasBearerToken(request, this.#rule)) return refuse(response, 401, 'the token is missing or wrong')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD')
    const { pathname = '', search = '' } = URL.parse(request.url ?? '/', `http://${this.#rule.host}`) ?? {}
    const wanted = readRecentPath(pathname, search)
    if (wanted) {
      const recent = await this.recent(wanted.watchId, wanted.from, wanted.to)
      return answerRecent(recent, response, request.method === 'GET')
    }
    const [, watchId = '', path = ''] = /^\/hls\/([^/]{1,64})\/(.+)$/.exec(pathname) ?? []
    const granted = this.#watches.get(watchId)
    if (!granted?.hls) return refuse(response, 404, 'no such watch')
    this.#options.onUse({ watchId, viewers: granted.viewers })
    await granted.hls.answer({ path, search, request, response })
  }
}

const keyOf = ({ kind, url, credentials }: ResolvedSource) =>
  JSON.stringify([kind, url, credentials?.user, credentials?.password])
