/** Reads the bits of a NAL unit without its emulation prevention bytes (H.264 section 7.4.1.1, H.265 section 7.4.2.1). */

export class EndOfBits extends Error {}

export class BitReader {
  readonly #bytes: number[] = []
  #position = 0

  constructor(nal: Uint8Array) {
    let zeros = 0
    for (const byte of nal) {
      if (zeros >= 2 && byte === 3) {
        zeros = 0
        continue
      }
      zeros = byte === 0 ? zeros + 1 : 0
      this.#bytes.push(byte)
    }
  }

  bit(): number {
    const byte = this.#bytes[this.#position >> 3]
    if (byte === undefined) throw new EndOfBits()
    const bit = (byte >> (7 - (this.#position & 7))) & 1
    this.#position += 1
    return bit
  }

  /** At most 48, which a number holds exactly. */
  bits(count: number): number {
    let value = 0
    for (let index = 0; index < count; index += 1) value = value * 2 + this.bit()
    return value
  }

  /** ue(v), H.264 section 9.1. */
  unsigned(): number {
    let zeros = 0
    while (this.bit() === 0) {
      zeros += 1
      if (zeros > 31) throw new EndOfBits()
    }
    return 2 ** zeros - 1 + this.bits(zeros)
  }

  /** se(v), H.264 section 9.1.1. */
  signed(): number {
    const code = this.unsigned()
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2
  }
}

/** What `read` makes of the bits; null when they end too early. */
export function readBits<T>(bytes: Uint8Array, read: (bits: BitReader) => T): T | null {
  try {
    return read(new BitReader(bytes))
  } catch (error) {
    if (error instanceof EndOfBits) return null
    throw error
  }
}
