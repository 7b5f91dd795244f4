/** Reads a sequence parameter set (H.264 section 7.3.2.1.1): what a decoder and a tile need to know before the first picture. */

import { type BitReader, EndOfBits, readBits } from './bit-reader.ts'
import type { PictureFormat } from './nal-rules.ts'

/** What an MP4 file says of a high profile. */
export interface SamplePrecision {
  /** chroma_format_idc */
  chroma: number
  lumaDepth: number
  chromaDepth: number
}

/** Profiles whose sets say how colour is coded. */
const extendedProfiles = new Set([44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244])
const maxSide = 16_384

/** `nal` begins with the NAL header. Null when it cannot be read. */
export function parseSequenceParameterSet(nal: Uint8Array): PictureFormat | null {
  if (nal.byteLength < 5 || ((nal[0] ?? 0) & 0x1f) !== 7) return null
  const codec = `avc1.${Buffer.from(nal.subarray(1, 4)).toString('hex').toUpperCase()}`
  const { width = 0, height = 0 } = readBits(nal.subarray(1, 1024), readSequence) ?? {}
  return width > 0 && height > 0 && width <= maxSide && height <= maxSide ? { codec, width, height } : null
}

/** Null for the profiles that have only one, and when it cannot be read. */
export function samplePrecision(nal: Uint8Array): SamplePrecision | null {
  return extendedProfiles.has(nal[1] ?? 0) ? readBits(nal.subarray(1, 1024), (bits) => readSequence(bits).colour) : null
}

/** Identifier of a sequence (7) or picture (8) parameter set; null when it cannot be read. */
export function parameterSetId(nal: Uint8Array): number | null {
  const start = ((nal[0] ?? 0) & 0x1f) === 7 ? 4 : 1
  return readBits(nal.subarray(start, start + 16), (bits) => bits.unsigned())
}

interface Colour extends SamplePrecision {
  /** Separate planes crop like monochrome. */
  isSeparate: boolean
}

function readSequence(bits: BitReader): { width: number; height: number; colour: Colour } {
  const profile = bits.bits(8)
  bits.bits(16)
  bits.unsigned()
  const usual = { chroma: 1, lumaDepth: 8, chromaDepth: 8, isSeparate: false }
  const colour = extendedProfiles.has(profile) ? readColour(bits) : usual
  const chroma = colour.isSeparate ? 0 : colour.chroma
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
    colour,
  }
}

function readColour(bits: BitReader): Colour {
  const chroma = bits.unsigned()
  const isSeparate = chroma === 3 && bits.bit() === 1
  const [lumaDepth, chromaDepth] = [bits.unsigned() + 8, bits.unsigned() + 8]
  bits.bit()
  if (bits.bit() === 1) {
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
      if (bits.bit() === 1) skipScalingList(bits, list < 6 ? 16 : 64)
    }
  }
  return { chroma, lumaDepth, chromaDepth, isSeparate }
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

/** `sprop-parameter-sets` (RFC 6184 section 8.1), `sprop-vps` and its like (RFC 7798 section 7.1): NAL units in base64, separated by commas. */
export function decodeSpropParameterSets(value: string): Uint8Array[] {
  return value
    .slice(0, 8192)
    .split(',')
    .map((part) => new Uint8Array(Buffer.from(part.trim(), 'base64')))
    .filter((nal) => nal.byteLength > 1)
}
