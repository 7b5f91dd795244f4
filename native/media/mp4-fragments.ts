/** Access units as fragmented MP4, remuxed and not encoded again: piece by piece for Media Source Extensions, or a whole clip. */
import type { MediaUnit } from './media-unit.ts'
import { box, fullBox, i32, u32, u64 } from './mp4-boxes.ts'
import { initialisation, type SampleEntry, sampleEntryOf, sampleOf, timescale } from './mp4-track.ts'
import type { PictureFormat } from './nal-rules.ts'

interface Sample {
  /** In ticks. */
  decodeAt: number
  presentAt: number
  duration: number
  key: boolean
  data: Uint8Array
}

/** A fifteenth of a second, until two pictures say better. */
const usualDuration = timescale / 15
const ticksOf = ({ timestamp }: MediaUnit) => Math.round((timestamp * timescale) / 1_000_000)

/**
 * RTP tells when pictures are shown, files also when they are decoded. Without reordering both are the same; with B-frames, pictures are decoded
 * at an even pace, which is set right at each key frame.
 */
class DecodeTimes {
  #isReordered = false
  #last: { decodeAt: number; presentAt: number } | null = null
  #step: number | null = null

  next(presentAt: number, key: boolean): { decodeAt: number; duration: number } {
    const last = this.#last
    const ahead = last ? presentAt - last.presentAt : 0
    if (ahead < 0) this.#isReordered = true
    if (ahead > 0) this.#step = this.#isReordered ? Math.min(this.#step ?? ahead, ahead) : ahead
    const duration = this.#step ?? usualDuration
    const paced = last && this.#isReordered && !key ? last.decodeAt + duration : presentAt
    const decodeAt = last ? Math.max(last.decodeAt + 1, paced) : presentAt
    this.#last = { decodeAt, presentAt }
    return { decodeAt, duration }
  }
}

/** `moof` and `mdat`. */
function fragment(sequence: number, samples: readonly Sample[]): Buffer {
  const [first] = samples
  const rows = samples.flatMap(({ duration, data, key, presentAt, decodeAt }) => [
    u32(duration),
    u32(data.byteLength),
    // ISO/IEC 14496-12 section 8.8.3.1: whether it depends on others and is no sync sample.
    u32(key ? 0x0200_0000 : 0x0101_0000),
    i32(presentAt - decodeAt),
  ])
  // default-base-is-moof
  const head = fullBox('tfhd', 0, 0x02_0000, u32(1))
  const decodeAt = fullBox('tfdt', 1, 0, u64(first?.decodeAt ?? 0))
  const moof = (offset: number) =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32(sequence)),
      box('traf', head, decodeAt, fullBox('trun', 1, 0xf01, u32(samples.length), i32(offset), ...rows)),
    )
  // Offsets are written in four bytes whatever they are.
  const offset = moof(0).byteLength + 8
  return Buffer.concat([moof(offset), box('mdat', ...samples.map(({ data }) => data))])
}

export interface LivePiece {
  /** To append before the fragment; null while the last one holds. */
  initialisation: Uint8Array | null
  format: PictureFormat
  fragment: Uint8Array
}

/** For one page: each unit becomes a fragment. The media time of a picture in seconds is its timestamp in microseconds divided by a million. */
export class LiveRemuxer {
  readonly #times = new DecodeTimes()
  #entry: SampleEntry | null = null
  #sequence = 0

  /** Null before the first key frame. */
  push(unit: MediaUnit): LivePiece | null {
    const entry = unit.key ? sampleEntryOf(unit, false) : this.#entry
    if (!entry) return null
    const isNew = !this.#entry || !isSame(entry, this.#entry)
    this.#entry = entry
    this.#sequence += 1
    const presentAt = ticksOf(unit)
    const times = this.#times.next(presentAt, unit.key)
    const sample = { ...times, presentAt, key: unit.key, data: sampleOf(unit, false) }
    return {
      initialisation: isNew ? initialisation({ entry, duration: null, createdAt: null }) : null,
      format: entry.format,
      fragment: fragment(this.#sequence, [sample]),
    }
  }
}

/**
 * A whole file, which begins at time 0, in pieces: its head, then each group of pictures. `units` begin with a key frame and are of one codec;
 * they may change their size. Nothing without units.
 */
export function* remuxClip(units: readonly MediaUnit[]): Generator<Uint8Array, void> {
  const [first] = units
  if (!first) return
  const plain = sampleEntryOf(first, false)
  const hasOwnSets = units.some((unit) => unit.key && !isSame(sampleEntryOf(unit, false), plain))
  const frames = timed(units, ticksOf(first))
  const duration = Math.max(...frames.map(({ presentAt, duration }) => presentAt + duration))
  const entry = hasOwnSets ? sampleEntryOf(first, true) : plain
  yield initialisation({ entry, duration, createdAt: first.receivedAt })
  let sequence = 0
  for (const group of groupsOf(frames)) {
    const samples = group.map(({ unit, ...times }): Sample => {
      return { ...times, key: unit.key, data: sampleOf(unit, hasOwnSets) }
    })
    yield fragment((sequence += 1), samples)
  }
}

interface Timed extends Pick<Sample, 'decodeAt' | 'presentAt' | 'duration'> {
  unit: MediaUnit
}

function timed(units: readonly MediaUnit[], start: number): Timed[] {
  const shown = units.map((unit) => Math.max(0, ticksOf(unit) - start))
  // As many pictures are decoded up to any moment as are shown; no two at once.
  const decoded = shown.toSorted((a, b) => a - b)
  decoded.forEach((at, index) => (decoded[index] = Math.max(at, (decoded[index - 1] ?? -1) + 1)))
  return units.map((unit, index) => {
    const [presentAt = 0, decodeAt = 0, next] = [shown[index], decoded[index], decoded[index + 1]]
    const duration = next === undefined ? decodeAt - (decoded[index - 1] ?? decodeAt - usualDuration) : next - decodeAt
    return { unit, presentAt, decodeAt, duration }
  })
}

const isSame = (one: SampleEntry, other: SampleEntry) => Buffer.compare(one.bytes, other.bytes) === 0

/** From key frame to key frame. */
function groupsOf(frames: readonly Timed[]): Timed[][] {
  const groups: Timed[][] = []
  for (const frame of frames) {
    if (frame.unit.key || groups.length === 0) groups.push([frame])
    else groups.at(-1)?.push(frame)
  }
  return groups
}
