/** The part of a queue that is held: which rows to ask for, and what a delta makes of them. Pure. */
import type { QueueRow } from '../../native/contract/case.ts'
import type { QueueDelta, QueueLine, QueueWindow } from '../../native/contract/contract.ts'
import { isGroupHead } from '../../native/contract/queue-order.ts'

/** Rows on the screen: first index and one past the last. */
export interface Range {
  first: number
  end: number
}
/** What to subscribe to. */
export interface WindowRequest {
  offset: number
  limit: number
}

/** Rows held at once. */
export const windowRows = 200
/** Rows kept in hand on either side of the screen before another window is asked for. */
const margin = 40
/** Offsets are multiples of this, so that scrolling a little to and fro asks for the same window. */
const grain = 20

/**
 * The window to ask for so that `visible` lies inside it with a margin, or null when `held` already does.
 * `total` may be null while unknown.
 */
export function windowFor(visible: Range, held: WindowRequest | null, total: number | null): WindowRequest | null {
  const last = total ?? Number.MAX_SAFE_INTEGER
  const first = Math.max(0, Math.min(visible.first, last))
  const end = Math.min(Math.max(visible.end, first), last)
  if (held) {
    const enoughAbove = held.offset === 0 || first - held.offset >= margin
    const enoughBelow = held.offset + held.limit >= last || held.offset + held.limit - end >= margin
    if (enoughAbove && enoughBelow && held.offset <= first) return null
  }
  const middle = Math.floor((first + end) / 2)
  const lowest = Math.max(0, (total === null ? middle : Math.min(middle, last)) - windowRows / 2)
  const furthest = total === null ? lowest : Math.max(0, Math.ceil((last - windowRows) / grain) * grain)
  const offset = Math.min(Math.floor(lowest / grain) * grain, furthest)
  return held && held.offset === offset ? null : { offset, limit: windowRows }
}

/** Cases of the whole view, also those in folded groups. */
export const countOf = ({ cases, total }: QueueWindow): number => cases ?? total

/** The cases among the lines held. */
export const casesOf = (held: QueueWindow | null): QueueRow[] =>
  held?.rows.filter((line): line is QueueRow => !isGroupHead(line)) ?? []

/** Null when the delta speaks of a row that is neither held nor sent: then the snapshot is needed again. */
export function applyDelta(held: QueueWindow, delta: QueueDelta): QueueWindow | null {
  const known = new Map(held.rows.map((row) => [row.id, row]))
  for (const row of delta.rows) known.set(row.id, row)
  const rows: QueueLine[] = []
  for (const id of delta.order) {
    const row = known.get(id)
    if (!row) return null
    rows.push(row)
  }
  const { total, cases } = delta
  return { rows, offset: held.offset, total, ...(cases !== undefined && { cases }) }
}

/**
 * Ids of cases that are new to the queue, not merely moved into the window by others coming or going:
 * at most as many as the whole queue grew by, and none that only slid in over an edge.
 */
export function arrivals(before: QueueWindow, after: QueueWindow): string[] {
  const grown = countOf(after) - countOf(before)
  if (grown <= 0) return []
  const held = new Set(before.rows.map(({ id }) => id))
  const fresh = after.rows.map(({ id }) => !held.has(id))
  // Rows pushed in over the upper edge stand in a run at the top of a window that does not begin at 0.
  let first = 0
  if (after.offset > 0) while (first < fresh.length && fresh[first]) first++
  return after.rows
    .filter((row, index): row is QueueRow => index >= first && fresh[index] === true && !isGroupHead(row))
    .toSorted((a, b) => b.reportedAt - a.reportedAt)
    .slice(0, grown)
    .map(({ id }) => id)
}

/** Index of a row within the whole queue, or null when it is not held. */
export function indexOf(held: QueueWindow | null, id: string): number | null {
  const index = held ? held.rows.findIndex((row) => row.id === id) : -1
  return held && index >= 0 ? held.offset + index : null
}

/**
 * How many rows what stood at `top` has moved down, so that a reader's place can be kept. Looks for the first row at
 * or below `top` that is still held; 0 when none is.
 */
export function shiftOf(before: QueueWindow, after: QueueWindow, top: number): number {
  const places = new Map(after.rows.map((row, index) => [row.id, after.offset + index]))
  for (let index = Math.max(0, top - before.offset); index < before.rows.length; index++) {
    const place = places.get(before.rows[index]?.id ?? '')
    if (place !== undefined) return place - (before.offset + index)
  }
  return 0
}
