/** Reads a sequence parameter set of H.265 (section 7.3.2.2): what a decoder, a tile and an MP4 file need to know before the first picture. */
import { type BitReader, readBits } from './bit-reader.ts'
import type { PictureFormat } from './nal-rules.ts'

export interface H265Sequence {
  id: number
  format: PictureFormat
  /** The twelve bytes of profile, tier and level as ISO/IEC 14496-15 section 8.3.3.1 wants them. */
  profile: Uint8Array
  temporalLayers: number
  isTemporalNested: boolean
  /** chroma_format_idc */
  chroma: number
  lumaDepth: number
  chromaDepth: number
}

const maxSide = 16_384

/** `nal` begins with the NAL header. Null when it cannot be read. */
export function parseH265Sequence(nal: Uint8Array): H265Sequence | null {
  if (nal.byteLength < 15 || (((nal[0] ?? 0) >> 1) & 0x3f) !== 33) return null
  const sequence = readBits(nal.subarray(2, 1024), read)
  const { width = 0, height = 0 } = sequence?.format ?? {}
  return width > 0 && height > 0 && width <= maxSide && height <= maxSide ? sequence : null
}

/** Identifier of a video (32), sequence (33) or picture (34) parameter set; null when it cannot be read. */
export function h265SetId(nal: Uint8Array): number | null {
  const type = ((nal[0] ?? 0) >> 1) & 0x3f
  if (nal.byteLength < 3) return null
  if (type === 32) return (nal[2] ?? 0) >> 4
  if (type === 33) return readBits(nal.subarray(2, 1024), (bits) => (readHead(bits), bits.unsigned()))
  return readBits(nal.subarray(2, 18), (bits) => bits.unsigned())
}

function readHead(bits: BitReader) {
  bits.bits(4)
  const layers = bits.bits(3)
  const isTemporalNested = bits.bit() === 1
  const profile = Uint8Array.from({ length: 12 }, () => bits.bits(8))
  const present = Array.from({ length: layers }, () => [bits.bit(), bits.bit()])
  if (layers > 0) bits.bits(2 * (8 - layers))
  for (const [hasProfile, hasLevel] of present) {
    if (hasProfile === 1) for (let byte = 0; byte < 11; byte += 1) bits.bits(8)
    if (hasLevel === 1) bits.bits(8)
  }
  return { temporalLayers: layers + 1, isTemporalNested, profile }
}

function read(bits: BitReader): H265Sequence {
  const head = readHead(bits)
  const id = bits.unsigned()
  const chroma = bits.unsigned()
  if (chroma === 3) bits.bit()
  const [codedWidth, codedHeight] = [bits.unsigned(), bits.unsigned()]
  const [left, right, top, bottom] =
    bits.bit() === 1 ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()] : [0, 0, 0, 0]
  const [lumaDepth, chromaDepth] = [bits.unsigned() + 8, bits.unsigned() + 8]
  // Table 6-1: the conformance window counts in chroma samples.
  const width = codedWidth - (chroma === 1 || chroma === 2 ? 2 : 1) * (left + right)
  const height = codedHeight - (chroma === 1 ? 2 : 1) * (top + bottom)
  const format = { codec: codecOf(head.profile), width, height }
  return { ...head, id, format, chroma, lumaDepth, chromaDepth }
}

/** ISO/IEC 14496-15 annex E.3: profile, compatibility flags in reverse, tier and level, constraints without trailing zeros. */
function codecOf(profile: Uint8Array): string {
  const first = profile[0] ?? 0
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? ''
  const flags = Array.from({ length: 32 }, (_, bit) => ((profile[1 + (bit >> 3)] ?? 0) >> (7 - (bit & 7))) & 1)
  const compatibility = flags.reduce((sum, flag, bit) => sum + flag * 2 ** bit, 0)
  const constraints = [...profile.subarray(5, 11)]
  while (constraints.at(-1) === 0) constraints.pop()
  const tier = (first & 0x20) === 0 ? 'L' : 'H'
  const parts = [`hvc1.${space}${first & 0x1f}`, compatibility.toString(16).toUpperCase(), `${tier}${profile[11] ?? 0}`]
  return [...parts, ...constraints.map((byte) => byte.toString(16).toUpperCase())].join('.')
}
