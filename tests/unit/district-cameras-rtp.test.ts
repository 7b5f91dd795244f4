/** The simulated cameras' packets, requests and challenges, taken apart by code of the test's own. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessUnits, splitNals } from '../district/cameras/annex-b.ts'
import { openGate } from '../district/cameras/digest.ts'
import { packetise, senderReport, stamped } from '../district/cameras/rtp.ts'
import { createRequestReader, response } from '../district/cameras/rtsp-message.ts'

/** A NAL unit of a type; its bytes contain no start code and do not end in zero. */
function nal(type: number, length: number): Buffer {
  const bytes = Buffer.alloc(length, 0x55)
  bytes[0] = 0x60 | type
  return bytes
}

/** The receiving side of RFC 6184, for packets without loss. */
function depacketise(payloads: Buffer[]): Buffer[] {
  const nals: Buffer[] = []
  for (const payload of payloads) {
    const type = payload[0]! & 0x1f
    if (type === 24)
      for (let at = 1; at < payload.length; at += 2 + payload.readUInt16BE(at))
        nals.push(payload.subarray(at + 2, at + 2 + payload.readUInt16BE(at)))
    else if (type === 28) {
      if (payload[1]! & 0x80) nals.push(Buffer.from([(payload[0]! & 0xe0) | (payload[1]! & 0x1f)]))
      nals.push(Buffer.concat([nals.pop()!, payload.subarray(2)]))
    } else nals.push(payload)
  }
  return nals
}

function frames(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt16BE(at + 2))
    found.push(bytes.subarray(at, at + 4 + bytes.readUInt16BE(at + 2)))
  return found
}

describe('packets', () => {
  const lengths = fc.array(fc.integer({ min: 2, max: 9_000 }), { minLength: 1, maxLength: 5 })

  it('carry an access unit whole, in packets of at most 1,400 bytes, with the marker on the last', () => {
    fc.assert(
      fc.property(lengths, fc.boolean(), (sizes, key) => {
        const parameters = key ? [nal(7, 24), nal(8, 5), nal(6, 300)] : []
        const nals = [...parameters, ...sizes.map((size) => nal(key ? 5 : 1, size))]
        const unit = packetise({ key, nals }, 96)
        const packets = frames(stamped(unit, { channel: 4, sequence: 65_534, timestamp: 7, source: 9 }))
        expect(depacketise(packets.map((packet) => packet.subarray(16)))).toEqual(nals)
        packets.forEach((packet, at) => {
          expect(packet.length).toBeLessThanOrEqual(1_416)
          expect([packet[0], packet[1]]).toEqual([0x24, 4])
          expect(packet[5]).toBe(at === packets.length - 1 ? 0xe0 : 0x60)
          expect(packet.readUInt16BE(6)).toBe((65_534 + at) % 65_536)
          expect([packet.readUInt32BE(8), packet.readUInt32BE(12)]).toEqual([7, 9])
        })
      }),
    )
  })

  it('leave the shared template as it was', () => {
    const unit = packetise({ key: false, nals: [nal(1, 3_000)] }, 96)
    const before = Buffer.from(unit.bytes)
    stamped(unit, { channel: 2, sequence: 1, timestamp: 2, source: 3 })
    expect(unit.bytes).toEqual(before)
  })

  it('are accompanied by sender reports that tie RTP time to wall time', () => {
    const report = senderReport(1, 0xabcd, 1_700_000_000_500, 90_000, { packets: 3, bytes: 400 })
    expect(report.length).toBe(4 + report.readUInt16BE(2))
    expect([report[5], report.readUInt16BE(6)]).toEqual([200, 6])
    expect(report.readUInt32BE(12) - 2_208_988_800).toBe(1_700_000_000)
    expect(report.readUInt32BE(16) / 2 ** 32).toBeCloseTo(0.5)
    expect([report.readUInt32BE(20), report.readUInt32BE(24), report.readUInt32BE(28)]).toEqual([90_000, 3, 400])
    expect([report[33], report.readUInt16BE(34)]).toEqual([202, 4])
  })
})

describe('byte streams', () => {
  it('are cut at start codes of three and four bytes and grouped by delimiters', () => {
    const [delimiter, key, slice] = [nal(9, 2), nal(5, 40), nal(1, 30)]
    const code = (length: number): Buffer => Buffer.from(length === 4 ? [0, 0, 0, 1] : [0, 0, 1])
    const stream = Buffer.concat([code(4), delimiter, code(3), key, code(4), delimiter, code(3), slice, code(3), slice])
    expect(splitNals(stream)).toEqual([delimiter, key, delimiter, slice, slice])
    expect(accessUnits(stream)).toEqual([
      { key: true, nals: [key] },
      { key: false, nals: [slice, slice] },
    ])
    expect(() => accessUnits(Buffer.concat([code(4), slice]))).toThrow('delimiter')
  })
})

