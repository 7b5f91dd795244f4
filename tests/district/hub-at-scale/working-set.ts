/**
 * What one transaction works on: the sub-center's row, locked, and the items that the decision will ask for, gathered before.
 * Decisions then run on values as in the embedded hub, and what they appended is written together.
 */
import type { Put } from '../../../native/hub/protocol.ts'
import { isRemoval, itemKey, mergeItem } from '../hub/item.ts'
import type { ReadItem } from '../hub/present-state.ts'
import type { Transaction } from './database.ts'

export interface WorkingSet {
  letters: string
  subCenter: string
  /** The hub's clock when the sub-center was locked: later than that of every change before. */
  now: number
  head(): number
  hasAppended(): boolean
  /** Fetches items by their keys; what was appended here stays. */
  gather(keys: Iterable<string>): Promise<void>
  /** Of what was gathered or appended. */
  read: ReadItem
  append(subCenter: string, puts: Iterable<unknown>): number
  /** The greatest key that was appended and begins like this. */
  lastAppended(prefix: string): string | undefined
  save(): Promise<void>
}

interface SubCenterRow {
  letters: string
  head: number
  total: number
}

/** Until the transaction ends nobody else changes the sub-center: so its sequences have no gaps and commit in their order. */
export async function lockSubCenter(
  transaction: Transaction,
  subCenter: string,
  clock: () => number,
): Promise<WorkingSet> {
  const { rows } = await transaction.query<SubCenterRow>(
    'SELECT letters, head, total FROM sub_centers WHERE code = $1 FOR UPDATE',
    [subCenter],
  )
  const [row] = rows
  if (!row) throw new Error(`unknown sub-center ${subCenter}`)
  const now = clock()
  const items = new Map<string, unknown>()
  const appended: string[] = []
  const touched = new Set<string>()

  return {
    ...{ subCenter, letters: row.letters, now },
    head: () => row.head + appended.length,
    hasAppended: () => appended.length > 0,
    async gather(keys) {
      // PostgreSQL has no text with a NUL: such a key is nowhere, and must not spoil the question.
      const missing = [...new Set(keys)].filter((key) => !items.has(key))
      const asked = missing.filter((key) => !key.includes('\0'))
      for (const key of missing) items.set(key, null)
      if (asked.length === 0) return
      const found = await transaction.query<{ item_key: string; put: string }>(
        'SELECT item_key, put FROM items WHERE sub_center = $1 AND item_key = ANY($2)',
        [subCenter, asked],
      )
      for (const { item_key, put } of found.rows) items.set(item_key, JSON.parse(put))
    },
    read(_subCenter, key) {
      const item = items.get(key)
      if (item === undefined) throw new Error(`${key} was not gathered`)
      return item as Put | null
    },
    append(_subCenter, puts) {
      for (const put of puts) {
        const key = itemKey(put)
        const before = key === null ? null : items.get(key)
        if (key === null || before === undefined) throw new Error(`${key} was not gathered`)
        const after = isRemoval(put) ? null : before === null ? put : mergeItem(before, put)
        row.total += Number(after !== null) - Number(before !== null)
        items.set(key, after)
        touched.add(key)
        appended.push(JSON.stringify(put))
      }
      return row.head + appended.length
    },
    lastAppended: (prefix) =>
      [...touched]
        .filter((key) => key.startsWith(prefix))
        .toSorted()
        .at(-1),
    async save() {
      if (appended.length === 0) return
      const isThere = (key: string) => items.get(key) !== null
      const kept = [...touched].filter(isThere)
      const removed = [...touched].filter((key) => !isThere(key))
      await transaction.query(
        `WITH feed AS (
           INSERT INTO changes (sub_center, seq, at, put)
           SELECT $1, $2::bigint + place, $3::bigint, put FROM unnest($4::text[]) WITH ORDINALITY AS one (put, place)
         ), state AS (
           INSERT INTO items (sub_center, item_key, put)
           SELECT $1, key, put FROM unnest($5::text[], $6::text[]) AS one (key, put)
           ON CONFLICT (sub_center, item_key) DO UPDATE SET put = excluded.put
         ), gone AS (
           DELETE FROM items WHERE sub_center = $1 AND item_key = ANY($9)
         )
         UPDATE sub_centers SET head = $2::bigint + $7, total = $8 WHERE code = $1`,
        [
          ...[subCenter, row.head, now, appended, kept],
          ...[kept.map((key) => JSON.stringify(items.get(key))), appended.length, row.total, removed],
        ],
      )
    },
  }
}
