/** Makes RTP packets of H.264 pictures for the depacketiser's tests, in every way RFC 6184 allows in modes 0 and 1. */
import type { RtpPacket } from '../../native/media/rtp.ts'

export const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
/** Real parameter sets: 640x360 High and 350x206 Main. */
export const sets = [
  [hex('67640016acd940a02ff970110000030001000003000a0f162d96'), hex('68ebe3cb22c0')],
  [hex('674d400ceca0b0df5580880000030008000003005078a14cb0'), hex('68ebe3cb20')],
] as const

export interface Picture {
  key: boolean
  timestamp: number
  /** NAL units in the order they are sent. */
  nals: Uint8Array[]
  /** Parameter sets sent before the picture with a timestamp of their own. */
  ahead: Uint8Array[]
}

export function slice(key: boolean, isFirst: boolean, content: Uint8Array): Uint8Array {
  const nal = new Uint8Array(1 + content.length)
  nal.set(content, 1)
  nal[0] = key ? 0x65 : 0x41
  nal[1] = isFirst ? (content[0] ?? 0) | 0x80 : (content[0] ?? 0) & 0x7f
  return nal
}

export function annexB(nals: readonly Uint8Array[]): string {
  return nals.map((nal) => `00000001${Buffer.from(nal).toString('hex')}`).join('')
}

/** How the next NAL units are packed: `together` of them in one STAP-A, or one in FU-A pieces of `piece` bytes; else alone. */
export interface Packing {
  together: number
  /** 0: not in pieces. */
  piece: number
}

export interface Sender {
  /** Packets of NAL units that share a timestamp; the last one carries the marker when asked for. */
  send(nals: readonly Uint8Array[], timestamp: number, isMarked: boolean): RtpPacket[]
}

export function createSender(packings: readonly Packing[], firstSequence = 65_530): Sender {
  let sequence = firstSequence
  let turn = 0
  const packet = (payload: Uint8Array, timestamp: number): RtpPacket => {
    const made = { marker: false, payloadType: 96, sequence, timestamp: timestamp >>> 0, source: 1, payload }
    sequence = (sequence + 1) & 0xffff
    return made
  }
  return {
    send(nals, timestamp, isMarked) {
      const packets: RtpPacket[] = []
      for (let at = 0; at < nals.length;) {
        const { together, piece } = packings[turn++ % packings.length] ?? { together: 1, piece: 0 }
        const group = nals.slice(at, at + Math.max(1, together))
        at += group.length
        const payloads = group.length > 1 ? [aggregate(group)] : inPieces(group[0] ?? new Uint8Array(), piece)
        packets.push(...payloads.map((payload) => packet(payload, timestamp)))
      }
      return packets.map((one, index) => ({ ...one, marker: isMarked && index === packets.length - 1 }))
    },
  }
}

/** STAP-A, RFC 6184 section 5.7.1. */
function aggregate(nals: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from([0x78, ...nals.flatMap((nal) => [nal.length >> 8, nal.length & 0xff, ...nal])])
}

/** FU-A, RFC 6184 section 5.8; a NAL unit that fits one piece stays whole. */
function inPieces(nal: Uint8Array, piece: number): Uint8Array[] {
  const content = nal.subarray(1)
  if (piece === 0 || content.length <= piece) return [nal]
  const header = nal[0] ?? 0
  const count = Math.ceil(content.length / piece)
  return Array.from({ length: count }, (_, index) => {
    const flags = (index === 0 ? 0x80 : 0) | (index === count - 1 ? 0x40 : 0)
    const part = content.subarray(index * piece, (index + 1) * piece)
    return Buffer.concat([Uint8Array.of((header & 0xe0) | 28, flags | (header & 0x1f)), part])
  })
}
