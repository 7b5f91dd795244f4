/** RTP payloads made once per clip: H.264 (RFC 6184, packetization-mode 1) and H.265 (RFC 7798): single NAL units, aggregates, fragments. */
import { type ClipUnit, nalType } from './annex-b.ts'
import type { VideoCodec } from './looks.ts'

/** Keeps a packet below a usual MTU of 1,500 bytes with all headers. */
const maxPayload = 1400
const interleaved = 4
const header = 12
/** STAP-A and FU-A; aggregation and fragmentation packets. */
const kinds = { h264: { aggregate: 24, fragment: 28 }, h265: { aggregate: 48, fragment: 49 } }

/** The packets of one access unit, each with its RFC 2326 10.12 frame and RTP header, ready to be stamped per viewer. */
export interface PacketisedUnit {
  key: boolean
  bytes: Buffer
  /** Where each packet's four-byte interleaved frame begins in `bytes`. */
  offsets: number[]
  /** Sum of the payloads in bytes, for sender reports. */
  payloadBytes: number
}

/** What a viewer writes over the shared packets. */
export interface Stamp {
  channel: number
  sequence: number
  timestamp: number
  source: number
}

export function packetise(unit: ClipUnit, payloadType: number, codec: VideoCodec = 'h264'): PacketisedUnit {
  const payloads = group(unit.nals, codec).flatMap((nals) =>
    nals.length > 1 ? [aggregate(nals, codec)] : fragment(nals[0]!, codec),
  )
  const bytes = Buffer.alloc(payloads.reduce((sum, payload) => sum + payload.length + interleaved + header, 0))
  const offsets: number[] = []
  let at = 0
  payloads.forEach((payload, position) => {
    offsets.push(at)
    bytes.writeUInt8(0x24, at)
    bytes.writeUInt16BE(header + payload.length, at + 2)
    bytes.writeUInt8(0x80, at + interleaved)
    const marker = position === payloads.length - 1 ? 0x80 : 0
    bytes.writeUInt8(marker | payloadType, at + interleaved + 1)
    payload.copy(bytes, at + interleaved + header)
    at += interleaved + header + payload.length
  })
  const payloadBytes = bytes.length - payloads.length * (interleaved + header)
  return { key: unit.key, bytes, offsets, payloadBytes }
}

/** A copy of the unit's packets with this viewer's channel, sequence numbers, timestamp and source. */
export function stamped(unit: PacketisedUnit, stamp: Stamp): Buffer {
  const bytes = Buffer.from(unit.bytes)
  unit.offsets.forEach((at, position) => {
    bytes.writeUInt8(stamp.channel, at + 1)
    bytes.writeUInt16BE((stamp.sequence + position) & 0xffff, at + interleaved + 2)
    bytes.writeUInt32BE(stamp.timestamp, at + interleaved + 4)
    bytes.writeUInt32BE(stamp.source, at + interleaved + 8)
  })
  return bytes
}

/** Neighbours that fit one packet go together (parameter sets and SEI in practice), slices alone as most cameras do. */
function group(nals: Buffer[], codec: VideoCodec): Buffer[][] {
  const groups: Buffer[][] = []
  let size = 0
  for (const nal of nals) {
    const last = groups.at(-1)
    const joins = last && isParameter(last[0]!, codec) && isParameter(nal, codec) && size + nal.length + 2 <= maxPayload
    if (joins) last.push(nal)
    else groups.push([nal])
    size = joins ? size + nal.length + 2 : nal.length + 3
  }
  return groups
}

function isParameter(nal: Buffer, codec: VideoCodec): boolean {
  const type = nalType(nal, codec)
  return codec === 'h264' ? type >= 6 && type <= 8 : (type >= 32 && type <= 34) || type === 39
}

function aggregate(nals: Buffer[], codec: VideoCodec): Buffer {
  const importance = Math.max(...nals.map((nal) => nal[0]! & 0x60))
  const { aggregate: kind } = kinds[codec]
  const parts = nals.flatMap((nal) => {
    const size = Buffer.alloc(2)
    size.writeUInt16BE(nal.length)
    return [size, nal]
  })
  return Buffer.concat([Buffer.from(codec === 'h264' ? [importance | kind] : [kind << 1, 1]), ...parts])
}

function fragment(nal: Buffer, codec: VideoCodec): Buffer[] {
  if (nal.length <= maxPayload) return [nal]
  const { fragment: kind } = kinds[codec]
  const type = nalType(nal, codec)
  // The NAL header of one byte or two, with the packet's kind instead of the unit's.
  const indicator = codec === 'h264' ? [(nal[0]! & 0x60) | kind] : [(nal[0]! & 0x81) | (kind << 1), nal[1]!]
  const room = maxPayload - indicator.length - 1
  const pieces: Buffer[] = []
  for (let at = indicator.length; at < nal.length; at += room) {
    const end = Math.min(nal.length, at + room)
    const flags = (at === indicator.length ? 0x80 : 0) | (end === nal.length ? 0x40 : 0)
    pieces.push(Buffer.concat([Buffer.from([...indicator, flags | type]), nal.subarray(at, end)]))
  }
  return pieces
}

/** RTCP sender report with a source description (RFC 3550 6.4.1, 6.5), as an interleaved frame. */
export function senderReport(
  channel: number,
  source: number,
  now: number,
  timestamp: number,
  sent: { packets: number; bytes: number },
): Buffer {
  const name = Buffer.from('camera')
  const description = Math.ceil((4 + 2 + name.length + 1) / 4) * 4
  const report = Buffer.alloc(interleaved + 28 + 4 + description)
  report.writeUInt8(0x24, 0)
  report.writeUInt8(channel, 1)
  report.writeUInt16BE(report.length - interleaved, 2)
  report.set([0x80, 200, 0, 6], 4)
  report.writeUInt32BE(source, 8)
  // NTP counts from 1900.
  report.writeUInt32BE((Math.floor(now / 1000) + 2_208_988_800) % 2 ** 32, 12)
  report.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 2 ** 32), 16)
  report.writeUInt32BE(timestamp, 20)
  report.writeUInt32BE(sent.packets % 2 ** 32, 24)
  report.writeUInt32BE(sent.bytes % 2 ** 32, 28)
  report.set([0x81, 202, 0, description / 4], 32)
  report.writeUInt32BE(source, 36)
  report.set([1, name.length], 40)
  name.copy(report, 42)
  return report
}
