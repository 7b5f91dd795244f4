/** Notes during an outage what the hub's changes mean for this workstation: steps that arrived, cases that others changed. */
import type { Database } from 'better-sqlite3'
import type { CaseStore } from '../cases/case-store.ts'
import type { CaseHead, CaseStep } from '../contract/case.ts'
import type { OutageStore } from './outage-store.ts'

/** The same store; what goes through it is noted in the same transaction, so that a count survives with what it counts. */
export function noteOutage(store: CaseStore, outages: OutageStore, database: Database): CaseStore {
  const known = database.prepare<[string], { version: number; number: string }>(
    'SELECT version, number FROM cases WHERE id = ?',
  )
  const knownSteps = database.prepare<[string], string>('SELECT id FROM case_steps WHERE case_id = ?').pluck()
  const own = database
    .prepare<[string], string>(`SELECT op_id FROM outbox WHERE case_id = ? AND state <> 'withdrawn'`)
    .pluck()

  function note(head: CaseHead, steps: readonly CaseStep[]): void {
    const before = known.get(head.id)
    if (!before) return outages.noteCase(head.id, 'added')
    const mine = new Set(own.all(head.id))
    if (before.version === head.version && mine.size === 0) return
    const arrived = steps.filter(({ id }) => mine.has(id))
    arrived.forEach(() => outages.countSent())
    const isReported = arrived.some(({ kind }) => kind === 'report')
    if (isReported && before.number !== head.number) outages.noteNumber(head.id, before.number, head.number)
    const seen = new Set(knownSteps.all(head.id))
    if (steps.some(({ id }) => !seen.has(id) && !mine.has(id))) outages.noteCase(head.id, 'changed')
  }

  return {
    ...store,
    put(head, steps, generation) {
      if (outages.running() !== null) note(head, steps)
      return store.put(head, steps, generation)
    },
    park(opId, caseId, why) {
      outages.countRefused()
      store.park(opId, caseId, why)
    },
  }
}
