/** The change feed of every sub-center: gapless sequences, and the present state that they add up to. */
import type { change } from '../../../native/hub/protocol.ts'
import type { z } from 'zod'
import { HubFault } from './hub-fault.ts'
import { isOpenCase, isRemoval, itemKey, mergeItem } from './item.ts'
import type { StateFile } from './state-file.ts'

export type Change = z.infer<typeof change>

/** A page holds at most this much JSON, unless one change alone is larger. */
export const maxPageBytes = 256 * 1024

export interface Feed {
  head(subCenter: string): number
  /** For the welcome. */
  describe(subCenter: string): { name: string; head: number }
  /** Appends one change per put in one transaction and returns the new head. */
  append(subCenter: string, puts: Iterable<unknown>): number
  /** Puts items into the present state without keeping their changes: the fast way to a long history. Returns the new head. */
  fill(subCenter: string, puts: Iterable<unknown>): number
  /** Faults: `cursor-too-old`, `epoch-changed` when the cursor is ahead of all that this hub knows. */
  pull(subCenter: string, cursor: number, limit: number): { changes: Change[]; head: number }
  /** Forgets changes up to and including `through`. */
  compact(subCenter: string, through: number): void
}

interface SubCenterRow {
  name: string
  head: number
  compacted: number
  total: number
}

export function createFeed(file: StateFile, clock: () => number): Feed {
  const readRow = file.prepare<[string], SubCenterRow>('SELECT * FROM sub_centers WHERE code = ?')
  const writeRow = file.prepare('UPDATE sub_centers SET head = ?, compacted = ?, total = ? WHERE code = ?')
  const insertChange = file.prepare('INSERT INTO changes (sub_center, seq, at, put) VALUES (?, ?, ?, ?)')
  const readChanges = file.prepare<[string, number, number], { seq: number; at: number; put: string }>(
    'SELECT seq, at, put FROM changes WHERE sub_center = ? AND seq > ? ORDER BY seq LIMIT ?',
  )
  const forget = file.prepare('DELETE FROM changes WHERE sub_center = ? AND seq <= ?')
  const applyItem = itemWriter(file)

  function row(subCenter: string): SubCenterRow {
    const found = readRow.get(subCenter)
    if (!found) throw new Error(`unknown sub-center ${subCenter}`)
    return found
  }

  function write(subCenter: string, puts: Iterable<unknown>, keepChanges: boolean): number {
    let { head, compacted, total } = row(subCenter)
    for (const put of puts) {
      head += 1
      if (keepChanges) insertChange.run(subCenter, head, clock(), JSON.stringify(put))
      total += applyItem(subCenter, put)
    }
    if (!keepChanges) compacted = head
    writeRow.run(head, compacted, total, subCenter)
    return head
  }

  return {
    head: (subCenter) => row(subCenter).head,
    describe: row,
    append: file.transaction((subCenter: string, puts: Iterable<unknown>) => write(subCenter, puts, true)),
    fill: file.transaction((subCenter: string, puts: Iterable<unknown>) => write(subCenter, puts, false)),
    pull(subCenter, cursor, limit) {
      const { head, compacted } = row(subCenter)
      if (cursor > head) throw new HubFault('epoch-changed', `the cursor ${cursor} is ahead of the head ${head}`)
      if (cursor < compacted) throw new HubFault('cursor-too-old', `changes up to ${compacted} are no longer kept`)
      return { changes: takePage(readChanges.iterate(subCenter, cursor, limit)), head }
    },
    compact: file.transaction((subCenter: string, through: number) => {
      const { head, compacted, total } = row(subCenter)
      const limit = Math.min(head, Math.max(compacted, through))
      forget.run(subCenter, limit)
      writeRow.run(head, limit, total, subCenter)
    }),
  }
}

function takePage(rows: Iterable<{ seq: number; at: number; put: string }>): Change[] {
  const changes: Change[] = []
  let bytes = 0
  for (const { seq, at, put } of rows) {
    bytes += Buffer.byteLength(put) + 64
    if (changes.length > 0 && bytes > maxPageBytes) break
    changes.push({ seq, at, put: JSON.parse(put) as unknown })
  }
  return changes
}

/** Applies a put to the present state and returns by how much the number of items grew. */
function itemWriter(file: StateFile): (subCenter: string, put: unknown) => number {
  const read = file.prepare<[string, string], { id: number; put: string }>(
    'SELECT id, put FROM items WHERE sub_center = ? AND item_key = ?',
  )
  const insert = file.prepare('INSERT INTO items (sub_center, item_key, put, open) VALUES (?, ?, ?, ?)')
  const update = file.prepare('UPDATE items SET put = ?, open = ? WHERE id = ?')
  const remove = file.prepare('DELETE FROM items WHERE id = ?')
  return (subCenter, put) => {
    const key = itemKey(put)
    if (key === null) return 0
    const before = read.get(subCenter, key)
    if (isRemoval(put)) {
      if (before) remove.run(before.id)
      return before ? -1 : 0
    }
    if (!before) {
      insert.run(subCenter, key, JSON.stringify(put), Number(isOpenCase(put)))
      return 1
    }
    update.run(JSON.stringify(mergeItem(JSON.parse(before.put), put)), Number(isOpenCase(put)), before.id)
    return 0
  }
}
