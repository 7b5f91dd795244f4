/**
 * Carries over cases as they lie in a database that was set aside. Beside the case store it is the only writer of case tables: it runs
 * before the store is opened, on rows that the store wrote.
 */
import type { Database } from 'better-sqlite3'
import { createCounter, type Total } from './retired.ts'
import type { Row, Wreck } from './salvage.ts'

export interface CarriedCases {
  saved: number
  fromBackup: number
  lost: number | null
}

/** `only`: ids of those that are wanted; null: all. The newer of two versions stays. Those that came are not found by search until the hub tells of them. */
export function carryCases(target: Database, wreck: Wreck | null, only: ReadonlySet<unknown> | null): CarriedCases {
  const count = () => target.prepare<[], number>('SELECT count(*) FROM cases').pluck().get() ?? 0
  const before = count()
  const carried = new Set<unknown>()
  const write = writeCase(target)
  let saved = 0
  const told = wreck?.read('cases', (row) => {
    if (only && !only.has(row.id)) return
    saved += 1
    if (write(row)) carried.add(row.id)
  })
  carryRows(target, wreck, 'case_steps', carried)
  carryRows(target, wreck, 'case_confirmed', carried)
  return { saved, fromBackup: before === 0 ? 0 : Math.max(0, count() - saved), lost: told ? told.lost : null }
}

/** Whether the row is another one than the one that was there. */
function writeCase(target: Database): (row: Row) => boolean {
  const known = (target.pragma('table_info("cases")') as { name: string }[]).map(({ name }) => name)
  const find = target.prepare<[unknown], { version: number; pending: number; parked: number; body: string }>(
    'SELECT version, pending, parked, body FROM cases WHERE id = ?',
  )
  const isTaken = target.prepare<[number], number>('SELECT 1 FROM cases WHERE row_id = ?').pluck()
  const remove = target.prepare('DELETE FROM cases WHERE id = ?')
  const insert = target.prepare(
    `INSERT INTO cases (${known.join(', ')}) VALUES (${known.map((name) => `@${name}`).join(', ')})`,
  )
  return (row) => {
    const there = find.get(row.id)
    if (there && there.version > Number(row.version)) return false
    if (there && there.body === row.body && there.pending === row.pending && there.parked === row.parked) return false
    remove.run(row.id)
    let rowId = Number(row.row_id)
    while (isTaken.get(rowId)) rowId += 1
    const empty = Object.fromEntries(known.map((name) => [name, null]))
    insert.run({ ...empty, ...row, row_id: rowId, search_key: '' })
    return true
  }
}

function carryRows(
  target: Database,
  wreck: Wreck | null,
  table: 'case_steps' | 'case_confirmed',
  cases: ReadonlySet<unknown>,
): void {
  const known = (target.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => name)
  const put = target.prepare(
    `INSERT OR REPLACE INTO "${table}" (${known.join(', ')}) VALUES (${known.map((name) => `@${name}`).join(', ')})`,
  )
  wreck?.read(table, (row) => {
    if (cases.has(row.case_id)) put.run(row)
  })
}

/** Cases that were counted and no longer kept stay so. */
export function carryRetired(target: Database, wreck: Wreck | null): void {
  const totals = new Map<unknown, Total>()
  wreck?.read('case_totals', ({ id, class_code, grid_code, is_in_time, ...row }) =>
    totals.set(id, { ...row, classCode: class_code, gridCode: grid_code, inTime: is_in_time } as unknown as Total),
  )
  const count = createCounter(target)
  const remove = target.prepare('DELETE FROM cases WHERE id = ?')
  wreck?.read('retired_cases', (row) => {
    const total = totals.get(row.total_id)
    if (!total) return
    count(row.case_id, total)
    remove.run(row.case_id)
  })
}
