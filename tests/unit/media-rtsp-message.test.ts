import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatRequest, headerOf, type RtspItem, RtspParser, RtspSyntaxError } from '../../native/media/rtsp-message.ts'

interface Wire {
  bytes: Buffer
  /** What the parser is to make of it. */
  item: unknown
}

const body = fc.uint8Array({ maxLength: 40 })
const frame = fc
  .record({ channel: fc.nat(255), payload: fc.uint8Array({ maxLength: 300 }) })
  .map(({ channel, payload }): Wire => ({
    bytes: Buffer.concat([Buffer.from([0x24, channel, payload.length >> 8, payload.length & 255]), payload]),
    item: { kind: 'frame', channel, payload: [...payload] },
  }))
const lineEnd = fc.constantFrom('\r\n', '\n')
const response = fc
  .record({ status: fc.integer({ min: 100, max: 599 }), body, end: lineEnd })
  .map(({ status, body, end }): Wire => ({
    bytes: Buffer.concat([
      Buffer.from(`RTSP/1.0 ${status} Said${end}CSeq: 7${end}Content-Length: ${body.length}${end}${end}`),
      body,
    ]),
    item: {
      kind: 'response',
      status,
      reason: 'Said',
      headers: [
        ['cseq', ['7']],
        ['content-length', [`${body.length}`]],
      ],
      body: [...body],
    },
  }))
const request = fc.constantFrom('OPTIONS', 'ANNOUNCE', 'SET_PARAMETER').map((method): Wire => ({
  bytes: Buffer.from(formatRequest(method, 'rtsp://camera/1', { CSeq: '3' })),
  item: { kind: 'request', method, uri: 'rtsp://camera/1', headers: [['cseq', ['3']]], body: [] },
}))

function plain(item: RtspItem): unknown {
  if (item.kind === 'frame') return { ...item, payload: [...item.payload] }
  return { ...item, headers: [...item.headers], body: [...item.body] }
}

function parseInPieces(bytes: Buffer, cuts: number[]): unknown[] {
  const parser = new RtspParser()
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b)
  let start = 0
  return ends.flatMap((end) => {
    const piece = bytes.subarray(start, end)
    start = end
    return parser.push(piece).map(plain)
  })
}

describe('what an RTSP server sends', () => {
  test('reads the same whatever way TCP cuts it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(frame, response, request), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (messages, cuts) => {
          const bytes = Buffer.concat(messages.map((message) => message.bytes))
          expect(parseInPieces(bytes, cuts)).toEqual(messages.map((message) => message.item))
        },
      ),
    )
  })

  test('never fails otherwise than by saying that it is no RTSP', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 })),
        fc.constantFrom('', 'RTSP/1.0 200 OK\r\n', '$'),
        (chunks, start) => {
          const parser = new RtspParser()
          try {
            parser.push(Buffer.from(start))
            for (const chunk of chunks) parser.push(chunk)
          } catch (error) {
            expect(error).toBeInstanceOf(RtspSyntaxError)
          }
        },
      ),
    )
  })

  test('keeps every value of a repeated header and joins folded lines', () => {
    const [item] = new RtspParser().push(
      Buffer.from(
        'RTSP/1.0 401 No\r\nWWW-Authenticate: Basic realm="a"\r\nwww-authenticate: Digest\r\n realm="b"\r\n\r\n',
      ),
    )
    expect(item?.kind === 'response' && item.headers.get('www-authenticate')).toEqual([
      'Basic realm="a"',
      'Digest realm="b"',
    ])
    expect(item?.kind === 'response' && headerOf(item, 'session')).toBeNull()
  })

  test.each([
    ['a web page', '<!DOCTYPE html><html></html>'],
    ['HTTP', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['a body that is too large', 'RTSP/1.0 200 OK\r\nContent-Length: 999999\r\n\r\n'],
    ['a length that is none', 'RTSP/1.0 200 OK\r\nContent-Length: -4\r\n\r\n'],
    ['a header without a name', 'RTSP/1.0 200 OK\r\n: x\r\n\r\n'],
    ['headers without end', `RTSP/1.0 200 OK\r\n${'X: y\r\n'.repeat(5000)}`],
  ])('refuses %s', (_name, text) => {
    expect(() => new RtspParser().push(Buffer.from(text))).toThrow(RtspSyntaxError)
  })
})
