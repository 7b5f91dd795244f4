/** HLS of one granted watch: playlists are rewritten, everything else is passed through, within limits. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { StreamTrouble } from '../contract/media-wire.ts'
import { troubleHeader } from './cross-origin.ts'
import { isPlaylistText, rewritePlaylist } from './hls-playlist.ts'
import { HlsUpstream, type UpstreamAnswer } from './hls-upstream.ts'
import type { HlsPulse } from './hls-pulse.ts'
import { loggable, type ResolvedSource, StreamFailure } from './media-unit.ts'

const maxPlaylistBytes = 1_000_000
const maxSegmentBytes = 64_000_000
/** Milliseconds for one answer, from the first byte asked to the last one passed on. */
const answerMs = 20_000
const maxAtOnce = 12

export interface HlsRequest {
  /** Behind `/hls/WATCHID/`: `index.m3u8`, or `at/` and a path of the server. */
  path: string
  /** With its question mark. */
  search: string
  request: IncomingMessage
  response: ServerResponse
}

export interface HlsProxyOptions {
  watchId: string
  source: ResolvedSource
  /** Is told what comes and what fails. */
  pulse: HlsPulse
  clock: Clock
  log: Logger
}

export class HlsProxy {
  readonly #options: HlsProxyOptions
  readonly #entry: URL
  readonly #upstream: HlsUpstream
  readonly #closed = new AbortController()
  #running = 0

  constructor(options: HlsProxyOptions) {
    this.#options = options
    this.#entry = new URL(options.source.url)
    this.#entry.hash = ''
    this.#upstream = new HlsUpstream(options.source)
  }

  close(): void {
    this.#closed.abort(new StreamFailure('unknown-watch', 'the watch has ended'))
  }

