/** One TCP connection to an RTSP server: requests matched with their answers by CSeq, authentication, interleaved frames. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import { Authenticator, type Credentials } from './authentication.ts'
import { within } from './limits.ts'
import { loggable, Redirection, StreamFailure } from './media-unit.ts'
import {
  formatRequest,
  headerOf,
  type InterleavedFrame,
  RtspParser,
  type RtspRequest,
  type RtspResponse,
} from './rtsp-message.ts'

const maxAttempts = 3
const maxUnanswered = 16
/** How long a half-closed connection may take to go. */
const lingerMs = 500

export interface RtspConnectionOptions {
  /** Without user and password. */
  url: URL
  credentials: Credentials | null
  clock: Clock
  /** For connecting and for each answer, in milliseconds. */
  answerMs: number
  onFrame: (frame: InterleavedFrame) => void
  /** The camera asks to go elsewhere (RFC 2326 section 10.10). Whoever is told closes with the reason. */
  onRedirect: (reason: Redirection) => void
}

interface Pending {
  sequence: number
  resolve: (response: RtspResponse) => void
}

export class RtspConnection {
  readonly #options: RtspConnectionOptions
  readonly #socket: Socket
  readonly #parser = new RtspParser()
  readonly #authenticator: Authenticator | null
  readonly #ended = new AbortController()
  readonly #pending: Pending[] = []
  #sequence = 0

  /** Starts to connect; `open` waits for it. Whoever made it calls `close`. */
  constructor(options: RtspConnectionOptions) {
    this.#options = options
    const { credentials, url } = options
    this.#authenticator = credentials && new Authenticator(credentials, () => randomBytes(12).toString('hex'))
    this.#socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 554), noDelay: true })
    this.#socket.on('data', (chunk) => this.#read(chunk))
    this.#socket.on('error', (error) => this.fail(new StreamFailure(this.#lossTrouble(), error.message, error)))
    this.#socket.on('close', () => this.fail(new StreamFailure('closed-by-camera', 'the camera closed the connection')))
  }

  /** Aborted with a `StreamFailure` when the connection is of no more use. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  async open(): Promise<void> {
    const connected = new Promise<void>((resolve) => this.#socket.once('connect', resolve))
    await this.#limited(connected, `no connection to ${loggable(this.#options.url.href)}`)
  }

  /** Answers other than 401; that one is `unauthorized` when it cannot be helped. */
  async request(method: string, uri: string, headers: Record<string, string> = {}): Promise<RtspResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = new Promise<RtspResponse>((resolve) => this.#write(method, uri, headers, resolve))
      const response = await this.#limited(answer, `no answer to ${method}`)
      if (response.status !== 401) {
        this.#authenticator?.confirm()
        return response
      }
      const challenges = response.headers.get('www-authenticate') ?? []
      if (attempt === maxAttempts || !this.#authenticator?.accept(challenges)) {
        throw new StreamFailure('unauthorized', `the camera does not let this user in (${method})`)
      }
    }
  }

  /** Makes an end: everything that waits is rejected with `failure`. */
  fail(failure: StreamFailure): void {
    if (this.#ended.signal.aborted) return
    this.#ended.abort(failure)
    this.#socket.destroy()
  }

  /** Sends RTCP over the connection; nothing once it has ended. */
  sendFrame(channel: number, bytes: Uint8Array): void {
    if (this.#ended.signal.aborted) return
    this.#socket.write(Buffer.concat([Buffer.of(0x24, channel, bytes.byteLength >> 8, bytes.byteLength & 0xff), bytes]))
  }

  /** Says goodbye with TEARDOWN when there is a session to end, without waiting for the answer; what waits is rejected with `reason`. */
  close(
    session: { uri: string; id: string } | null,
    reason = new StreamFailure('closed-by-camera', 'closed here'),
  ): void {
    if (this.#ended.signal.aborted) return
    if (session) this.#write('TEARDOWN', session.uri, { Session: session.id }, null)
    this.#ended.abort(reason)
    this.#socket.end()
    void this.#options.clock.sleep(lingerMs).then(() => this.#socket.destroy())
  }

  #lossTrouble() {
    return this.#socket.connecting || this.#socket.bytesRead === 0 ? 'unreachable' : 'closed-by-camera'
  }

  async #limited<T>(work: Promise<T>, what: string): Promise<T> {
    const { clock, answerMs } = this.#options
    const late = () => new StreamFailure('unreachable', `${what} within ${answerMs} ms`)
    return await within(work, { clock, limit: answerMs, signal: this.#ended.signal, late })
  }

  #write(method: string, uri: string, headers: Record<string, string>, resolve: Pending['resolve'] | null): void {
    this.#sequence += 1
    const authorization = this.#authenticator?.header(method, uri) ?? null
    const own = { CSeq: String(this.#sequence), 'User-Agent': 'subcenter-console' }
    this.#socket.write(
      formatRequest(method, uri, { ...own, ...(authorization ? { Authorization: authorization } : {}), ...headers }),
    )
    if (resolve) this.#pending.push({ sequence: this.#sequence, resolve })
    // A camera that never answers keep-alives must not fill the memory.
    if (this.#pending.length > maxUnanswered) this.#pending.shift()
  }

  #read(chunk: Buffer): void {
    if (this.#ended.signal.aborted) return
    try {
      for (const item of this.#parser.push(chunk)) {
        if (item.kind === 'frame') this.#options.onFrame(item)
        else if (item.kind === 'response') this.#settle(item)
        else this.#answer(item)
      }
    } catch (error) {
      this.fail(new StreamFailure('refused', `not RTSP: ${error instanceof Error ? error.message : error}`, error))
    }
  }

  /** An answer without CSeq belongs to the oldest request. */
  #settle(response: RtspResponse): void {
    const sequence = headerOf(response, 'cseq')
    const index = sequence === null ? 0 : this.#pending.findIndex((pending) => pending.sequence === Number(sequence))
    const [pending] = index >= 0 ? this.#pending.splice(index, 1) : []
    pending?.resolve(response)
  }

  /** Servers may ask too (RFC 2326 section 10): OPTIONS and REDIRECT are understood. */
  #answer(request: RtspRequest): void {
    const isRedirect = request.method === 'REDIRECT'
    const status = isRedirect || request.method === 'OPTIONS' ? '200 OK' : '501 Not Implemented'
    const sequence = headerOf(request, 'cseq') ?? '0'
    this.#socket.write(`RTSP/1.0 ${status}\r\nCSeq: ${sequence}\r\n\r\n`)
    if (isRedirect) this.#options.onRedirect(new Redirection(headerOf(request, 'location') ?? ''))
  }
}
