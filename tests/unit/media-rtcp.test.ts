import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Reporter } from '../../native/media/rtcp.ts'
import { senderReport } from '../district/cameras/rtp.ts'

const packet = (sequence: number, timestamp = 0, source = 7) => ({
  marker: false,
  payloadType: 96,
  sequence: sequence & 0xffff,
  timestamp,
  source,
  payload: new Uint8Array(1),
})

/** RFC 3550 section 6.4.2, read by code of the test's own. */
function read(bytes: Uint8Array | null) {
  const report = Buffer.from(bytes ?? [])
  expect([report[0], report[1], report.readUInt16BE(2)]).toEqual([0x81, 201, 7])
  return {
    own: report.readUInt32BE(4),
    source: report.readUInt32BE(8),
    fraction: report[12],
    lost: report.readIntBE(13, 3),
    highest: report.readUInt32BE(16),
    jitter: report.readUInt32BE(20),
    lastReport: report.readUInt32BE(24),
    delay: report.readUInt32BE(28),
    description: report.subarray(32),
  }
}

describe('receiver reports', () => {
  test('say nothing before the first packet', () => expect(new Reporter(90_000, 1).write(0)).toBeNull())

  test('count what was lost, over the wrap of sequence numbers', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.array(fc.boolean(), { maxLength: 60 }), (first, comes) => {
        const reporter = new Reporter(90_000, 1)
        reporter.count(packet(first), 0)
        comes.forEach((isHere, index) => isHere && reporter.count(packet(first + 1 + index), 0))
        const last = comes.lastIndexOf(true) + 1
        const lost = comes.slice(0, last).filter((isHere) => !isHere).length
        expect(read(reporter.write(0))).toMatchObject({
          lost,
          fraction: Math.floor((lost * 256) / (last + 1)),
          highest: first + last,
        })
        // The next one tells of what came since.
        expect(read(reporter.write(0))).toMatchObject({ lost, fraction: 0 })
      }),
    )
  })

  test('tell the jitter, when the last sender report came, and who reports', () => {
    const reporter = new Reporter(90_000, 0xffff_fffe)
    reporter.count(packet(1, 0), 0)
    reporter.count(packet(2, 9_000), 100)
    expect(read(reporter.write(100))).toMatchObject({ jitter: 0, lastReport: 0, delay: 0 })
    reporter.count(packet(3, 18_000), 216)
    expect(read(reporter.write(216)).jitter).toBe((16 * 90) / 16)
    const sent = senderReport(1, 7, 1_700_000_000_500, 5, { packets: 1, bytes: 1 }).subarray(4)
    expect(reporter.read(sent, 1_000)).toBe(false)
    const told = read(reporter.write(3_500))
    // Middle 32 bits of the NTP time; 1/65536 s.
    expect(told.lastReport).toBe(((((1_700_000_000 + 2_208_988_800) & 0xffff) << 16) | 0x8000) >>> 0)
    expect(told.delay).toBe(2.5 * 65_536)
    expect([told.own, told.source]).toEqual([0xffff_fffe, 7])
    expect([...told.description.subarray(0, 4)]).toEqual([0x81, 202, 0, told.description.length / 4 - 1])
    expect(told.description.toString('latin1')).toContain('subcenter-console')
  })

  test('begin anew with a new sender', () => {
    const reporter = new Reporter(90_000, 1)
    reporter.count(packet(1), 0)
    reporter.count(packet(9), 0)
    reporter.count(packet(500, 0, 8), 0)
    expect(read(reporter.write(0))).toMatchObject({ source: 8, lost: 0, highest: 500 })
  })

  test('whatever the sender says is survived', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void new Reporter(90_000, 1).read(bytes, 0)))
  })
})
