/** Puts the NAL units of one picture into an access unit that a decoder can start from (Annex B of H.264 and of H.265). */
import type { NalRules, PictureFormat } from './nal-rules.ts'

export interface AssembledUnit {
  key: boolean
  data: Uint8Array
  format: PictureFormat
}

/** Remembers the parameter sets of a stream and writes access units with them. */
export class UnitAssembler {
  readonly #rules: NalRules
  /** By kind, then by identifier. */
  #sets: Map<number, Map<number, Uint8Array>>
  #format: PictureFormat | null = null
  #hasInBandSets = false

  /** `outOfBand`: parameter sets from the session description. */
  constructor(rules: NalRules, outOfBand: readonly Uint8Array[]) {
    this.#rules = rules
    this.#sets = this.#noSets()
    this.#learn(outOfBand.filter((nal) => this.#isSet(nal)))
  }

  /** Whether parameter sets come with the pictures. */
  get hasInBandSets(): boolean {
    return this.#hasInBandSets
  }

  /** Takes parameter sets that came without a picture. */
  keep(nals: readonly Uint8Array[]): void {
    const sets = nals.filter((nal) => this.#isSet(nal))
    this.#hasInBandSets ||= sets.length > 0
    this.#learn(sets)
  }

  /** Null when a kind of parameter sets is not known yet, or they cannot be read. Sets repeated between slices are written once, in front. */
  assemble(nals: readonly Uint8Array[]): AssembledUnit | null {
    const sets = nals.filter((nal) => this.#isSet(nal))
    this.#hasInBandSets ||= sets.length > 0
    const changed = this.#learn(sets)
    const format = this.#format
    if (!format || [...this.#sets.values()].some((known) => known.size === 0)) return null
    const { type, isKey, isLeftOut } = this.#rules
    const key = nals.some((nal) => isKey(type(nal)))
    const front = key ? [...this.#sets.values()].flatMap((known) => [...known.values()]) : changed
    const rest = nals.filter((nal) => !this.#isSet(nal) && !isLeftOut(type(nal)))
    return { key, data: toAnnexB([...front, ...rest]), format }
  }

  #noSets(): Map<number, Map<number, Uint8Array>> {
    return new Map(this.#rules.setTypes.map((type) => [type, new Map()]))
  }

  #isSet(nal: Uint8Array): boolean {
    return this.#sets.has(this.#rules.type(nal))
  }

  /** Returns the sets that differ from those known. */
  #learn(sets: readonly Uint8Array[]): Uint8Array[] {
    const { setTypes, setId, type } = this.#rules
    const changed = sets.filter((set) => !equal(this.#sets.get(type(set))?.get(setId(set) ?? -1), set))
    if (changed.length === 0) return changed
    const isWhole = setTypes.every((one) => sets.some((set) => type(set) === one))
    if (isWhole) this.#sets = this.#noSets()
    for (const set of isWhole ? sets : changed) {
      const id = setId(set)
      // The packet's memory is not held for as long as a set is remembered.
      if (id !== null && id <= 255) this.#sets.get(type(set))?.set(id, set.slice())
    }
    this.#readFormat()
    return changed
  }

  #readFormat(): void {
    const [first] = this.#sets.get(this.#rules.sequenceSet)?.values() ?? []
    const format = first ? this.#rules.format(first) : null
    const before = this.#format
    const isSame =
      format?.codec === before?.codec && format?.width === before?.width && format?.height === before?.height
    if (!isSame) this.#format = format
  }
}

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