describe('requests', () => {
  const stream = Buffer.from(
    'OPTIONS rtsp://camera/a RTSP/1.0\r\nCSeq: 1\r\n\r\n' +
      'SET_PARAMETER rtsp://camera/a RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\nab\r\n' +
      '$\u0001\u0000\u0004abcd' +
      'PLAY rtsp://camera/a RTSP/1.0\r\nCSeq: 3\r\nSession: x\r\n\r\n',
    'latin1',
  )

  it('are the same however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: stream.length - 1 })), (cuts) => {
        const reader = createRequestReader()
        const edges = [0, ...cuts.sort((a, b) => a - b), stream.length]
        const read = edges.slice(1).map((edge, at) => reader.push(stream.subarray(edges[at], edge)))
        expect(read.flatMap(({ requests }) => requests.map(({ method, headers }) => [method, headers.cseq]))).toEqual([
          ['OPTIONS', '1'],
          ['SET_PARAMETER', '2'],
          ['PLAY', '3'],
        ])
        expect(read.reduce((sum, { signs: count }) => sum + count, 0)).toBe(1)
      }),
    )
  })

  it('that are none, or never end, are refused', () => {
    expect(() => createRequestReader().push(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toThrow('not a request')
    expect(() => createRequestReader().push(Buffer.alloc(9_000, 0x41))).toThrow('too long')
    expect(() =>
      createRequestReader().push(Buffer.from('PLAY rtsp://a RTSP/1.0\r\nContent-Length: 999999\r\n\r\n')),
    ).toThrow('too long')
  })

  it('are answered with one header line for each challenge', () => {
    expect(response(401, '7', { 'WWW-Authenticate': ['Digest a', 'Digest b'] })).toBe(
      'RTSP/1.0 401 Unauthorized\r\nCSeq: 7\r\nWWW-Authenticate: Digest a\r\nWWW-Authenticate: Digest b\r\n\r\n',
    )
  })
})

describe('challenges', () => {
  const credentials = { user: '指挥 "分中心"', password: 'a/@&=' }
  /** RFC 7616 3.4.1, without and with quality of protection. */
  function authorize(challenge: string, password: string): string {
    const [, nonce, algorithm] = /nonce="([^"]+)", algorithm=([\w-]+)/.exec(challenge)!
    const hash = (value: string): string =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(value)
        .digest('hex')
    const parts = [hash(`${credentials.user}:camera:${password}`), nonce]
    const qop = challenge.includes('qop')
    if (qop) parts.push('00000001', 'client', 'auth')
    const answer = hash([...parts, hash('DESCRIBE:rtsp://a/b')].join(':'))
    const user = credentials.user.replaceAll('"', '\\"')
    return (
      `Digest username="${user}", realm="camera", nonce="${nonce}", uri="rtsp://a/b", response="${answer}", ` +
      `algorithm=${algorithm}${qop ? ', qop=auth, nc=00000001, cnonce="client"' : ''}`
    )
  }

  it.each([
    ['digest-md5', false, 1],
    ['digest-sha256', false, 1],
    ['digest-both', false, 2],
    ['digest-both', true, 2],
  ] as const)('%s (qop %s) take the right answer to each and no other', (kind, qop, count) => {
    const gate = openGate(kind, credentials, qop)
    expect(gate.challenges()).toHaveLength(count)
    for (const challenge of gate.challenges()) {
      expect(gate.admits('DESCRIBE', authorize(challenge, credentials.password))).toBe(true)
      expect(gate.admits('DESCRIBE', authorize(challenge, 'other'))).toBe(false)
      expect(gate.admits('SETUP', authorize(challenge, credentials.password))).toBe(false)
    }
    const [other = ''] = openGate(kind, credentials, qop).challenges()
    expect(gate.admits('DESCRIBE', authorize(other, credentials.password))).toBe(false)
    expect(gate.admits('DESCRIBE', undefined)).toBe(false)
    expect(gate.admits('DESCRIBE', 'Digest nonsense')).toBe(false)
  })

  it('basic compares user and password', () => {
    const gate = openGate('basic', credentials, false)
    const basic = (password: string): string =>
      `Basic ${Buffer.from(`${credentials.user}:${password}`).toString('base64')}`
    expect(gate.admits('GET', basic(credentials.password))).toBe(true)
    expect(gate.admits('GET', basic('other'))).toBe(false)
    expect(openGate('none', credentials, false).admits('GET', undefined)).toBe(true)
  })
})
