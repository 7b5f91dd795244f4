/** The only writer of the case tables: what the hub has confirmed, and on top of it what was done here. */
import type { Database } from 'better-sqlite3'
import type { CaseClass, CaseHead, CaseStep } from '../contract/case.ts'
import type { WorkingCalendar } from '../contract/limits.ts'
import { endedStates, roles } from '../contract/vocabulary.ts'
import type { Retired } from '../durability/retired.ts'
import type { Operation } from '../hub/protocol.ts'
import { caseColumns, caseValues, type Marks, rowsToInstant } from './case-row.ts'
import type { Refusal } from './decide.ts'
import type { Outbox, OutboxEntry, StepContext } from './outbox.ts'
import { dependenciesOf, rebase } from './rebase.ts'
import type { SearchIndex } from './search-index.ts'
import type { TermsBook } from './terms.ts'

export interface CaseStore {
  /**
   * Takes the hub's head as confirmed, adds the steps that are not there yet, and replays on it what was done here.
   * Idempotent. Answers what no longer holds: it was parked.
   */
  put(head: CaseHead, steps: readonly CaseStep[], generation: number): Refusal[]
  /** As `put`, of a snapshot: the hub has no other steps of this case. */
  putWhole(head: CaseHead, steps: readonly CaseStep[], generation: number): Refusal[]
  /** Keeps a step that was taken here and queues it; `after` is the case as it is shown from now on. */
  putOwn(after: CaseHead, step: CaseStep, operation: Omit<Operation, 'clientSeq'>): void
  /**
   * Queues an operation that was taken at another workstation, and shows the case with it. `context` is what its author saw;
   * null: as this workstation knows the case.
   */
  adopt(operation: Omit<Operation, 'clientSeq'>, context: StepContext | null): void
  /** The hub has refused an operation: it is parked, and the case is shown without it. */
  park(opId: string, caseId: string, why: string): void
  /** A parked operation that a person has looked at goes. */
  dismiss(opId: string, caseId: string): void
  putClass(caseClass: CaseClass): void
  putCalendar(calendar: WorkingCalendar): void
  /** Removes what the snapshot of `generation` no longer holds, except what only this workstation has. */
  removeOtherGenerations(generation: number): void
  /**
   * Closed cases of before `keptSince` leave, at most `most` of those after the row `after`; what is worked here stays. Answers the last row
   * that was looked at, null when there are no more. Belongs into a transaction of the caller.
   */
  retire(after: number, most: number): { after: number | null; retired: number }
  /**
   * The snapshot of a hub that has lost state is here: what was done here and is lost there waits again, and is shown as waiting. Belongs
   * before `removeOtherGenerations`.
   */
  sendLostAgain(generation: number): void
  /** Shows anew what was done here, after the outbox has become another one. */
  replayOwn(): void
  /** Makes what was put found by search: belongs at the end of a transaction with calls of `put`. */
  settle(): void
}

/** Where a case stands, and what it was indexed by. */
interface Place {
  row_id: number
  search_key: string
  class_code: string
  is_open: number
}

const written = ['row_id', 'search_key', ...caseColumns]
const upsertCase = `INSERT INTO cases (${written.join(', ')}) VALUES (${written.map(() => '?').join(', ')})
  ON CONFLICT (id) DO UPDATE SET ${written
    // What never changes, or hardly ever, is not written again: its indexes are then left alone.
    .filter((name) => !['row_id', 'id', 'reported_at', 'class_code'].includes(name))
    .map((name) =>
      name === 'worked_by' ? 'worked_by = ifnull(excluded.worked_by, worked_by)' : `${name} = excluded.${name}`,
    )
    .join(', ')}`

