/** The answering side of HTTP Basic (RFC 7617) and Digest (RFC 7616, and RFC 2617 without qop), as RTSP and HTTP share it. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** `digest-both` offers SHA-256 and MD5 and takes either. */
export type AuthKind = 'none' | 'basic' | 'digest-md5' | 'digest-sha256' | 'digest-both'
export interface Credentials {
  user: string
  password: string
}

const realm = 'camera'
const algorithms = { MD5: 'md5', 'SHA-256': 'sha256' } as const
type Algorithm = keyof typeof algorithms

export interface Gate {
  /** The `WWW-Authenticate` headers of a 401. */
  challenges: () => string[]
  admits: (method: string, authorization: string | undefined) => boolean
  /** Forgets the nonce, as cameras do after a while: who comes with it is told that it is stale. */
  renew: () => void
}

/** `qop` false leaves it out, as RTSP servers usually do (RFC 2617 3.2.2.1 compatibility form). */
export function openGate(kind: AuthKind, credentials: Credentials | null, qop: boolean): Gate {
  if (kind === 'none' || !credentials) return { challenges: () => [], admits: () => true, renew: () => undefined }
  if (kind === 'basic') return basicGate(credentials)
  const offered = offeredBy(kind)
  // Base64 as many RTSP servers have it; over HTTP hexadecimal, since node-onvif cuts a nonce at its first `=`.
  const newNonce = (): string => randomBytes(16).toString(qop ? 'hex' : 'base64')
  let nonce = newNonce()
  let stale = ''
  return {
    // SHA-256 first; a client that knows only MD5 commonly takes the last challenge it can read.
    challenges: () =>
      offered.map(
        (name) => `Digest realm="${realm}", nonce="${nonce}", algorithm=${name}${qop ? ', qop="auth"' : ''}${stale}`,
      ),
    admits: (method, authorization) => {
      const fields = digestFields(authorization)
      const algorithm = (fields?.algorithm ?? 'MD5') as Algorithm
      stale = fields && fields.nonce !== nonce ? ', stale=true' : ''
      if (!fields || !offered.includes(algorithm) || fields.nonce !== nonce || fields.realm !== realm) return false
      if (qop && fields.qop === undefined) return false
      const expected = digestResponse(algorithm, credentials, method, fields)
      return fields.username === credentials.user && same(expected, fields.response ?? '')
    },
    renew: () => void (nonce = newNonce()),
  }
}

function offeredBy(kind: AuthKind): Algorithm[] {
  if (kind === 'digest-md5') return ['MD5']
  return kind === 'digest-sha256' ? ['SHA-256'] : ['SHA-256', 'MD5']
}

function basicGate(credentials: Credentials): Gate {
  const expected = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`
  return {
    challenges: () => [`Basic realm="${realm}", charset="UTF-8"`],
    admits: (_method, authorization) => same(expected, authorization ?? ''),
    renew: () => undefined,
  }
}

function same(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)]
  return first.length === second.length && timingSafeEqual(first, second)
}

/** The fields of an `Authorization: Digest` header, null when it is something else. */
function digestFields(authorization: string | undefined): Partial<Record<string, string>> | null {
  if (!authorization?.startsWith('Digest ')) return null
  const fields: Record<string, string> = {}
  for (const [, name, quoted, bare] of authorization
    .slice(7)
    .matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g))
    fields[name!.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? ''
  return fields
}

function digestResponse(
  algorithm: Algorithm,
  credentials: Credentials,
  method: string,
  fields: Partial<Record<string, string>>,
): string {
  const hash = (text: string): string => createHash(algorithms[algorithm]).update(text).digest('hex')
  const secret = hash(`${credentials.user}:${realm}:${credentials.password}`)
  const request = hash(`${method}:${fields.uri}`)
  return fields.qop
    ? hash([secret, fields.nonce, fields.nc, fields.cnonce, fields.qop, request].join(':'))
    : hash([secret, fields.nonce, request].join(':'))
}
