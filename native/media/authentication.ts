/** Answers Basic and Digest challenges (RFC 2617, RFC 7616, RFC 7617) for RTSP and for HTTP. */
import { createHash } from 'node:crypto'

export interface Credentials {
  user: string
  password: string
}

export interface Challenge {
  /** In lower case. */
  scheme: string
  /** Names in lower case. */
  parameters: ReadonlyMap<string, string>
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const parameterPattern = new RegExp(`^\\s*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,]*))\\s*(?:,|$)`)
const schemePattern = new RegExp(`^[\\s,]*(${token})(?:\\s+|$)`)

/** Reads WWW-Authenticate values; one value may hold several challenges. What cannot be read is left out. */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return values.flatMap(parseValue)
}

function parseValue(value: string): Challenge[] {
  const challenges: Challenge[] = []
  let rest = value.slice(0, 4096)
  for (let scheme = schemePattern.exec(rest); scheme; scheme = schemePattern.exec(rest)) {
    rest = rest.slice(scheme[0].length)
    const parameters = new Map<string, string>()
    for (let found = parameterPattern.exec(rest); found; found = parameterPattern.exec(rest)) {
      const [all, name = '', quoted, plain] = found
      parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '')
      rest = rest.slice(all.length)
    }
    challenges.push({ scheme: (scheme[1] ?? '').toLowerCase(), parameters })
  }
  return challenges
}

interface DigestAlgorithm {
  hash: 'md5' | 'sha256'
  session: boolean
}

function digestAlgorithm(challenge: Challenge): DigestAlgorithm | null {
  // RFC 7616 section 3.3: a missing algorithm means MD5.
  const name = (challenge.parameters.get('algorithm') ?? 'MD5').toUpperCase()
  const session = name.endsWith('-SESS')
  const base = session ? name.slice(0, -5) : name
  if (base === 'MD5') return { hash: 'md5', session }
  return base === 'SHA-256' || base === 'SHA256' ? { hash: 'sha256', session } : null
}

/** Strongest first: Digest SHA-256, Digest MD5, Basic; null when none can be answered. */
export function chooseChallenge(challenges: readonly Challenge[]): Challenge | null {
  const strength = (challenge: Challenge) => {
    if (challenge.scheme === 'basic') return 1
    if (challenge.scheme !== 'digest' || !challenge.parameters.get('nonce')) return 0
    const qop = challenge.parameters.get('qop')
    if (qop !== undefined && !offersAuth(qop)) return 0
    const algorithm = digestAlgorithm(challenge)
    return algorithm === null ? 0 : algorithm.hash === 'sha256' ? 3 : 2
  }
  const usable = challenges.filter((challenge) => strength(challenge) > 0)
  return usable.sort((a, b) => strength(b) - strength(a))[0] ?? null
}

const offersAuth = (qop: string) => qop.split(',').some((option) => option.trim().toLowerCase() === 'auth')

/** Keeps the challenge of one server and writes the Authorization header of each request. */
export class Authenticator {
  readonly #credentials: Credentials
  readonly #newNonce: () => string
  #challenge: Challenge | null = null
  #isConfirmed = false
  #count = 0

  /** `newNonce` makes client nonces: unpredictable, printable, without quotes. */
  constructor(credentials: Credentials, newNonce: () => string) {
    this.#credentials = credentials
    this.#newNonce = newNonce
  }

  /**
   * Takes the challenges of a 401. False: asking again is useless, for they cannot be answered or were answered already.
   * A server may go on asking for ever, so the caller limits its attempts.
   */
  accept(values: readonly string[]): boolean {
    const challenge = chooseChallenge(parseChallenges(values))
    if (!challenge) return false
    const isStale = challenge.parameters.get('stale')?.toLowerCase() === 'true'
    const isFirst = this.#challenge === null || isNewRealm(this.#challenge, challenge)
    // A nonce that worked before may have run out; not every camera says `stale`.
    const isRenewed = this.#isConfirmed
    this.#challenge = challenge
    this.#isConfirmed = false
    this.#count = 0
    return isFirst || isStale || isRenewed
  }

  /** The server took the answer. */
  confirm(): void {
    this.#isConfirmed = this.#challenge !== null
  }

  /** Null before the first challenge. */
  header(method: string, uri: string): string | null {
    const challenge = this.#challenge
    if (!challenge) return null
    if (challenge.scheme === 'digest') return this.#digest(challenge, method, uri)
    const { user, password } = this.#credentials
    return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
  }

  /** RFC 7616 section 3.4. */
  #digest(challenge: Challenge, method: string, uri: string): string {
    const { hash, session } = digestAlgorithm(challenge) ?? { hash: 'md5', session: false }
    const digest = (text: string) => createHash(hash).update(text, 'utf8').digest('hex')
    const value = (name: string) => challenge.parameters.get(name)
    const { user, password } = this.#credentials
    const [realm, nonce] = [value('realm') ?? '', value('nonce') ?? '']
    const hasQop = value('qop') !== undefined
    this.#count += 1
    const count = this.#count.toString(16).padStart(8, '0')
    const clientNonce = this.#newNonce()
    const secret = digest(`${user}:${realm}:${password}`)
    const first = session ? digest(`${secret}:${nonce}:${clientNonce}`) : secret
    const second = digest(`${method}:${uri}`)
    const fields = [
      `username=${quote(user)}`,
      `realm=${quote(realm)}`,
      `nonce=${quote(nonce)}`,
      `uri=${quote(uri)}`,
      `response="${digest(`${first}:${nonce}:${hasQop ? `${count}:${clientNonce}:auth:` : ''}${second}`)}"`,
    ]
    const algorithm = value('algorithm')
    const opaque = value('opaque')
    if (algorithm !== undefined) fields.push(`algorithm=${algorithm}`)
    if (opaque !== undefined) fields.push(`opaque=${quote(opaque)}`)
    if (hasQop) fields.push('qop=auth', `nc=${count}`)
    if (hasQop || session) fields.push(`cnonce="${clientNonce}"`)
    return `Digest ${fields.join(', ')}`
  }
}

function isNewRealm(before: Challenge, now: Challenge): boolean {
  return before.parameters.get('realm') !== now.parameters.get('realm') || before.scheme !== now.scheme
}

/** RFC 7230 section 3.2.6; line breaks could smuggle a header in. */
function quote(text: string): string {
  return `"${text.replace(/[\r\n]/g, '').replace(/["\\]/g, '\\$&')}"`
}
