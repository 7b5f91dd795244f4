/** Reads RTP packets (RFC 3550 section 5.1), their sequence and their time. */

export interface RtpPacket {
  marker: boolean
  payloadType: number
  sequence: number
  timestamp: number
  source: number
  payload: Uint8Array
}

/** Null when the bytes are no RTP packet of version 2. The payload is a view. */
export function parseRtp(bytes: Uint8Array): RtpPacket | null {
  if (bytes.byteLength < 12) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = view.getUint8(0)
  if (first >> 6 !== 2) return null
  let start = 12 + 4 * (first & 0x0f)
  if ((first & 0x10) !== 0) {
    if (bytes.byteLength < start + 4) return null
    start += 4 + 4 * view.getUint16(start + 2)
  }
  const padding = (first & 0x20) !== 0 ? (bytes.at(-1) ?? 0) : 0
  const end = bytes.byteLength - padding
  if (end < start) return null
  const second = view.getUint8(1)
  return {
    marker: (second & 0x80) !== 0,
    payloadType: second & 0x7f,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    source: view.getUint32(8),
    payload: bytes.subarray(start, end),
  }
}

/** Packets between two sequence numbers, modulo 2^16: 0 when `sequence` follows `last`, negative when it is an old one. */
export function sequenceGap(last: number, sequence: number): number {
  const distance = (sequence - last - 1) & 0xffff
  return distance > 0x7fff ? distance - 0x10000 : distance
}

/** Turns 32-bit RTP timestamps into a count that goes on over the wrap. */
export class TimestampUnwrapper {
  #last: number | null = null
  #count = 0

  /** Ticks since the first timestamp; a picture that is shown before an earlier one counts back. */
  unwrap(timestamp: number): number {
    if (this.#last !== null) this.#count += (timestamp - this.#last) | 0
    this.#last = timestamp
    return this.#count
  }
}
