/** The answering side of the WS-Security UsernameToken with password digest (OASIS UsernameToken Profile 1.1, 3.1). */
import { createHash } from 'node:crypto'
import type { Credentials } from '../digest.ts'
import { child, type Element, text } from './soap.ts'

/** How far a token's creation time may be from the camera's own clock, in ms. */
const window = 10_000
const mostNonces = 1_000

export interface TokenCheck {
  /** `missing` when the header carries no token. */
  check: (header: Element) => 'missing' | 'good' | 'bad'
}

/** `cameraNow` is the camera's clock, which may be off: clients are expected to have asked for it. */
export function createTokenCheck(credentials: Credentials, cameraNow: () => number): TokenCheck {
  const seen = new Set<string>()
  const isGood = (token: Element): boolean => {
    const nonce = text(token, 'Nonce') ?? ''
    const created = text(token, 'Created') ?? ''
    const age = Math.abs(cameraNow() - Date.parse(created))
    if (!(age <= window) || seen.has(nonce)) return false
    const digest = createHash('sha1')
      .update(Buffer.from(nonce, 'base64'))
      .update(created + credentials.password)
      .digest('base64')
    if (text(token, 'Username') !== credentials.user || text(token, 'Password') !== digest) return false
    // A nonce is good once; the oldest are forgotten, as their time has passed.
    seen.add(nonce)
    for (const oldest of seen) if (seen.size > mostNonces) seen.delete(oldest)
    return true
  }
  return {
    check(header) {
      const token = child(header, 'Security', 'UsernameToken')
      if (Object.keys(token).length === 0) return 'missing'
      return isGood(token) ? 'good' : 'bad'
    },
  }
}
