/** Lines of a grouped queue: where the heads are, and which cases stand beneath one. Pure. */
import type { QueueLine, QueueWindow } from '../../../native/contract/contract.ts'
import { type GroupHead, isGroupHead } from '../../../native/contract/queue-order.ts'

const lineAt = (held: QueueWindow, index: number): QueueLine | undefined => held.rows[index - held.offset]

/** The head at an index of the whole queue; null where a case stands, or a line that is not held. */
export function headAt(held: QueueWindow, index: number): GroupHead | null {
  const line = lineAt(held, index)
  return line && isGroupHead(line) ? line : null
}

/** The index of the head that stands over an index, or there; null when it is not held. */
export function headOver(held: QueueWindow, index: number): number | null {
  for (let at = index; at >= held.offset; at -= 1) if (headAt(held, at)) return at
  return null
}

/** Ids of the cases beneath the head at an index, as far as they are held. */
export function casesUnder(held: QueueWindow, index: number): string[] {
  const below = held.rows.slice(Math.max(0, index + 1 - held.offset))
  const next = below.findIndex(isGroupHead)
  return below.slice(0, next < 0 ? undefined : next).map(({ id }) => id)
}