  async answer(asked: HlsRequest): Promise<void> {
    const { response, request } = asked
    const address = this.#addressOf(asked)
    if (!address) return fail(response, 403, 'refused', 'only the camera itself is fetched')
    if (this.#running >= maxAtOnce) return fail(response, 503, 'overload', 'too many requests at once')
    const late = new AbortController()
    const over = new AbortController()
    response.on('close', () => over.abort())
    const signal = AbortSignal.any([late.signal, over.signal, this.#closed.signal])
    void this.#options.clock.sleep(answerMs, over.signal).then(
      () => late.abort(new StreamFailure('unreachable', `no whole answer within ${answerMs} ms`)),
      () => {},
    )
    this.#running += 1
    try {
      const answer = await this.#upstream.fetch(address, rangeOf(request), signal)
      await this.#pass(answer, asked, signal)
    } catch (error) {
      // A page that went away is no failure of the camera.
      if (!over.signal.aborted) this.#refuse(response, address, signal.aborted ? signal.reason : error)
    } finally {
      this.#running -= 1
      over.abort()
    }
  }

  /** The path is set on the granted address, so it cannot name another host. */
  #addressOf({ path, search }: HlsRequest): URL | null {
    if (path === 'index.m3u8') return this.#entry
    if (!path.startsWith('at/')) return null
    const address = new URL(this.#entry)
    address.pathname = path.slice('at'.length)
    address.search = search
    return address.origin === this.#entry.origin ? address : null
  }

  readonly #route = (address: URL): string => {
    const root = `/hls/${this.#options.watchId}`
    return address.origin === this.#entry.origin
      ? `${root}/at${address.pathname}${address.search}`
      : `${root}/elsewhere`
  }

  async #pass({ response: from, address }: UpstreamAnswer, asked: HlsRequest, signal: AbortSignal): Promise<void> {
    const { response } = asked
    if (![200, 206, 404, 410, 416].includes(from.status)) {
      await from.body?.cancel()
      throw new StreamFailure('refused', `the server answers ${from.status}`)
    }
    response.setHeader('Cache-Control', 'no-store')
    const isEntry = asked.path === 'index.m3u8'
    if (from.status >= 400) {
      await from.body?.cancel()
      const isList = isEntry || isListAddress(address)
      if (isList) this.#options.pulse.failed('refused')
      return fail(response, isEntry ? 502 : from.status, 'refused', `the server answers ${from.status}`)
    }
    const chunks = bodyOf(from)
    const first = await chunks.next()
    const head = first.done ? Buffer.alloc(0) : first.value
    if (isPlaylist(from, address, head)) {
      return await this.#passPlaylist(Buffer.concat([head, await whole(chunks, maxPlaylistBytes)]), address, asked)
    }
    if (isEntry) {
      await from.body?.cancel().catch(() => {})
      throw new StreamFailure('refused', 'the answer is no HLS playlist')
    }
    response.writeHead(from.status, passedHeaders(from))
    if (asked.request.method === 'HEAD') return void response.end()
    await pipeline(Readable.from(this.#segment(head, chunks)), response, { signal })
  }

  /** It has come when the camera has sent all of it, whatever the page does with it. */
  async *#segment(head: Buffer, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    yield* limited(head, chunks)
    this.#options.pulse.segmentPassed()
  }

  async #passPlaylist(body: Buffer, address: URL, { request, response }: HlsRequest): Promise<void> {
    const text = body.toString('utf8')
    if (!isPlaylistText(text)) throw new StreamFailure('refused', 'the answer is no HLS playlist')
    const rewritten = Buffer.from(rewritePlaylist(text, address, this.#route), 'utf8')
    this.#options.pulse.listPassed()
    response.writeHead(200, { 'Content-Type': 'application/vnd.apple.mpegurl', 'Content-Length': rewritten.byteLength })
    response.end(request.method === 'HEAD' ? undefined : rewritten)
  }

  #refuse(response: ServerResponse, address: URL, error: unknown): void {
    const failure = error instanceof StreamFailure ? error : new StreamFailure('closed-by-camera', String(error), error)
    const { trouble, message } = failure
    if (!this.#closed.signal.aborted) this.#options.pulse.failed(trouble)
    this.#options.log.warn({ address: loggable(address.href), trouble, problem: message }, 'HLS could not be had')
    fail(response, trouble === 'unreachable' ? 504 : 502, trouble, message)
  }
}

function fail(response: ServerResponse, status: number, trouble: StreamTrouble, message: string): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    [troubleHeader]: trouble,
  })
  response.end(message)
}

function rangeOf(request: IncomingMessage): string | null {
  const { range } = request.headers
  return range !== undefined && /^bytes=\d{0,15}-\d{0,15}$/.test(range) ? range : null
}

const isListAddress = ({ pathname }: URL) => /\.m3u8?$/i.test(pathname)

function isPlaylist(from: Response, address: URL, head: Buffer): boolean {
  const type = from.headers.get('content-type') ?? ''
  if (/mpegurl/i.test(type) || isListAddress(address)) return from.status === 200
  return from.status === 200 && isPlaylistText(head.toString('utf8', 0, 16))
}

async function* bodyOf(from: Response): AsyncGenerator<Buffer, void> {
  if (!from.body) return
  for await (const chunk of from.body) yield Buffer.from(chunk)
}

async function whole(chunks: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes > limit) throw new StreamFailure('refused', `a playlist is longer than ${limit} bytes`)
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}

async function* limited(head: Buffer, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let bytes = head.byteLength
  yield head
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes > maxSegmentBytes) throw new StreamFailure('refused', `a segment is longer than ${maxSegmentBytes} bytes`)
    yield chunk
  }
}

/** Nothing that a page could be made to run, no cookies, and no length where fetch has decoded the body. */
function passedHeaders(from: Response): Record<string, string> {
  const type = from.headers.get('content-type') ?? ''
  const headers: Record<string, string> = {
    'Content-Type': /^(video|audio)\/[\w.+-]+/i.test(type) ? type : 'application/octet-stream',
  }
  for (const name of ['content-range', ...(from.headers.has('content-encoding') ? [] : ['content-length'])]) {
    const value = from.headers.get(name)
    if (value !== null) headers[name] = value
  }
  return headers
}
