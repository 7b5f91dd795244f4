import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Depacketiser } from '../../native/media/depacketiser.ts'
import { h264 } from '../../native/media/h264-rules.ts'
import type { MediaUnit } from '../../native/media/media-unit.ts'
import type { RtpPacket } from '../../native/media/rtp.ts'
import { annexB, createSender, hex, type Picture, sets, slice } from './media-rtp-packets.ts'

const ticks = 6_000
const firstTimestamp = 0xffff_f000
const extra = hex('0605112233')

const packing = fc.record({ together: fc.integer({ min: 1, max: 4 }), piece: fc.integer({ min: 0, max: 12 }) })
const packings = fc.array(packing, { minLength: 1, maxLength: 6 })
const content = fc.uint8Array({ minLength: 2, maxLength: 30 })
const shape = fc.record({
  isKey: fc.boolean(),
  slices: fc.array(content, { minLength: 1, maxLength: 4 }),
  hasExtra: fc.boolean(),
  version: fc.nat(1),
})
const placing = fc.constantFrom('front', 'each-slice', 'own-timestamp', 'description')

interface Stream {
  pictures: Picture[]
  /** What each picture is to become, in hex. */
  units: string[]
  /** Parameter sets of the session description. */
  described: readonly Uint8Array[]
}

/** The first picture is a key frame; key frames carry the parameter sets of their version, unless the session description does. */
const streams = fc
  .record({ shapes: fc.array(shape, { minLength: 2, maxLength: 12 }), placing })
  .map(({ shapes, placing }) => {
    const stream: Stream = { pictures: [], units: [], described: placing === 'description' ? sets[0] : [] }
    shapes.forEach(({ isKey, slices, hasExtra, version }, index) => {
      const key = isKey || index === 0
      const own = key ? (sets[placing === 'description' ? 0 : version] ?? []) : []
      const made = slices.map((bytes, at) => slice(key, at === 0, Uint8Array.of(0, index, ...bytes)))
      const before = hasExtra ? [extra] : []
      const nals = placing === 'each-slice' ? made.flatMap((one) => [...own, one]) : made
      const front = placing === 'front' ? own : []
      const ahead = placing === 'own-timestamp' ? [...own] : []
      const timestamp = firstTimestamp + index * ticks
      stream.pictures.push({ key, timestamp, nals: [...front, ...before, ...nals], ahead })
      stream.units.push(annexB([...own, ...before, ...made]))
    })
    return stream
  })

function packetsOf({ pictures }: Stream, choices: { together: number; piece: number }[], isMarked = true): RtpPacket[] {
  const sender = createSender(choices)
  return pictures.flatMap(({ ahead, nals, timestamp }) => [
    ...sender.send(ahead, timestamp - 1, isMarked),
    ...sender.send(nals, timestamp, isMarked),
  ])
}

function depacketise(packets: readonly RtpPacket[], parameterSets: readonly Uint8Array[] = []): MediaUnit[] {
  const depacketiser = new Depacketiser({ rules: h264, clockRate: 90_000, parameterSets })
  return packets.flatMap((packet, index) => depacketiser.push(packet, index))
}

const data = (unit: MediaUnit) => Buffer.from(unit.data).toString('hex')
const withoutExtra = (unit: string) => unit.replace(annexB([extra]), '')
const indexOf = (unit: MediaUnit) => Math.round((unit.timestamp * 90_000) / 1_000_000 / ticks)

describe('any packetisation of the same NAL units', () => {
  test('gives the same access units, over the wrap of sequence numbers and timestamps', () => {
    fc.assert(
      fc.property(streams, packings, (stream, choices) => {
        const units = depacketise(packetsOf(stream, choices), stream.described)
        expect(units.map(data)).toEqual(stream.units)
        expect(units.map((unit) => unit.key)).toEqual(stream.pictures.map((picture) => picture.key))
        expect(units.map(indexOf)).toEqual(stream.pictures.map((_, index) => index))
      }),
    )
  })

  test('gives them without any marker too, each when the next picture begins', () => {
    fc.assert(
      fc.property(streams, packings, (stream, choices) => {
        expect(depacketise(packetsOf(stream, choices, false), stream.described).map(data)).toEqual(
          stream.units.slice(0, -1),
        )
      }),
    )
  })

  test('gives them once when packets come twice', () => {
    fc.assert(
      fc.property(streams, packings, (stream, choices) => {
        const twice = packetsOf(stream, choices).flatMap((packet) => [packet, packet])
        expect(depacketise(twice, stream.described).map(data)).toEqual(stream.units)
      }),
    )
  })
})

