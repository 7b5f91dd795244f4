/** Reads a sequence parameter set (H.264 section 7.3.2.1.1): what a decoder and a tile need to know before the first picture. */

export interface PictureFormat {
  /** RFC 6381, e.g. `avc1.640016`. */
  codec: string
  width: number
  height: number
}

class EndOfBits extends Error {}

/** Bits of a NAL unit without its emulation prevention bytes (H.264 section 7.4.1.1). */
class BitReader {
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

/** Profiles whose sets say how colour is coded. */
const extendedProfiles = new Set([44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244])
const maxSide = 16_384

/** `nal` begins with the NAL header. Null when it cannot be read. */
export function parseSequenceParameterSet(nal: Uint8Array): PictureFormat | null {
  if (nal.byteLength < 5 || ((nal[0] ?? 0) & 0x1f) !== 7) return null
  const codec = `avc1.${Buffer.from(nal.subarray(1, 4)).toString('hex').toUpperCase()}`
  try {
    const { width, height } = readSize(new BitReader(nal.subarray(1, 1024)))
    return width > 0 && height > 0 && width <= maxSide && height <= maxSide ? { codec, width, height } : null
  } catch (error) {
    if (error instanceof EndOfBits) return null
    throw error
  }
}

/** Identifier of a sequence (7) or picture (8) parameter set; null when it cannot be read. */
export function parameterSetId(nal: Uint8Array): number | null {
  const start = ((nal[0] ?? 0) & 0x1f) === 7 ? 4 : 1
  try {
    return new BitReader(nal.subarray(start, start + 16)).unsigned()
  } catch (error) {
    if (error instanceof EndOfBits) return null
    throw error
  }
}

function readSize(bits: BitReader): { width: number; height: number } {
  const profile = bits.bits(8)
  bits.bits(16)
  bits.unsigned()
  const chroma = extendedProfiles.has(profile) ? readColour(bits) : 1
  bits.unsigned()
  skipPictureOrder(bits)
  bits.unsigned()
  bits.bit()
  const macroblocksWide = bits.unsigned() + 1
  const mapUnitsHigh = bits.unsigned() + 1
  const framesOnly = bits.bit()
  if (framesOnly === 0) bits.bit()
  bits.bit()
  const [left, right, top, bottom] =
    bits.bit() === 1 ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()] : [0, 0, 0, 0]
  // Tables 6-1 and 7-19: the unit of cropping is a chroma sample.
  const unitWide = chroma === 1 || chroma === 2 ? 2 : 1
  const unitHigh = (chroma === 1 ? 2 : 1) * (2 - framesOnly)
  return {
    width: macroblocksWide * 16 - unitWide * (left + right),
    height: (2 - framesOnly) * mapUnitsHigh * 16 - unitHigh * (top + bottom),
  }
}

/** Returns the chroma format; separate colour planes crop like monochrome. */
function readColour(bits: BitReader): number {
  const chroma = bits.unsigned()
  const separatePlanes = chroma === 3 ? bits.bit() : 0
  bits.unsigned()
  bits.unsigned()
  bits.bit()
  if (bits.bit() === 1) {
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
      if (bits.bit() === 1) skipScalingList(bits, list < 6 ? 16 : 64)
    }
  }
  return separatePlanes === 1 ? 0 : chroma
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8
  let next = 8
  for (let index = 0; index < size; index += 1) {
    if (next !== 0) next = (last + bits.signed() + 256) % 256
    if (next !== 0) last = next
  }
}

function skipPictureOrder(bits: BitReader): void {
  const kind = bits.unsigned()
  if (kind === 0) bits.unsigned()
  if (kind !== 1) return
  bits.bit()
  bits.signed()
  bits.signed()
  const cycle = bits.unsigned()
  if (cycle > 255) throw new EndOfBits()
  for (let index = 0; index < cycle; index += 1) bits.signed()
}

/** `sprop-parameter-sets` (RFC 6184 section 8.1): NAL units in base64, separated by commas. */
export function decodeSpropParameterSets(value: string): Uint8Array[] {
  return value
    .slice(0, 8192)
    .split(',')
    .map((part) => new Uint8Array(Buffer.from(part.trim(), 'base64')))
    .filter((nal) => nal.byteLength > 1)
}
