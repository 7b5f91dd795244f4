import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Depacketiser } from '../../native/media/depacketiser.ts'
import { h265SetId, parseH265Sequence } from '../../native/media/h265-parameter-sets.ts'
import { h265 } from '../../native/media/h265-rules.ts'
import { StreamFailure } from '../../native/media/media-unit.ts'
import { chooseVideo } from '../../native/media/playable-video.ts'
import type { RtpPacket } from '../../native/media/rtp.ts'
import { parseSessionDescription } from '../../native/media/sdp.ts'
import { annexB, hex } from './media-rtp-packets.ts'

/** Written by x265: 640x360 Main. */
const sets = [
  hex('40010c01ffff01600000030090000003000003003f959409'),
  hex('42010101600000030090000003000003003fa005020171f2e595952930bc05a020000003002000000301e1'),
  hex('4401c073c189'),
]
const contentInformation = hex('640100112233')
const extra = hex('4e0105112233')

describe('parameter sets', () => {
  // Written by x265; profile, tier and level as ffmpeg's own hvcC has them.
  test.each([
    [sets[1]!, 'hvc1.1.6.L63.90', 640, 360, [1, 8, 8]],
    [
      hex('420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000784'),
      'hvc1.1.6.L120.90',
      1920,
      1080,
      [1, 8, 8],
    ],
    [
      hex('42010102200000030090000003000003003fa005020171d4cd965654a4c2f0168080000003008000000784'),
      'hvc1.2.4.L63.90',
      638,
      358,
      [1, 10, 10],
    ],
    [
      hex('4201010408000003009e0800000300003c90016101a3bbcb2b2a5261780b4040000003004000000303c2'),
      'hvc1.4.10.L60.9E.8',
      350,
      206,
      [3, 8, 8],
    ],
  ])('%s', (set, codec, width, height, precision) => {
    const sequence = parseH265Sequence(set)
    expect(sequence?.format).toEqual({ codec, width, height })
    expect([sequence?.chroma, sequence?.lumaDepth, sequence?.chromaDepth]).toEqual(precision)
    expect([sequence?.id, sequence?.temporalLayers, sequence?.isTemporalNested]).toEqual([0, 1, true])
  })

  test('cut short or made up, they never fail and never make a size beyond reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (noise, length) => {
        const damaged = Uint8Array.from([...sets[1]!.slice(0, length), ...noise])
        const { width = 0, height = 0 } = parseH265Sequence(damaged)?.format ?? {}
        expect(Math.max(width, height)).toBeLessThanOrEqual(16_384)
        h265SetId(damaged)
      }),
    )
    expect(sets.map(h265SetId)).toEqual([0, 0, 0])
  })
})

/** How NAL units are packed next: `together` in one aggregation packet, or one in pieces of `piece` bytes; else alone. */
interface Packing {
  together: number
  piece: number
}

/** RFC 7798 section 4.4, written by code of the test's own; with decoding order numbers when asked for. */
function packetise(nals: readonly Uint8Array[], packings: readonly Packing[], hasOrder: boolean): Uint8Array[] {
  const payloads: Uint8Array[] = []
  const order = (bytes: number[]) => (hasOrder ? bytes : [])
  for (let at = 0, turn = 0; at < nals.length; turn += 1) {
    const { together, piece } = packings[turn % packings.length]!
    const group = nals.slice(at, at + together)
    at += group.length
    const [nal] = group as [Uint8Array]
    const content = nal.subarray(2)
    if (group.length > 1) {
      const parts = group.flatMap((one, index) => [
        ...order(index === 0 ? [0, 7] : [0]),
        one.length >> 8,
        one.length & 0xff,
        ...one,
      ])
      payloads.push(Uint8Array.from([96, 1, ...parts]))
    } else if (piece === 0 || content.length <= piece)
      payloads.push(Uint8Array.from([...nal.subarray(0, 2), ...order([0, 7]), ...content]))
    else
      for (let from = 0; from < content.length; from += piece) {
        const isStart = from === 0
        const flags = (isStart ? 0x80 : 0) | (from + piece >= content.length ? 0x40 : 0) | ((nal[0]! >> 1) & 0x3f)
        const header = [(nal[0]! & 0x81) | (49 << 1), nal[1]!, flags, ...(isStart ? order([0, 7]) : [])]
        payloads.push(Uint8Array.from([...header, ...content.subarray(from, from + piece)]))
      }
  }
  return payloads
}

const kinds = { key: [19, 20, 21], delta: [0, 1, 9] }
const slice = (type: number, isFirst: boolean, content: Uint8Array) =>
  Uint8Array.from([type << 1, 1, isFirst ? 0x80 : 0x20, ...content])
const shape = fc.record({
  isKey: fc.boolean(),
  kind: fc.nat(2),
  slices: fc.array(fc.uint8Array({ minLength: 2, maxLength: 30 }), { minLength: 1, maxLength: 4 }),
  hasExtra: fc.boolean(),
})
const packings = fc.array(
  fc.record({ together: fc.integer({ min: 1, max: 4 }), piece: fc.integer({ min: 0, max: 12 }) }),
  {
    minLength: 1,
    maxLength: 6,
  },
)

