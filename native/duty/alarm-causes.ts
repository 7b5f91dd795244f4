/** What gives an alarm: limits and supervision that are due and were not known yet, each found on an index. */
import type { Database } from 'better-sqlite3'
import type { AlarmKind } from '../contract/duty.ts'

export interface Cause {
  caseId: string
  mark: string
}

/** Larger values of `due_order` stand for clocks that are stopped or not there. */
const lastInstant = 8_640_000_000_000_000

/** Ordinary cases warn so long before their limit ends, in ms, unless the workstation is told otherwise. */
export const usualWarnMs = 1_800_000

/**
 * `warnMs` as above. Urgent and supervised cases warn when their light turns yellow, and no case does so before.
 * Writing calls belong into a transaction of the caller.
 */
export function createCauses(database: Database, warnMs = usualWarnMs) {
  const unknown = (kind: AlarmKind) =>
    `NOT EXISTS (SELECT 1 FROM alarm_causes a
       WHERE a.case_id = c.id AND a.kind = '${kind}' AND a.mark = CAST(c.due_order AS TEXT))`
  const late = database.prepare<[number, number], Cause>(
    `SELECT id AS caseId, CAST(due_order AS TEXT) AS mark FROM cases c
     WHERE is_open = 1 AND due_order > ? AND due_order <= ? AND ${unknown('late')} ORDER BY due_order`,
  )
  const isPressing = "(supervised = 1 OR urgency <> 'normal')"
  // By the other index SQLite would compute `warn_at` of every open case anew. Ordinary ones are few between now and then.
  const soon = database.prepare<[{ now: number; until: number }], Cause>(
    `SELECT id AS caseId, CAST(due_order AS TEXT) AS mark, due_order FROM cases c INDEXED BY cases_open_by_warning
     WHERE is_open = 1 AND warn_at <= @now AND due_order > @now AND due_order < ${lastInstant} AND ${isPressing}
       AND ${unknown('soon')}
     UNION ALL
     SELECT id AS caseId, CAST(due_order AS TEXT) AS mark, due_order FROM cases c INDEXED BY cases_open_by_due
     WHERE is_open = 1 AND due_order > @now AND due_order <= @until AND due_order < ${lastInstant} AND NOT ${isPressing}
       AND due_order - (due_order - (body ->> '$.limit.startedAt')) / 4 <= @now AND ${unknown('soon')}
     ORDER BY due_order`,
  )
  const supervised = database.prepare<[], Cause & { stepBy: string | null }>(
    `SELECT * FROM (
       SELECT c.id AS caseId, ifnull(s.id, '') AS mark, s.body ->> '$.actor.id' AS stepBy FROM cases c
       LEFT JOIN case_steps s ON s.case_id = c.id AND s.id =
         (SELECT id FROM case_steps WHERE case_id = c.id AND body ->> '$.kind' = 'supervise'
          ORDER BY hub_at DESC, id DESC LIMIT 1)
       WHERE c.is_open = 1 AND c.supervised = 1)
     AS found WHERE NOT EXISTS
       (SELECT 1 FROM alarm_causes a WHERE a.case_id = found.caseId AND a.kind = 'supervised' AND a.mark = found.mark)`,
  )
  const nextDue = database
    .prepare<[number], number | null>(
      `SELECT min(due_order) FROM cases WHERE is_open = 1 AND due_order > ? AND due_order < ${lastInstant}`,
    )
    .pluck()
  const nextWarning = database
    .prepare<[number], number | null>(
      `SELECT min(warn_at) FROM cases WHERE is_open = 1 AND warn_at > ? AND due_order < ${lastInstant}`,
    )
    .pluck()
  const insert = database.prepare(
    'INSERT OR IGNORE INTO alarm_causes (case_id, kind, mark, at, alarm_id) VALUES (?, ?, ?, ?, ?)',
  )
  const moot = database.prepare<[number], Cause>(
    `SELECT a.case_id AS caseId, a.mark FROM alarms w JOIN alarm_causes a ON a.alarm_id = w.id
     LEFT JOIN cases c ON c.id = a.case_id AND c.is_open = 1 AND CAST(c.due_order AS TEXT) = a.mark
     WHERE w.kind = 'soon' AND w.acknowledged_at IS NULL AND (c.id IS NULL OR c.due_order <= ?)`,
  )
  const silence = database.prepare(
    "UPDATE alarm_causes SET alarm_id = NULL WHERE case_id = ? AND kind = 'soon' AND mark = ?",
  )
  const removeEmpty = database.prepare(
    `DELETE FROM alarms WHERE kind = 'soon' AND acknowledged_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM alarm_causes a WHERE a.alarm_id = alarms.id)`,
  )
  return {
    withdraw(now: number): boolean {
      const gone = moot.all(now)
      if (gone.length === 0) return false
      for (const { caseId, mark } of gone) silence.run(caseId, mark)
      removeEmpty.run()
      return true
    },
    late: (from: number, now: number) => late.all(from, now),
    soon: (now: number): Cause[] =>
      soon.all({ now, until: now + warnMs }).map(({ caseId, mark }) => ({ caseId, mark })),
    supervised: () => supervised.all(),
    /** A warning at another time than the usual is looked for when it may begin; at the latest within a minute. */
    next(now: number): (number | null)[] {
      const due = nextDue.get(now + warnMs) ?? null
      return [nextDue.get(now) ?? null, nextWarning.get(now) ?? null, due === null ? null : due - warnMs]
    },
    add: ({ caseId, mark }: Cause, kind: AlarmKind, at: number, alarmId: string | null) =>
      void insert.run(caseId, kind, mark, at, alarmId),
  }
}
