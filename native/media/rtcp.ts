/** RTCP of one received stream (RFC 3550 section 6): reads sender reports and goodbyes, writes receiver reports. */
import type { RtpPacket } from './rtp.ts'

/** RFC 3550 section 6.2 asks for no more than one report in five seconds of a session of two. */
export const reportMs = 5_000

const senderReportType = 200
const receiverReportType = 201
const descriptionType = 202
const goodbyeType = 203
const name = Buffer.from('subcenter-console')

/** What one sender sent, as far as it came. */
interface Reception {
  source: number
  firstSequence: number
  /** With the number of wraps in the upper 16 bits. */
  highestSequence: number
  received: number
  /** Of the last report. */
  expectedBefore: number
  receivedBefore: number
  /** In ticks of the media clock. */
  transit: number
  jitter: number
  /** Middle 32 bits of the last sender report's NTP time, and when it came; null before the first. */
  report: { time: number; at: number } | null
}

export class Reporter {
  readonly #clockRate: number
  readonly #ownSource: number
  /** The sender's clock minus ours in ms, as late as its last report was on the way; null before the first. */
  senderOffsetMs: number | null = null
  /** How long packets are on the way by the sender's own clock, in ms, averaged; null before its first report. */
  transitMs: number | null = null
  #reported: { sentAt: number; timestamp: number } | null = null
  #reception: Reception | null = null

  /** `clockRate` in Hz; `ownSource` identifies this receiver. */
  constructor(clockRate: number, ownSource: number) {
    this.#clockRate = clockRate
    this.#ownSource = ownSource >>> 0
  }

  /** Counts a packet of the stream; `at` in milliseconds. */
  count({ source, sequence, timestamp }: RtpPacket, at: number): void {
    const ticks = Math.round((at * this.#clockRate) / 1000)
    const transit = (ticks - timestamp) | 0
    if (this.#reported) {
      const sentAt = this.#reported.sentAt + (((timestamp - this.#reported.timestamp) | 0) * 1000) / this.#clockRate
      this.transitMs = (this.transitMs ?? at - sentAt) * (15 / 16) + (at - sentAt) / 16
    }
    const known = this.#reception
    if (known?.source !== source) {
      const report = null
      const counts = { received: 1, expectedBefore: 0, receivedBefore: 0 }
      this.#reception = {
        source,
        firstSequence: sequence,
        highestSequence: sequence,
        transit,
        jitter: 0,
        report,
        ...counts,
      }
      return
    }
    known.received += 1
    const ahead = (sequence - known.highestSequence) & 0xffff
    if (ahead < 0x8000) known.highestSequence += ahead
    // Appendix A.8.
    known.jitter += (Math.abs((transit - known.transit) | 0) - known.jitter) / 16
    known.transit = transit
  }

  /** Takes a compound packet of the sender. True when it says goodbye (section 6.6). */
  read(bytes: Uint8Array, at: number): boolean {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let start = 0; start + 4 <= bytes.byteLength; start += 4 * (view.getUint16(start + 2) + 1)) {
      if (view.getUint8(start) >> 6 !== 2) return false
      const type = view.getUint8(start + 1)
      if (type === goodbyeType) return true
      if (type !== senderReportType || start + 20 > bytes.byteLength) continue
      const time = ((view.getUint16(start + 10) << 16) | view.getUint16(start + 12)) >>> 0
      if (this.#reception?.source !== view.getUint32(start + 4)) continue
      this.#reception.report = { time, at }
      // NTP counts from 1900; zero means that the sender has no clock (section 6.4.1).
      const seconds = view.getUint32(start + 8)
      const sentAt = (seconds - 2_208_988_800) * 1000 + Math.round((view.getUint32(start + 12) * 1000) / 2 ** 32)
      this.senderOffsetMs = seconds === 0 ? null : sentAt - at
      this.#reported = seconds === 0 ? null : { sentAt, timestamp: view.getUint32(start + 16) }
    }
    return false
  }

  /** A receiver report with a source description (sections 6.4.2 and 6.5); null before the first packet. */
  write(at: number): Uint8Array | null {
    const reception = this.#reception
    if (!reception) return null
    const expected = reception.highestSequence - reception.firstSequence + 1
    const lost = Math.max(-0x80_0000, Math.min(expected - reception.received, 0x7f_ffff))
    const expectedNow = expected - reception.expectedBefore
    const lostNow = expectedNow - (reception.received - reception.receivedBefore)
    reception.expectedBefore = expected
    reception.receivedBefore = reception.received
    const description = 4 * Math.ceil((4 + 2 + name.byteLength + 1) / 4)
    const report = Buffer.alloc(32 + 4 + description)
    report.set([0x81, receiverReportType, 0, 7])
    report.writeUInt32BE(this.#ownSource, 4)
    report.writeUInt32BE(reception.source, 8)
    report.writeUInt8(lostNow > 0 ? Math.min(255, Math.floor((lostNow * 256) / expectedNow)) : 0, 12)
    report.writeIntBE(lost, 13, 3)
    report.writeUInt32BE(reception.highestSequence >>> 0, 16)
    report.writeUInt32BE(Math.floor(reception.jitter) >>> 0, 20)
    if (reception.report) {
      report.writeUInt32BE(reception.report.time, 24)
      report.writeUInt32BE(Math.round((Math.max(0, at - reception.report.at) * 65_536) / 1000) >>> 0, 28)
    }
    report.set([0x81, descriptionType, 0, description / 4], 32)
    report.writeUInt32BE(this.#ownSource, 36)
    report.set([1, name.byteLength, ...name], 40)
    return report
  }
}
