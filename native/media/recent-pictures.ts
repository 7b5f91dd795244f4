/** Keeps the last minute of watched streams in memory, whole groups of pictures, for looking back and for clips. Nothing is written anywhere. */
import type { MediaUnit } from './media-unit.ts'

export interface RecentLimits {
  /** Milliseconds that are kept of a stream; with the group of pictures in which they begin. */
  ms: number
  /** Bytes of one stream. */
  streamBytes: number
  /** Bytes of all streams together. */
  totalBytes: number
}
export const defaultRecentLimits: RecentLimits = { ms: 60_000, streamBytes: 64_000_000, totalBytes: 384_000_000 }

/** What an access unit takes beside its pictures, roughly. */
const overheadBytes = 256

interface Group {
  units: MediaUnit[]
  bytes: number
  /** When its first and last picture were received, ms since 1970. */
  from: number
  to: number
}

/** What all streams keep together. */
export class RecentPool {
  readonly #limits: RecentLimits
  readonly #streams = new Set<RecentPictures>()

  constructor(limits: RecentLimits = defaultRecentLimits) {
    this.#limits = limits
  }

  open(): RecentPictures {
    const stream = new RecentPictures(this.#limits, () => this.#shrink())
    this.#streams.add(stream)
    return stream
  }

  /** Forgets all of the stream. */
  close(stream: RecentPictures): void {
    this.#streams.delete(stream)
    stream.clear()
  }

  get bytes(): number {
    return [...this.#streams].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** The oldest pictures go first, whoever they belong to. */
  #shrink(): void {
    let total = this.bytes
    while (total > this.#limits.totalBytes) {
      const [oldest] = [...this.#streams].filter(({ bytes }) => bytes > 0).sort((a, b) => a.from - b.from)
      if (!oldest) return
      total -= oldest.dropOldest()
    }
  }
}

export class RecentPictures {
  readonly #limits: RecentLimits
  readonly #grown: () => void
  #groups: Group[] = []
  #bytes = 0

  constructor(limits: RecentLimits, grown: () => void) {
    this.#limits = limits
    this.#grown = grown
  }

  get bytes(): number {
    return this.#bytes
  }

  /** When the oldest picture was received, ms since 1970; Infinity when there is none. */
  get from(): number {
    return this.#groups[0]?.from ?? Infinity
  }

  /** Pictures before the first key frame are not kept, nor those of a group that was thrown away. */
  add(unit: MediaUnit): void {
    const bytes = unit.data.byteLength + overheadBytes
    const { receivedAt } = unit
    if (unit.key) this.#groups.push({ units: [], bytes: 0, from: receivedAt, to: receivedAt })
    const group = this.#groups.at(-1)
    if (!group) return
    group.units.push(unit)
    group.bytes += bytes
    group.to = receivedAt
    this.#bytes += bytes
    while ((this.#groups[1]?.from ?? Infinity) <= receivedAt - this.#limits.ms) this.dropOldest()
    while (this.#bytes > this.#limits.streamBytes) this.dropOldest()
    this.#grown()
  }

  /** Pictures received from the key frame at or before `from` up to `to`; of one codec. Empty when none of that time are kept. */
  read(from: number, to: number, now: number): MediaUnit[] {
    const earliest = Math.max(from, now - this.#limits.ms)
    const groups = this.#groups.filter((group) => group.to >= earliest && group.from <= to)
    const units = groups.flatMap((group) => group.units).filter(({ receivedAt }) => receivedAt <= to)
    const end = units.findIndex(({ format }) => familyOf(format.codec) !== familyOf(units[0]?.format.codec ?? ''))
    return end < 0 ? units : units.slice(0, end)
  }

  /** Returns the bytes that this made free. */
  dropOldest(): number {
    const bytes = this.#groups.shift()?.bytes ?? 0
    this.#bytes -= bytes
    return bytes
  }

  clear(): void {
    this.#groups = []
    this.#bytes = 0
  }
}

const familyOf = (codec: string) => codec.slice(0, codec.indexOf('.'))
