import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MediaUnit } from '../../native/media/media-unit.ts'
import { RecentPool } from '../../native/media/recent-pictures.ts'

const format = { codec: 'avc1.640016', width: 640, height: 360 }
const unit = (key: boolean, receivedAt: number, bytes = 744, codec = format.codec): MediaUnit => ({
  key,
  timestamp: receivedAt * 1000,
  receivedAt,
  data: new Uint8Array(bytes),
  format: { ...format, codec },
})
/** With what a unit takes beside its pictures: a round thousand for one of 744 bytes. */
const roomy = { ms: 60_000, streamBytes: 1e9, totalBytes: 1e9 }
const times = (units: MediaUnit[]) => units.map(({ receivedAt }) => receivedAt)

describe('the last minute of a stream', () => {
  test('is read from the key frame before to the last picture of the time, or not at all', () => {
    const recent = new RecentPool(roomy).open()
    recent.add(unit(false, 500))
    for (const at of [1_000, 2_000, 3_000, 4_000, 5_000, 6_000]) recent.add(unit(at % 2_000 === 0, at))
    expect(times(recent.read(0, 1e6, 6_000))).toEqual([2_000, 3_000, 4_000, 5_000, 6_000])
    expect(times(recent.read(4_500, 5_200, 6_000))).toEqual([4_000, 5_000])
    expect(times(recent.read(3_500, 3_600, 6_000))).toEqual([])
    expect(times(recent.read(7_000, 8_000, 8_000))).toEqual([])
    expect(times(recent.read(0, 1_999, 8_000))).toEqual([])
  })

  test('is no longer than a minute and the group in which it begins, even when nothing new comes', () => {
    const recent = new RecentPool(roomy).open()
    for (let at = 0; at <= 100_000; at += 1_000) recent.add(unit(at % 7_000 === 0, at))
    expect(recent.from).toBe(35_000)
    expect(times(recent.read(0, 1e9, 100_000))[0]).toBe(35_000)
    expect(times(recent.read(0, 1e9, 155_000))).toEqual([
      91_000, 92_000, 93_000, 94_000, 95_000, 96_000, 97_000, 98_000, 99_000, 100_000,
    ])
    expect(recent.read(0, 1e9, 161_000)).toEqual([])
  })

  test('ends where the codec changes', () => {
    const recent = new RecentPool(roomy).open()
    recent.add(unit(true, 1_000))
    recent.add(unit(true, 2_000, 744, 'avc1.4D400C'))
    recent.add(unit(true, 3_000, 744, 'hvc1.1.6.L63.90'))
    expect(times(recent.read(0, 9_000, 9_000))).toEqual([1_000, 2_000])
    expect(times(recent.read(3_000, 9_000, 9_000))).toEqual([3_000])
  })

  test('of all streams together stays within bounds, begins with a key frame each, and loses the oldest first', () => {
    const step = fc.record({ stream: fc.nat(2), key: fc.boolean(), bytes: fc.nat(6_000), passed: fc.nat(9_000) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const limits = { ms: 60_000, streamBytes: 12_000, totalBytes: 20_000 }
        const pool = new RecentPool(limits)
        const streams = [pool.open(), pool.open(), pool.open()]
        let now = 0
        for (const { stream, key, bytes, passed } of steps) {
          now += passed
          streams[stream]?.add(unit(key, now, bytes))
          expect(pool.bytes).toBeLessThanOrEqual(limits.totalBytes)
          for (const one of streams) {
            expect(one.bytes).toBeLessThanOrEqual(limits.streamBytes)
            const kept = one.read(-Infinity, Infinity, now)
            expect(kept[0]?.key ?? true).toBe(true)
          }
        }
        streams.forEach((stream) => pool.close(stream))
        expect(pool.bytes).toBe(0)
      }),
    )
    const pool = new RecentPool({ ...roomy, totalBytes: 3_000 })
    const [old, young] = [pool.open(), pool.open()]
    for (const at of [1_000, 4_000]) old.add(unit(true, at))
    young.add(unit(true, 2_000))
    young.add(unit(true, 3_000))
    expect([times(old.read(0, 9e9, 5_000)), times(young.read(0, 9e9, 5_000))]).toEqual([[4_000], [2_000, 3_000]])
  })
})