/** Every call belongs into a transaction of the caller. */
export function createCaseStore(
  database: Database,
  outbox: Outbox,
  terms: TermsBook,
  search: SearchIndex,
  retired: Retired,
  keptSince: () => number,
): CaseStore {
  const bodyOf = database.prepare<[string], { body: string; generation: number }>(
    'SELECT body, generation FROM cases WHERE id = ?',
  )
  const upsert = database.prepare(upsertCase)
  const moveToClass = database.prepare('UPDATE cases SET class_code = ? WHERE row_id = ?')
  const removeCase = database.prepare('DELETE FROM cases WHERE id = ?')
  const addStep = database.prepare('INSERT OR REPLACE INTO case_steps (case_id, id, hub_at, body) VALUES (?, ?, ?, ?)')
  const removeStep = database.prepare('DELETE FROM case_steps WHERE case_id = ? AND id = ?')
  const confirmed = database.prepare<[string], string>('SELECT body FROM case_confirmed WHERE case_id = ?').pluck()
  const keepConfirmed = database.prepare('INSERT OR REPLACE INTO case_confirmed (case_id, body) VALUES (?, ?)')
  const dropConfirmed = database.prepare('DELETE FROM case_confirmed WHERE case_id = ?')

  const placeOf = database.prepare<[string], Place>(
    'SELECT row_id, search_key, class_code, is_open FROM cases WHERE id = ?',
  )
  const unindexed = database.prepare<[], { row_id: number; body: string }>(
    `SELECT row_id, body FROM cases WHERE id IN (SELECT case_id FROM outbox) AND search_key = ''`,
  )
  const lastBetween = database
    .prepare<[number, number], number | null>('SELECT max(row_id) FROM cases WHERE row_id BETWEEN ? AND ?')
    .pluck()

  /** The next free row id of an instant; where it has none left, of the one after. */
  function nextRowId(reportedAt: number): number {
    for (let first = reportedAt * rowsToInstant; ; first += rowsToInstant) {
      const end = first + rowsToInstant - 1
      const last = lastBetween.get(first, end) ?? first - 1
      if (last < end) return last + 1
    }
  }

  function write(head: CaseHead, marks: Marks): void {
    const place = placeOf.get(head.id)
    const rowId = place?.row_id ?? nextRowId(head.reportedAt)
    const key = search.keyOf(head)
    upsert.run(rowId, key, ...caseValues(head, marks))
    if (place && place.class_code !== head.classCode) moveToClass.run(head.classCode, rowId)
    if (place?.search_key !== key) search.put(rowId, head, place ? place.is_open === 1 : null)
  }
  const writeStep = (step: CaseStep) => void addStep.run(step.caseId, step.id, step.hubAt, JSON.stringify(step))

  /** Shows a case as confirmed with everything of the outbox that still holds. */
  function replay(caseId: string, head: CaseHead | null, generation: number, workedBy: string | null): Refusal[] {
    const entries = outbox.ofCase(caseId)
    const live = entries.filter(({ state }) => state !== 'parked').map(({ operation }) => operation)
    const rebased = rebase(head, live, terms.of(head?.classCode ?? live[0]?.report?.classCode ?? ''))
    for (const { opId, refusal } of rebased?.refused ?? []) {
      outbox.doubt(opId, JSON.stringify(refusal))
      removeStep.run(caseId, opId)
    }
    if (!rebased) {
      // A case that only this workstation had, and that the hub did not take.
      removeCase.run(caseId)
      return []
    }
    for (const step of rebased.steps) writeStep(step)
    const pending = live.length - rebased.refused.length
    const parked = entries.length - pending
    write(rebased.head, { workedBy, pending, parked, generation })
    if (pending > 0 && head) keepConfirmed.run(caseId, JSON.stringify(head))
    else dropConfirmed.run(caseId)
    return rebased.refused.map(({ refusal }) => refusal)
  }

  /** What the hub has confirmed of a case: its own row, unless there are pending steps on it. */
  function confirmedOf(caseId: string): CaseHead | null {
    const body = confirmed.get(caseId)
    if (body !== undefined) return JSON.parse(body) as CaseHead
    const row = bodyOf.get(caseId)
    const isOnlyHere = outbox
      .ofCase(caseId)
      .some(({ operation, state }) => operation.kind === 'report' && state !== 'parked')
    return row && !isOnlyHere ? (JSON.parse(row.body) as CaseHead) : null
  }

  const lastSteps = database.prepare<[string], { id: string; hubAt: number }>(
    'SELECT id, hub_at AS hubAt FROM case_steps WHERE case_id = ? ORDER BY hub_at DESC, id DESC',
  )
  /** What whoever takes a step now sees of the case. */
  function contextOf(
    before: CaseHead | null,
    entries: readonly OutboxEntry[],
    operation: Omit<Operation, 'clientSeq'>,
  ): StepContext {
    const pending = entries.filter(({ state }) => state !== 'parked').map((entry) => entry.operation)
    const ownBefore = pending.map(({ opId }) => opId)
    let seen: StepContext['seen'] = null
    for (const step of lastSteps.iterate(operation.caseId)) {
      if (ownBefore.includes(step.id)) continue
      seen = step
      break
    }
    const classCode = before?.classCode ?? pending[0]?.report?.classCode ?? ''
    return { seen, ownBefore, dependsOn: dependenciesOf(before, pending, operation, terms.of(classCode)) }
  }

  const lastStepAt = database
    .prepare<[string], number | null>('SELECT max(hub_at) FROM case_steps WHERE case_id = ?')
    .pluck()
  /** When a case was closed that need not be kept any more, else null. A case that is worked here is kept. */
  function closedTooLongAgo(head: CaseHead, steps: readonly CaseStep[]): number | null {
    const since = keptSince()
    if (head.reportedAt >= since || !endedStates.includes(head.state) || outbox.has(head.id)) return null
    const closedAt = Math.max(head.reportedAt, lastStepAt.get(head.id) ?? 0, ...steps.map(({ hubAt }) => hubAt))
    return closedAt < since ? closedAt : null
  }
  const removeSteps = database.prepare('DELETE FROM case_steps WHERE case_id = ?')
  function leave(head: CaseHead, closedAt: number): void {
    retired.count(head, closedAt)
    // What is gone must not be found again.
    search.settle()
    removeSteps.run(head.id)
    removeCase.run(head.id)
  }
  const closedAfter = database.prepare<[number, number, number], { row_id: number; body: string }>(
    'SELECT row_id, body FROM cases WHERE row_id > ? AND row_id < ? AND is_open = 0 AND pending = 0 AND parked = 0 ORDER BY row_id LIMIT ?',
  )
  const touched = database
    .prepare<[], string>(
      `SELECT id FROM cases WHERE (pending > 0 OR parked > 0) AND id NOT IN (SELECT case_id FROM outbox)
       AND id IN (SELECT case_id FROM case_confirmed)
       UNION SELECT case_id FROM outbox o WHERE EXISTS (SELECT 1 FROM case_confirmed c WHERE c.case_id = o.case_id)
         OR NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = o.case_id AND c.pending > 0)`,
    )
    .pluck()

  const generationOf = (caseId: string) => bodyOf.get(caseId)?.generation ?? 0

  function put(head: CaseHead, steps: readonly CaseStep[], generation: number): Refusal[] {
    const hadOwn = outbox.has(head.id)
    const closedAt = closedTooLongAgo(head, steps)
    if (closedAt !== null) {
      leave(head, closedAt)
      return []
    }
    retired.uncount(head.id)
    for (const step of steps) {
      writeStep(step)
      if (hadOwn) outbox.remove(step.id)
    }
    const workedBy = lastAtDesk(steps)
    if (outbox.has(head.id)) return replay(head.id, head, generation, workedBy)
    // Only a case with own steps has a confirmed head apart.
    if (hadOwn) dropConfirmed.run(head.id)
    write(head, { workedBy, pending: 0, parked: 0, generation })
    return []
  }

  return {
    put,
    putWhole(head, steps, generation) {
      removeSteps.run(head.id)
      return put(head, steps, generation)
    },
    putOwn(after, step, operation) {
      const before = confirmedOf(after.id)
      const entries = outbox.ofCase(after.id)
      if (before && operation.kind !== 'report') keepConfirmed.run(after.id, JSON.stringify(before))
      outbox.add(operation, contextOf(before, entries, operation))
      writeStep(step)
      const parked = entries.filter(({ state }) => state === 'parked').length
      const pending = entries.length - parked + 1
      write(after, { workedBy: operation.actor.id, pending, parked, generation: generationOf(after.id) })
      search.settle()
    },
    adopt(operation, context) {
      const { caseId } = operation
      const before = confirmedOf(caseId)
      outbox.add(operation, context ?? contextOf(before, outbox.ofCase(caseId), operation))
      replay(caseId, before, generationOf(caseId), operation.actor.id)
      search.settle()
    },
    park(opId, caseId, why) {
      const before = confirmedOf(caseId)
      outbox.park(opId, why)
      removeStep.run(caseId, opId)
      replay(caseId, before, generationOf(caseId), null)
      search.settle()
    },
    dismiss(opId, caseId) {
      const before = confirmedOf(caseId)
      outbox.withdraw(opId)
      replay(caseId, before, generationOf(caseId), null)
      search.settle()
    },
    putClass({ code, kind, name, parent, limits }) {
      database
        .prepare(
          `INSERT INTO case_classes (code, kind, name, parent, limits) VALUES (?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE
           SET kind = excluded.kind, name = excluded.name, parent = excluded.parent, limits = excluded.limits`,
        )
        .run(code, kind, name, parent, limits && JSON.stringify(limits))
      terms.renew()
      search.renewClasses()
    },
    putCalendar(calendar) {
      database
        .prepare('INSERT OR REPLACE INTO working_calendar (only, body) VALUES (1, ?)')
        .run(JSON.stringify(calendar))
      terms.renew()
    },
    removeOtherGenerations(generation) {
      // Nobody sends these; after a change of how cases are found they are found again by this.
      for (const { row_id: rowId, body } of unindexed.all()) search.put(rowId, JSON.parse(body) as CaseHead, null)
      // What is gone must not be found again.
      search.settle()
      const gone = 'SELECT id FROM cases WHERE generation <> ? AND id NOT IN (SELECT case_id FROM outbox)'
      database.prepare(`DELETE FROM case_steps WHERE case_id IN (${gone})`).run(generation)
      database.prepare(`DELETE FROM cases WHERE id IN (${gone})`).run(generation)
    },
    retire(after, most) {
      const rows = closedAfter.all(after, keptSince() * rowsToInstant, most)
      let count = 0
      for (const { body } of rows) {
        const head = JSON.parse(body) as CaseHead
        const closedAt = closedTooLongAgo(head, [])
        if (closedAt === null) continue
        leave(head, closedAt)
        count += 1
      }
      return { after: rows.length < most ? null : (rows.at(-1)?.row_id ?? null), retired: count }
    },
    sendLostAgain(generation) {
      for (const caseId of outbox.sendLostAgain(generation)) {
        // What the snapshot does not hold is here only for what was done here.
        if (generationOf(caseId) !== generation) removeSteps.run(caseId)
        replay(caseId, confirmedOf(caseId), generationOf(caseId), null)
      }
      search.settle()
    },
    replayOwn() {
      for (const id of touched.all()) replay(id, confirmedOf(id), generationOf(id), null)
      search.settle()
    },
    settle: () => search.settle(),
  }
}

/** Who at a desk took the last of these steps; null when nobody did. */
function lastAtDesk(steps: readonly CaseStep[]): string | null {
  return steps.findLast(({ actor }) => (roles as readonly string[]).includes(actor.role))?.actor.id ?? null
}
