/** Incremental parser of what an RTSP server sends on one TCP connection: responses, requests and interleaved frames (RFC 2326 section 10.12). */

export class RtspSyntaxError extends Error {
  override name = 'RtspSyntaxError'
}

/** Header names in lower case; a repeated header keeps every value. */
export type RtspHeaders = ReadonlyMap<string, readonly string[]>

export interface RtspResponse {
  kind: 'response'
  status: number
  reason: string
  headers: RtspHeaders
  body: Uint8Array
}
export interface RtspRequest {
  kind: 'request'
  method: string
  uri: string
  headers: RtspHeaders
  body: Uint8Array
}
export interface InterleavedFrame {
  kind: 'frame'
  channel: number
  payload: Uint8Array
}
export type RtspItem = RtspResponse | RtspRequest | InterleavedFrame

export interface RtspLimits {
  /** Start line and headers in bytes. */
  headerBytes: number
  bodyBytes: number
}
export const defaultRtspLimits: RtspLimits = { headerBytes: 16_384, bodyBytes: 65_536 }

type Head =
  | { kind: 'response'; status: number; reason: string; headers: RtspHeaders }
  | { kind: 'request'; method: string; uri: string; headers: RtspHeaders }

const dollar = 0x24
const lineFeed = 0x0a
const carriageReturn = 0x0d

export class RtspParser {
  readonly #limits: RtspLimits
  #pending: Buffer = Buffer.alloc(0)
  #head: Head | null = null
  #bodyBytes = 0

  constructor(limits: RtspLimits = defaultRtspLimits) {
    this.#limits = limits
  }

  /**
   * Takes the next bytes and returns what they complete; payloads are views of the bytes given. Throws `RtspSyntaxError` on bytes
   * that are not RTSP or exceed a limit; the connection is of no more use then.
   */
  push(chunk: Uint8Array): RtspItem[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#pending = this.#pending.byteLength === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    const items: RtspItem[] = []
    for (let item = this.#next(); item !== null; item = this.#next()) items.push(item)
    return items
  }

  #next(): RtspItem | null {
    if (this.#head) return this.#takeMessage(this.#head)
    this.#skipEmptyLines()
    if (this.#pending.byteLength === 0) return null
    if (this.#pending[0] === dollar) return this.#takeFrame()
    const end = headEnd(this.#pending, this.#limits.headerBytes)
    if (end === null) return null
    const head = parseHead(this.#pending.toString('utf8', 0, end))
    this.#bodyBytes = contentLength(head.headers, this.#limits.bodyBytes)
    this.#head = head
    this.#pending = this.#pending.subarray(end)
    return this.#takeMessage(head)
  }

  #takeMessage(head: Head): RtspItem | null {
    if (this.#pending.byteLength < this.#bodyBytes) return null
    const body = this.#pending.subarray(0, this.#bodyBytes)
    this.#pending = this.#pending.subarray(this.#bodyBytes)
    this.#head = null
    return { ...head, body }
  }

  #takeFrame(): RtspItem | null {
    if (this.#pending.byteLength < 4) return null
    const end = 4 + this.#pending.readUInt16BE(2)
    if (this.#pending.byteLength < end) return null
    const frame: InterleavedFrame = {
      kind: 'frame',
      channel: this.#pending.readUInt8(1),
      payload: this.#pending.subarray(4, end),
    }
    this.#pending = this.#pending.subarray(end)
    return frame
  }

  /** RFC 2326 section 4.1: empty lines before a message are ignored. */
  #skipEmptyLines(): void {
    let start = 0
    while (this.#pending[start] === carriageReturn || this.#pending[start] === lineFeed) start += 1
    if (start > 0) this.#pending = this.#pending.subarray(start)
  }
}

/** Offset behind the empty line that ends the headers; null while it has not come. Bare line feeds are accepted. */
function headEnd(bytes: Buffer, limit: number): number | null {
  const first = bytes[0] ?? 0
  if (first < 0x41 || first > 0x5a) throw new RtspSyntaxError(`a message cannot begin with byte ${first}`)
  for (let at = bytes.indexOf(lineFeed); at !== -1 && at < limit; at = bytes.indexOf(lineFeed, at + 1)) {
    const next = bytes[at + 1] === carriageReturn ? at + 2 : at + 1
    if (bytes[next] === lineFeed) {
      if (next + 1 > limit) break
      return next + 1
    }
  }
  if (bytes.byteLength > limit) throw new RtspSyntaxError(`headers are longer than ${limit} bytes`)
  return null
}

function parseHead(text: string): Head {
  const [start = '', ...lines] = text.trimEnd().split(/\r?\n/)
  const headers = parseHeaders(lines)
  const response = /^RTSP\/\d+\.\d+ +(\d{3})(?: +(.*))?$/.exec(start)
  if (response) return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', headers }
  const request = /^([A-Z_]+) +(\S+) +RTSP\/\d+\.\d+$/.exec(start)
  if (request) return { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '', headers }
  throw new RtspSyntaxError(`not a start line: ${JSON.stringify(start.slice(0, 80))}`)
}

function parseHeaders(lines: string[]): RtspHeaders {
  const headers = new Map<string, string[]>()
  let last: string[] | null = null
  for (const line of lines) {
    if (/^[ \t]/.test(line) && last) {
      last.push(`${last.pop() ?? ''} ${line.trim()}`)
      continue
    }
    const colon = line.indexOf(':')
    if (colon < 1) throw new RtspSyntaxError(`not a header: ${JSON.stringify(line.slice(0, 80))}`)
    const name = line.slice(0, colon).trim().toLowerCase()
    last = headers.get(name) ?? []
    last.push(line.slice(colon + 1).trim())
    headers.set(name, last)
  }
  return headers
}

function contentLength(headers: RtspHeaders, limit: number): number {
  const value = headers.get('content-length')?.[0]
  if (value === undefined) return 0
  if (!/^\d{1,9}$/.test(value)) throw new RtspSyntaxError(`not a Content-Length: ${JSON.stringify(value.slice(0, 40))}`)
  if (Number(value) > limit) throw new RtspSyntaxError(`a body of ${value} bytes is over the limit of ${limit}`)
  return Number(value)
}

/** First value of a header, or null. */
export function headerOf(message: { headers: RtspHeaders }, name: string): string | null {
  return message.headers.get(name)?.[0] ?? null
}

/** Writes a request; header values must not contain line breaks. */
export function formatRequest(method: string, uri: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${uri} RTSP/1.0\r\n${lines.join('')}\r\n`
}
