/** The gateway's own server on loopback: the media wire at `/media`, HLS below `/hls/`. Runs in a thread or process of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import type { Clock } from '../clock.ts'
import { type AccessRule, hasBearerToken, hasProtocolToken, refusalOfPlace } from './access.ts'
import { answerPreflight, permitOrigin } from './cross-origin.ts'
import { HlsProxy } from './hls-proxy.ts'
import { loggable, type ResolvedSource } from './media-unit.ts'
import { playRtsp } from './rtsp-session.ts'
import { SharedStream } from './shared-stream.ts'
import { maxRequestBytes, Viewer } from './viewer.ts'

const maxConnections = 256

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
}

export interface WatchUse {
  watchId: string
  /** Viewers now; HLS has none, it only reads. */
  viewers: number
}

export interface MediaServer {
  port: number
  grant(watchId: string, source: ResolvedSource): void
  revoke(watchId: string): void
  close(): Promise<void>
}

export async function startMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const server = new Server(options)
  const port = await server.listen()
  return {
    port,
    grant: server.grant.bind(server),
    revoke: server.revoke.bind(server),
    close: server.close.bind(server),
  }
}

interface Granted {
  source: ResolvedSource
  viewers: number
  hls: HlsProxy | null
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
  readonly #streams = new Map<string, SharedStream>()
  readonly #viewers = new Set<Viewer>()
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

  grant(watchId: string, source: ResolvedSource): void {
    this.revoke(watchId)
    const { clock, log } = this.#options
    const hls = source.kind === 'hls' ? new HlsProxy({ watchId, source, clock, log }) : null
    this.#watches.set(watchId, { source, viewers: 0, hls })
  }

  revoke(watchId: string): void {
    if (!this.#watches.has(watchId)) return
    for (const viewer of this.#viewers) viewer.revoke(watchId)
    this.#watches.get(watchId)?.hls?.close()
    this.#watches.delete(watchId)
  }

  async close(): Promise<void> {
    for (const watchId of [...this.#watches.keys()]) this.revoke(watchId)
    for (const socket of this.#wire.clients) socket.terminate()
    for (const stream of this.#streams.values()) stream.close()
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

  /** One upstream session for all watches of the same address and user. */
  #open(watchId: string): SharedStream | null {
    const source = this.#watches.get(watchId)?.source
    if (source?.kind !== 'rtsp') return null
    const key = JSON.stringify([source.url, source.credentials?.user, source.credentials?.password])
    const stream = this.#streams.get(key) ?? this.#newStream(source, () => this.#streams.delete(key))
    this.#streams.set(key, stream)
    return stream
  }

  #newStream(source: ResolvedSource, onIdle: () => void): SharedStream {
    const { clock, random } = this.#options
    const log = this.#options.log.child({ address: loggable(source.url) })
    const { url, credentials } = source
    return new SharedStream({
      play: (told) => playRtsp({ url, credentials, clock, log, ...told }),
      clock,
      random,
      log,
      onIdle,
    })
  }

  #count(watchId: string, change: 1 | -1): void {
    const granted = this.#watches.get(watchId)
    if (!granted) return
    granted.viewers += change
    this.#options.onUse({ watchId, viewers: granted.viewers })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const place = refusalOfPlace(request, this.#rule)
    if (place) return refuse(response, place.status, place.message)
    permitOrigin(request, response)
    if (request.method === 'OPTIONS') return answerPreflight(request, response)
    if (!hasBearerToken(request, this.#rule)) return refuse(response, 401, 'the token is missing or wrong')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD')
    const { pathname = '', search = '' } = URL.parse(request.url ?? '/', `http://${this.#rule.host}`) ?? {}
    const [, watchId = '', path = ''] = /^\/hls\/([^/]{1,64})\/(.+)$/.exec(pathname) ?? []
    const granted = this.#watches.get(watchId)
    if (!granted?.hls) return refuse(response, 404, 'no such watch')
    this.#options.onUse({ watchId, viewers: granted.viewers })
    await granted.hls.answer({ path, search, request, response })
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(message)
}
