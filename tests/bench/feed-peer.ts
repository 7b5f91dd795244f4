/** The peer of the feed bench: the same rows into the same tables, and nothing else. */
import { caseColumns, caseValues } from '../../native/cases/case-store.ts'
import { openDatabase } from '../../native/database/open.ts'
import { feedPuts } from './feed-puts.ts'

/** Seconds for `changes` upserts of a case and inserts of its step, `perTransaction` changes at a time. */
export function bareUpserts(file: string, changes: number, perTransaction: number): number {
  const database = openDatabase(file, 'ab'.repeat(32))
  const upsert = database.prepare(
    `INSERT INTO cases (${caseColumns.join(', ')}) VALUES (${caseColumns.map(() => '?').join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${caseColumns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  )
  const addStep = database.prepare('INSERT OR IGNORE INTO case_steps (case_id, id, hub_at, body) VALUES (?, ?, ?, ?)')
  const rows = Array.from(feedPuts(changes), ({ case: head, steps: [step] }) => ({
    head: caseValues(head, 1),
    step: [head.id, step?.id, step?.hubAt, JSON.stringify(step)],
  }))
  const apply = database.transaction((from: number) => {
    for (const { head, step } of rows.slice(from, from + perTransaction)) {
      upsert.run(head)
      addStep.run(step)
    }
  })
  const startedAt = performance.now()
  for (let from = 0; from < rows.length; from += perTransaction) apply.immediate(from)
  const seconds = (performance.now() - startedAt) / 1000
  database.close()
  return seconds
}
