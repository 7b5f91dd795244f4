/** The head of an MP4 file with one video track in fragments: what the decoder must know, and nothing of the pictures (ISO/IEC 14496-12, -15). */
import { h264 } from './h264-rules.ts'
import { parseH265Sequence } from './h265-parameter-sets.ts'
import { h265 } from './h265-rules.ts'
import type { MediaUnit } from './media-unit.ts'
import { box, type BoxPart, fullBox, u16, u32, u64, zeros } from './mp4-boxes.ts'
import { type NalRules, nalsOf, type PictureFormat } from './nal-rules.ts'
import { samplePrecision } from './parameter-sets.ts'

/** Ticks a second, as RTP counts video. */
export const timescale = 90_000

/** What fragments of one kind of pictures refer to. */
export interface SampleEntry {
  format: PictureFormat
  /** The entry of the sample description box. */
  bytes: Uint8Array
}

const rulesOf = ({ codec }: PictureFormat): NalRules => (codec.startsWith('avc1.') ? h264 : h265(false))

/**
 * Of a key unit, whose parameter sets stand in front of it; two with the same bytes are the same. `hasOwnSets`: samples bring parameter
 * sets of their own, for the pictures change on the way.
 */
export function sampleEntryOf({ data, format }: MediaUnit, hasOwnSets: boolean): SampleEntry {
  const rules = rulesOf(format)
  const nals = nalsOf(data)
  const sets = rules.setTypes.map((type) => nals.filter((nal) => rules.type(nal) === type))
  const isH264 = rules === h264
  const type = isH264 ? (hasOwnSets ? 'avc3' : 'avc1') : hasOwnSets ? 'hev1' : 'hvc1'
  const configuration = isH264 ? avcC(sets) : hvcC(sets)
  const { width, height } = format
  const resolution = u32(0x48_0000)
  const head: BoxPart[] = [
    zeros(6),
    u16(1),
    zeros(16),
    u16(width),
    u16(height),
    resolution,
    resolution,
    zeros(4),
    u16(1),
  ]
  return { format, bytes: box(type, ...head, zeros(32), u16(24), u16(0xffff), configuration) }
}

/** NAL units with their lengths in front; without `hasOwnSets` a key unit's parameter sets stand in the sample entry alone. */
export function sampleOf({ data, format, key }: MediaUnit, hasOwnSets: boolean): Uint8Array {
  const rules = rulesOf(format)
  const kept = nalsOf(data).filter((nal) => hasOwnSets || !key || !rules.setTypes.includes(rules.type(nal)))
  return Buffer.concat(kept.flatMap((nal) => [u32(nal.byteLength), nal]))
}

/** ISO/IEC 14496-15 section 5.3.3.1. */
function avcC([sequences = [], pictures = []]: Uint8Array[][]): Buffer {
  const first = sequences[0] ?? new Uint8Array(4)
  const precision = samplePrecision(first)
  const tail = precision && [
    0xfc | precision.chroma,
    0xf8 | (precision.lumaDepth - 8),
    0xf8 | (precision.chromaDepth - 8),
    0,
  ]
  const list = (sets: readonly Uint8Array[]) => sets.flatMap((set) => [u16(set.byteLength), set])
  const start = [1, ...first.subarray(1, 4), 0xff, 0xe0 | sequences.length]
  return box('avcC', start, ...list(sequences), [pictures.length], ...list(pictures), tail ?? [])
}

/** ISO/IEC 14496-15 section 8.3.3.1. */
function hvcC(sets: Uint8Array[][]): Buffer {
  const sequence = sets[1]?.[0] && parseH265Sequence(sets[1][0])
  const { profile = zeros(12), chroma = 1, lumaDepth = 8, chromaDepth = 8 } = sequence ?? {}
  const { temporalLayers = 1, isTemporalNested = false } = sequence ?? {}
  const depths = [0xfc | chroma, 0xf8 | (lumaDepth - 8), 0xf8 | (chromaDepth - 8)]
  // Spatial segmentation and parallelism unknown, frame rate not said, lengths of four bytes.
  const head = [1, ...profile, 0xf0, 0, 0xfc, ...depths, 0, 0, (temporalLayers << 3) | (isTemporalNested ? 4 : 0) | 3]
  const arrays = sets.map((list, index) => [
    Buffer.of(0x80 | (32 + index)),
    u16(list.length),
    ...list.flatMap((set) => [u16(set.byteLength), set]),
  ])
  return box('hvcC', head, [arrays.length], ...arrays.flat())
}

export interface TrackFacts {
  entry: SampleEntry
  /** In ticks; null while it goes on. */
  duration: number | null
  /** Milliseconds since 1970; null: not said. */
  createdAt: number | null
}

/** `ftyp` and `moov`. */
export function initialisation({ entry, duration, createdAt }: TrackFacts): Uint8Array {
  const brands = Buffer.from('iso6isommp41', 'latin1')
  const { width, height } = entry.format
  // Seconds since 1904.
  const created = u64(createdAt === null ? 0 : Math.floor(createdAt / 1000) + 2_082_844_800)
  const whole = duration ?? 0
  const matrix = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].map(u32)
  const unity = [u32(0x1_0000), u16(0x100), zeros(10)]
  const movie = fullBox(
    'mvhd',
    1,
    0,
    created,
    created,
    u32(timescale),
    u64(whole),
    ...unity,
    ...matrix,
    zeros(24),
    u32(2),
  )
  const size = [u32(width * 0x1_0000), u32(height * 0x1_0000)]
  const track = fullBox('tkhd', 1, 3, created, created, u32(1), zeros(4), u64(whole), zeros(16), ...matrix, ...size)
  const media = fullBox('mdhd', 1, 0, created, created, u32(timescale), u64(whole), u16(0x55c4), zeros(2))
  const handler = fullBox(
    'hdlr',
    0,
    0,
    zeros(4),
    Buffer.from('vide', 'latin1'),
    zeros(12),
    Buffer.from('video\0', 'latin1'),
  )
  const here = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)))
  const described = fullBox('stsd', 0, 0, u32(1), entry.bytes)
  const none = ['stts', 'stsc', 'stco'].map((type) => fullBox(type, 0, 0, u32(0)))
  const table = box('stbl', described, ...none, fullBox('stsz', 0, 0, u32(0), u32(0)))
  const information = box('minf', fullBox('vmhd', 0, 1, zeros(8)), here, table)
  const fragments = box(
    'mvex',
    duration === null ? [] : fullBox('mehd', 1, 0, u64(duration)),
    fullBox('trex', 0, 0, u32(1), u32(1), zeros(12)),
  )
  const trak = box('trak', track, box('mdia', media, handler, information))
  return Buffer.concat([
    box('ftyp', Buffer.from('iso6', 'latin1'), u32(1), brands),
    box('moov', movie, trak, fragments),
  ])
}
