/** Takes RTSP requests (RFC 2326) and interleaved frames out of a TCP stream, and writes responses. */

export interface RtspRequest {
  method: string
  url: string
  /** Names in lower case. */
  headers: Partial<Record<string, string>>
}

const longestHead = 8_192
const longestBody = 65_536

export interface RequestReader {
  /** Requests completed by this chunk; interleaved frames (a client's RTCP) and answers to our own requests only count as signs of life. */
  push: (chunk: Buffer) => { requests: RtspRequest[]; signs: number }
}

/** Throws when what comes is no RTSP or too long. */
export function createRequestReader(): RequestReader {
  let pending: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      pending = pending.length ? Buffer.concat([pending, chunk]) : chunk
      const requests: RtspRequest[] = []
      let signs = 0
      for (;;) {
        const taken = pending[0] === 0x24 ? frameLength(pending) : requestLength(pending)
        if (taken === null) break
        if (pending[0] === 0x24 || isAnswer(pending)) signs++
        else requests.push(parseRequest(pending.toString('utf8', 0, pending.indexOf('\r\n\r\n'))))
        pending = pending.subarray(taken)
      }
      return { requests, signs }
    },
  }
}

const isAnswer = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 5) === 'RTSP/'

function frameLength(bytes: Buffer): number | null {
  if (bytes.length < 4) return null
  const length = 4 + bytes.readUInt16BE(2)
  return bytes.length < length ? null : length
}

function requestLength(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) {
    if (bytes.length > longestHead) throw new Error('request head too long')
    return null
  }
  const stated = /^content-length:\s*(\d+)/im.exec(bytes.toString('latin1', 0, end))
  const body = stated ? Number(stated[1]) : 0
  if (body > longestBody) throw new Error('request body too long')
  return bytes.length < end + 4 + body ? null : end + 4 + body
}

function parseRequest(head: string): RtspRequest {
  const [first = '', ...lines] = head.replace(/^(\r\n)+/, '').split('\r\n')
  const start = /^([A-Z_]+) (\S+) RTSP\/1\.0$/.exec(first)
  if (!start) throw new Error(`not a request: ${first.slice(0, 80)}`)
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { method: start[1]!, url: start[2]!, headers }
}

const reasons: Record<number, string> = {
  200: 'OK',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  461: 'Unsupported Transport',
  500: 'Internal Server Error',
}

/** A response; a header with several values is written once for each. */
export function response(
  status: number,
  sequence: string | undefined,
  headers: Record<string, string | string[]> = {},
  body = '',
): string {
  const all: Record<string, string | string[]> = {
    CSeq: sequence ?? '0',
    ...headers,
    ...(body ? { 'Content-Length': String(Buffer.byteLength(body)) } : {}),
  }
  const lines = Object.entries(all).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`))
  return [`RTSP/1.0 ${status} ${reasons[status] ?? 'Unknown'}`, ...lines, '', body].join('\r\n')
}
