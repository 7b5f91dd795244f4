/** Which frame of the screen each row is drawn in, so that scrolling fills the frames it has instead of making others. */
import type { QueueWindow } from '../../../native/contract/contract.ts'
import type { Range } from '../../stores/queue-window.ts'

/** A row keeps its frame for as long as it is drawn; one that comes takes a frame that one left, or the next. */
export function framesOf(before: ReadonlyMap<string, number>, ids: readonly string[]): Map<string, number> {
  const kept = ids.flatMap((id) => before.get(id) ?? [])
  const taken = new Set(kept)
  let free = 0
  const frames = new Map<string, number>()
  for (const id of ids) {
    const frame = before.get(id)
    while (frame === undefined && taken.has(free)) free += 1
    frames.set(id, frame ?? free)
    taken.add(frame ?? free)
  }
  return frames
}

interface FramedRow {
  index: number
  /** Null while it is on its way. */
  row: QueueWindow['rows'][number] | null
  frame: number | undefined
}

/** Answers the rows of a range from top to bottom; remembers which frames it has given. */
export function createRowFrames(): (range: Range, held: QueueWindow) => FramedRow[] {
  let frames: ReadonlyMap<string, number> = new Map()
  return ({ first, end }, held) => {
    const rows = Array.from({ length: end - first }, (_, step) => held.rows[first + step - held.offset] ?? null)
    const ids = rows.map((row, step) => row?.id ?? `blank ${first + step}`)
    const given = framesOf(frames, ids)
    frames = given
    return rows.map((row, step) => ({ index: first + step, row, frame: given.get(ids[step] ?? '') }))
  }
}