/** NAL units of each picture as they are sent, and what each is to become. */
const streams = fc.array(shape, { minLength: 2, maxLength: 10 }).map((shapes) =>
  shapes.map(({ isKey, kind, slices, hasExtra }, index) => {
    const key = isKey || index === 0
    const made = slices.map((content, at) =>
      slice(kinds[key ? 'key' : 'delta'][kind]!, at === 0, Uint8Array.of(index, ...content)),
    )
    const rest = [...(hasExtra ? [extra] : []), ...made]
    const front = key ? sets : []
    return {
      key,
      nals: [hex('460110'), ...front, ...rest],
      unit: annexB([...front, ...rest]),
      bare: annexB([...front, ...made]),
    }
  }),
)
type Stream = typeof streams extends fc.Arbitrary<infer T> ? T : never

function packetsOf(stream: Stream, choices: Packing[], hasOrder = false): RtpPacket[] {
  let sequence = 65_530
  return stream.flatMap(({ nals }, index) => {
    const payloads = packetise(nals, choices, hasOrder)
    return payloads.map((payload, at) => ({
      marker: at === payloads.length - 1,
      payloadType: 96,
      sequence: sequence++ & 0xffff,
      timestamp: index * 6_000,
      source: 1,
      payload,
    }))
  })
}

function depacketise(packets: readonly RtpPacket[], hasOrder = false) {
  const depacketiser = new Depacketiser({ rules: h265(hasOrder), clockRate: 90_000, parameterSets: [] })
  return packets.flatMap((packet) => depacketiser.push(packet, 0))
}
const data = (unit: { data: Uint8Array }) => Buffer.from(unit.data).toString('hex')
const withoutExtra = (unit: string) => unit.replace(annexB([extra]), '')

describe('any packetisation of the same NAL units', () => {
  test('gives the same access units, with decoding order numbers or without', () => {
    fc.assert(
      fc.property(streams, packings, fc.boolean(), (stream, choices, hasOrder) => {
        const units = depacketise(packetsOf(stream, choices, hasOrder), hasOrder)
        expect(units.map(data)).toEqual(stream.map(({ unit }) => unit))
        expect(units.map(({ key }) => key)).toEqual(stream.map(({ key }) => key))
        expect(units[0]?.format).toEqual({ codec: 'hvc1.1.6.L63.90', width: 640, height: 360 })
      }),
    )
  })

  test('and payload content information between them changes nothing', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const packets = packetsOf(stream, [{ together: 1, piece: 0 }])
        const more = packets.flatMap((packet) => [{ ...packet, marker: false, payload: contentInformation }, packet])
        const numbered = more.map((packet, index) => ({ ...packet, sequence: index }))
        expect(depacketise(numbered).map(data)).toEqual(stream.map(({ unit }) => unit))
      }),
    )
  })

  test('after a loss, gives out nothing broken and nothing that builds on what is missing', () => {
    fc.assert(
      fc.property(streams, packings, fc.array(fc.nat(150), { minLength: 1, maxLength: 5 }), (stream, choices, lost) => {
        const packets = packetsOf(stream, choices).filter((_, index) => !lost.includes(index))
        const bare = stream.map((one) => one.bare)
        let last = -1
        for (const unit of depacketise(packets)) {
          const index = bare.indexOf(withoutExtra(data(unit)), last + 1)
          expect(index).toBeGreaterThan(last)
          if (!unit.key) expect(index).toBe(last + 1)
          last = index
        }
      }),
      { numRuns: 300 },
    )
  })

  test('broken packets never end the session', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), fc.boolean(), (payload, hasOrder) => {
        const packet = { marker: true, payloadType: 96, sequence: 1, timestamp: 1, source: 1, payload }
        expect(depacketise([packet], hasOrder)).toEqual([])
      }),
    )
  })
})

describe('a session description', () => {
  const describe265 = (more: string) => `v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\na=fmtp:96 ${more}\r\n`
  const base64 = (set: Uint8Array | undefined) => Buffer.from(set ?? []).toString('base64')
  const sprop = `sprop-vps=${base64(sets[0])}; sprop-sps=${base64(sets[1])}; sprop-pps=${base64(sets[2])}`
  const choose = (text: string) => chooseVideo(parseSessionDescription(text)?.videos ?? [])

  test('may be the only place of the parameter sets, and says whether order numbers come', () => {
    const key = slice(19, true, hex('0102'))
    const expected = annexB([...sets, key])
    for (const [more, hasOrder] of [
      ['', false],
      ['; sprop-max-don-diff=0', false],
      ['; sprop-max-don-diff=2', true],
    ] as const) {
      const depacketiser = choose(describe265(sprop + more)).create()
      const [payload] = packetise([key], [{ together: 1, piece: 0 }], hasOrder) as [Uint8Array]
      const packet = { marker: true, payloadType: 96, sequence: 1, timestamp: 1, source: 1, payload }
      expect(depacketiser.push(packet, 0).map(data)).toEqual([expected])
    }
  })

  test('that offers H.264 too is played as H.264, which every browser decodes', () => {
    const both = `${describe265('')}m=video 0 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n`
    expect(choose(both).encoding).toBe('H264')
    expect(choose(describe265('')).encoding).toBe('H265')
    expect(() => choose('v=0\r\nm=video 0 RTP/AVP 26\r\n')).toThrow(StreamFailure)
  })
})