describe('after a loss', () => {
  test('nothing broken is given out, and nothing that builds on what is missing', () => {
    fc.assert(
      fc.property(streams, packings, fc.array(fc.nat(200), { minLength: 1, maxLength: 6 }), (stream, choices, lost) => {
        const packets = packetsOf(stream, choices)
        const units = depacketise(
          packets.filter((_, index) => !lost.includes(index)),
          stream.described,
        )
        // Supplemental information may be lost unnoticed: a picture is whole without it.
        const bare = stream.units.map(withoutExtra)
        let last = -1
        for (const unit of units) {
          const index = bare.indexOf(withoutExtra(data(unit)), last + 1)
          expect(index).toBeGreaterThan(last)
          if (!unit.key) expect([index, last]).toEqual([last + 1, Math.max(0, last)])
          last = index
        }
      }),
      { numRuns: 500 },
    )
  })

  test('the next whole key frame is given out', () => {
    const stream = fixed(['key', 'delta', 'delta', 'key', 'delta'])
    const packets = packetsOf(stream, [{ together: 1, piece: 4 }])
    const inSecond = packets.findIndex((packet) => packet.timestamp === stream.pictures[1]?.timestamp) + 1
    const units = depacketise(packets.filter((_, index) => index !== inSecond))
    expect(units.map(data)).toEqual([stream.units[0], stream.units[3], stream.units[4]])
  })
})

function fixed(kinds: ('key' | 'delta')[], slices = 1): Stream {
  const made = kinds.map((kind, index) => {
    const key = kind === 'key'
    const own = key ? sets[0] : []
    const parts = Array.from({ length: slices }, (_, at) =>
      slice(key, at === 0, Uint8Array.of(index, at, 7, 7, 7, 7, 7, 7)),
    )
    return { key, own, parts, timestamp: (firstTimestamp + index * ticks) >>> 0 }
  })
  return {
    pictures: made.map(({ key, own, parts, timestamp }) => ({
      key,
      timestamp,
      ahead: [],
      nals: parts.flatMap((part) => [...own, part]),
    })),
    units: made.map(({ own, parts }) => annexB([...own, ...parts])),
    described: [],
  }
}

describe('cameras in the field', () => {
  test('several slices a picture, parameter sets repeated before each of them', () => {
    const stream = fixed(['key', 'delta', 'key'], 4)
    expect(stream.pictures[0]?.nals.map((nal) => (nal[0] ?? 0) & 31)).toEqual([7, 8, 5, 7, 8, 5, 7, 8, 5, 7, 8, 5])
    const units = depacketise(packetsOf(stream, [{ together: 1, piece: 0 }]))
    expect(units.map(data)).toEqual(stream.units)
    expect(units[0]?.format).toEqual({ codec: 'avc1.640016', width: 640, height: 360 })
  })

  test('a marker on every packet breaks the first picture only', () => {
    const stream = fixed(['key', 'delta', 'key', 'delta', 'delta', 'key', 'delta'], 3)
    const packets = packetsOf(stream, [{ together: 1, piece: 0 }]).map((packet) => ({ ...packet, marker: true }))
    const units = depacketise(packets).map(data)
    expect(units.slice(1)).toEqual(stream.units.slice(2, -1))
  })

  test('parameter sets that stand in the session description only', () => {
    const stream = fixed(['key', 'delta', 'key'])
    const bare = { ...stream, pictures: stream.pictures.map((one) => ({ ...one, nals: one.nals.slice(-1) })) }
    const packets = packetsOf(bare, [{ together: 1, piece: 3 }])
    expect(depacketise(packets, sets[0]).map(data)).toEqual(stream.units)
    expect(depacketise(packets)).toEqual([])
  })

  test('joining in the middle of a picture waits for the next key frame', () => {
    const stream = fixed(['key', 'delta', 'key'], 3)
    const packets = packetsOf(stream, [{ together: 1, piece: 0 }]).slice(3)
    expect(depacketise(packets).map(data)).toEqual([stream.units[2]])
  })

  test('a new format is told with its key frame', () => {
    const sender = createSender([{ together: 1, piece: 0 }])
    const key = slice(true, true, Uint8Array.of(1, 2, 3))
    const packets = [
      ...sender.send([...sets[0], key], 1, true),
      ...sender.send([...sets[0], key], 2, true),
      ...sender.send([...sets[1], key], 3, true),
    ]
    const [first, second, third] = depacketise(packets)
    expect(second?.format).toBe(first?.format)
    expect(third?.format).toEqual({ codec: 'avc1.4D400C', width: 350, height: 206 })
  })

  test('a NAL unit in pieces that never ends breaks its picture, whatever comes instead', () => {
    const stream = fixed(['key', 'delta', 'delta', 'key'])
    const packets = packetsOf(stream, [{ together: 1, piece: 4 }])
    const end = packets.findLastIndex((packet) => packet.timestamp === stream.pictures[1]?.timestamp)
    const instead = [extra, hex('7c8141414141'), hex('1c'), hex('5c'), hex('78000541'), hex('7900')]
    for (const payload of instead) {
      const damaged = packets.map((packet, index) => (index === end ? { ...packet, payload } : packet))
      expect(depacketise(damaged).map(data)).toEqual([stream.units[0], stream.units[3]])
    }
  })

  test('broken packets never make a unit and never end the session', () => {
    const stream = fixed(['key', 'delta', 'key', 'delta'])
    const packets = packetsOf(stream, [{ together: 1, piece: 0 }])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), fc.nat(packets.length - 1), (payload, at) => {
        const damaged = packets.map((packet, index) => (index === at ? { ...packet, payload } : packet))
        for (const unit of depacketise(damaged)) {
          if (unit.key) expect(Buffer.from(unit.data).includes(Buffer.from(sets[0][0]))).toBe(true)
        }
      }),
    )
  })
})
