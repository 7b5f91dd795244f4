/** Fetches from one HLS server, and from nowhere else: its origin only, few redirects, limited in time, with the camera's credentials. */
import { randomBytes } from 'node:crypto'
import type { StreamTrouble } from '../contract/media-wire.ts'
import { Authenticator } from './authentication.ts'
import { type ResolvedSource, StreamFailure } from './media-unit.ts'

const maxRedirects = 3
const maxAttempts = 2

export interface UpstreamAnswer {
  response: Response
  /** After redirects. */
  address: URL
}

export class HlsUpstream {
  readonly #origin: string
  readonly #authenticator: Authenticator | null

  constructor(source: ResolvedSource) {
    this.#origin = new URL(source.url).origin
    this.#authenticator =
      source.credentials && new Authenticator(source.credentials, () => randomBytes(12).toString('hex'))
  }

  /** Throws `StreamFailure`. The answer's body is not read yet. */
  async fetch(address: URL, range: string | null, signal: AbortSignal): Promise<UpstreamAnswer> {
    let next = address
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      if (next.origin !== this.#origin) throw new StreamFailure('refused', 'the server leads to another origin')
      const response = await this.#authenticated(next, range, signal)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || location === null) return { response, address: next }
      await response.body?.cancel()
      next = URL.parse(location, next.href) ?? new URL('about:blank')
    }
    throw new StreamFailure('refused', `more than ${maxRedirects} redirects`)
  }

  async #authenticated(address: URL, range: string | null, signal: AbortSignal): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.#get(address, range, signal)
      if (response.status === 403) throw await ended(response, 'unauthorized', 'the server forbids it (403)')
      if (response.status !== 401) {
        this.#authenticator?.confirm()
        return response
      }
      const challenge = response.headers.get('www-authenticate')
      const mayRetry = attempt < maxAttempts && this.#authenticator?.accept(challenge === null ? [] : [challenge])
      const failure = await ended(response, 'unauthorized', 'the server does not let this user in (401)')
      if (!mayRetry) throw failure
    }
  }

  async #get(address: URL, range: string | null, signal: AbortSignal): Promise<Response> {
    const authorization = this.#authenticator?.header('GET', address.pathname + address.search)
    const headers = new Headers({ 'Accept-Encoding': 'identity', 'User-Agent': 'subcenter-console' })
    if (authorization) headers.set('Authorization', authorization)
    if (range !== null) headers.set('Range', range)
    try {
      return await fetch(address, { headers, redirect: 'manual', signal })
    } catch (error) {
      signal.throwIfAborted()
      throw new StreamFailure('unreachable', 'the server cannot be reached', error)
    }
  }
}

async function ended(response: Response, trouble: StreamTrouble, message: string): Promise<StreamFailure> {
  await response.body?.cancel()
  return new StreamFailure(trouble, message)
}
