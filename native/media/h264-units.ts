/** Puts the NAL units of one picture into an access unit that a decoder can start from (H.264 section 7.4.1.2.3 and Annex B). */
import { parameterSetId, parseSequenceParameterSet, type PictureFormat } from './parameter-sets.ts'

export const nalType = (nal: Uint8Array) => (nal[0] ?? 0) & 0x1f
/** Slices and slice data partitions: what a picture is made of. */
export const isPicture = (type: number) => type >= 1 && type <= 5
const sequenceSet = 7
const pictureSet = 8
const delimiter = 9
const filler = 12

/** Whether the slice is the first of its picture: `first_mb_in_slice` is ue(v) and 0 is written as one set bit. */
export const beginsPicture = (slice: Uint8Array) => ((slice[1] ?? 0) & 0x80) !== 0

export interface AssembledUnit {
  key: boolean
  data: Uint8Array
  format: PictureFormat
}

/** Remembers the parameter sets of a stream and writes access units with them. */
export class UnitAssembler {
  #sequenceSets = new Map<number, Uint8Array>()
  #pictureSets = new Map<number, Uint8Array>()
  #format: PictureFormat | null = null
  #hasInBandSets = false

  /** `outOfBand`: parameter sets from the session description. */
  constructor(outOfBand: readonly Uint8Array[]) {
    this.#learn(outOfBand)
  }

  /** Whether parameter sets come with the pictures. */
  get hasInBandSets(): boolean {
    return this.#hasInBandSets
  }

  /** Takes parameter sets that came without a picture. */
  keep(nals: readonly Uint8Array[]): void {
    const sets = nals.filter(isParameterSet)
    this.#hasInBandSets ||= sets.length > 0
    this.#learn(sets)
  }

  /** Null when no parameter sets are known yet, or none that can be read. Sets repeated between slices are written once, in front. */
  assemble(nals: readonly Uint8Array[]): AssembledUnit | null {
    const sets = nals.filter(isParameterSet)
    this.#hasInBandSets ||= sets.length > 0
    const changed = this.#learn(sets)
    const format = this.#format
    if (!format || this.#pictureSets.size === 0) return null
    const key = nals.some((nal) => nalType(nal) === 5)
    const front = key ? [...this.#sequenceSets.values(), ...this.#pictureSets.values()] : changed
    return { key, data: toAnnexB([...front, ...nals.filter(isKept)]), format }
  }

  /** Returns the sets that differ from those known. */
  #learn(sets: readonly Uint8Array[]): Uint8Array[] {
    const changed = sets.filter((set) => !equal(this.#mapOf(set).get(parameterSetId(set) ?? -1), set))
    if (changed.length === 0) return changed
    const isWhole = [sequenceSet, pictureSet].every((type) => sets.some((set) => nalType(set) === type))
    if (isWhole) {
      this.#sequenceSets = new Map()
      this.#pictureSets = new Map()
    }
    for (const set of isWhole ? sets : changed) {
      const id = parameterSetId(set)
      // The packet's memory is not held for as long as a set is remembered.
      if (id !== null && id <= 255) this.#mapOf(set).set(id, set.slice())
    }
    this.#readFormat()
    return changed
  }

  #mapOf(set: Uint8Array): Map<number, Uint8Array> {
    return nalType(set) === sequenceSet ? this.#sequenceSets : this.#pictureSets
  }

  #readFormat(): void {
    const [first] = this.#sequenceSets.values()
    const format = first ? parseSequenceParameterSet(first) : null
    const before = this.#format
    const isSame =
      format?.codec === before?.codec && format?.width === before?.width && format?.height === before?.height
    if (!isSame) this.#format = format
  }
}

const isParameterSet = (nal: Uint8Array) => nalType(nal) === sequenceSet || nalType(nal) === pictureSet

const isKept = (nal: Uint8Array) => !isParameterSet(nal) && nalType(nal) !== delimiter && nalType(nal) !== filler

function equal(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0
}

function toAnnexB(nals: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(nals.reduce((sum, nal) => sum + 4 + nal.byteLength, 0))
  let at = 0
  for (const nal of nals) {
    bytes[at + 3] = 1
    bytes.set(nal, at + 4)
    at += 4 + nal.byteLength
  }
  return bytes
}
