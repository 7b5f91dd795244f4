/** Where the field staff were last. Kept in memory only: a position is worth something for minutes. */
import type { Clock } from '../clock.ts'
import type { ListDelta, StaffPosition } from '../contract/places.ts'
import { createEmitter, type Signal } from '../signal.ts'

export interface StaffPositions {
  /** At most once a second, however often positions come. */
  changed: Signal<void>
  all(): readonly StaffPosition[]
  close(): void
}

export interface StaffPositionsOptions {
  /** Validated at the border. */
  heard: Signal<readonly StaffPosition[]>
  /** The hub's clock: positions are the hub's. */
  hubNow: () => number
  clock: Clock
}

const paceMs = 1_000
/** Nobody's position of yesterday helps anybody. */
const forgetMs = 12 * 3_600_000
/** More people than one sub-center has by far; beyond it new ones are not taken in. */
const mostPeople = 5_000

export function createStaffPositions({ heard, hubNow, clock }: StaffPositionsOptions): StaffPositions {
  const byId = new Map<string, StaffPosition>()
  const changed = createEmitter<void>()
  const closing = new AbortController()
  let isTelling = false
  let list: readonly StaffPosition[] | null = null

  const forget = () => {
    const oldest = hubNow() - forgetMs
    for (const { id, at } of byId.values()) {
      if (at >= oldest) continue
      byId.delete(id)
      list = null
    }
  }
  const tellSoon = () => {
    if (isTelling) return
    isTelling = true
    clock
      .sleep(paceMs, closing.signal)
      .then(() => {
        isTelling = false
        changed.emit()
      })
      .catch(() => undefined)
  }

  const stop = heard.subscribe((positions) => {
    forget()
    for (const position of positions) {
      const known = byId.get(position.id)
      // Handsets that were out of reach send late what they had kept.
      if (known ? position.at <= known.at : byId.size >= mostPeople) continue
      byId.set(position.id, position)
      list = null
    }
    if (list === null) tellSoon()
  })

  return {
    changed,
    all: () => (list ??= [...byId.values()]),
    close() {
      stop()
      closing.abort()
    },
  }
}

/** Undefined when both lists show the same. */
export function differStaff(
  before: readonly StaffPosition[],
  after: readonly StaffPosition[],
): ListDelta<StaffPosition> | undefined {
  if (before === after) return undefined
  const old = new Map(before.map((position) => [position.id, position]))
  const put = after.filter((position) => old.get(position.id) !== position)
  const kept = new Set(after.map(({ id }) => id))
  const removed = before.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
  return put.length + removed.length > 0 ? { put, removed } : undefined
}
