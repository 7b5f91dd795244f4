/** Who may speak to the gateway: pages of the allowed origins that hold the token of this start. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface AccessRule {
  /** The only `Host` that is answered, e.g. `127.0.0.1:40123`: a name that resolves to loopback is not. */
  host: string
  allowedOrigins: ReadonlySet<string>
  token: string
}

export type Refusal = { status: 400 | 401 | 403; message: string }

/** Null when the request comes from where it should. */
export function refusalOfPlace(request: IncomingMessage, rule: AccessRule): Refusal | null {
  if (request.headers.host !== rule.host) return { status: 403, message: 'this host is not served' }
  const origin = request.headers.origin
  if (origin === undefined || !rule.allowedOrigins.has(origin))
    return { status: 403, message: 'this origin is not served' }
  return null
}

/** `Authorization: Bearer TOKEN` */
export function hasBearerToken(request: IncomingMessage, rule: AccessRule): boolean {
  const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return given !== undefined && isToken(given, rule.token)
}

/** `Sec-WebSocket-Protocol: media, TOKEN` */
export function hasProtocolToken(request: IncomingMessage, rule: AccessRule): boolean {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
  return offered.includes('media') && offered.some((protocol) => isToken(protocol, rule.token))
}

/** In a time that does not depend on what was given. */
function isToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}
