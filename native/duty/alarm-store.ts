/** Keeps alarms: which causes are due, which were raised, who acknowledged them. */
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import type { CaseHead, Operator } from '../contract/case.ts'
import type { Alarm, AlarmCase, AlarmKind } from '../contract/duty.ts'
import { type Cause, createCauses } from './alarm-causes.ts'

/** Cases listed with one alarm; the count tells of the rest. */
export const mostAlarmCases = 20
/** Warnings come at most this often, in ms (EEMUA 191: fewer than one alarm in ten minutes). */
export const warningPaceMs = 600_000
/** Acknowledged alarms that are still listed. */
const mostPast = 50

export interface AlarmStore {
  /** Null until the first cases were here. */
  since(): number | null
  /** The watch begins: what is late, soon or supervised by now stands in the queue already and raises nothing. */
  begin(now: number): void
  /**
   * Raises what is due and not known yet, and withdraws warnings that nobody acknowledged in time: the case was worked on,
   * or is late now and says so itself. Answers whether anything changed.
   * What `self` put under supervision needs no telling.
   */
  raise(now: number, self: string | null): boolean
  /** When something may become due next, or null when nothing will by time alone. */
  nextAt(now: number): number | null
  /** Unacknowledged ones first, then the latest of the others, newest first. */
  list(): Alarm[]
  /** Answers whether it was still unacknowledged. */
  acknowledge(alarmId: string, operator: Operator, now: number): boolean
  acknowledgeAll(operator: Operator, now: number): boolean
}

export interface AlarmStoreOptions {
  database: Database
  recordAudit: RecordAudit
  newId: () => string
  /** How long before its limit an ordinary case warns, in ms; absent: half an hour. */
  warnMs?: number | undefined
}

interface AlarmRow {
  id: string
  kind: AlarmKind
  raisedAt: number
  grownAt: number
  acknowledgedAt: number | null
  byName: string | null
}

export function createAlarmStore(options: AlarmStoreOptions): AlarmStore {
  const { database, recordAudit, newId } = options
  const since = database.prepare<[], number>('SELECT since FROM alarm_watch').pluck()
  const causes = createCauses(database, options.warnMs)
  const newestOpen = database
    .prepare<[string], string>(
      'SELECT id FROM alarms WHERE kind = ? AND acknowledged_at IS NULL ORDER BY raised_at DESC LIMIT 1',
    )
    .pluck()
  const lastWarning = database
    .prepare<[], number | null>("SELECT max(grown_at) FROM alarms WHERE kind = 'soon' AND acknowledged_at IS NOT NULL")
    .pluck()
  const addAlarm = database.prepare('INSERT INTO alarms (id, kind, raised_at, grown_at) VALUES (?, ?, ?, ?)')
  const grow = database.prepare('UPDATE alarms SET grown_at = ? WHERE id = ?')
  const setAcknowledged = database.prepare(
    `UPDATE alarms SET acknowledged_at = ?, acknowledged_by = ?, acknowledged_by_name = ?
     WHERE id = ? AND acknowledged_at IS NULL`,
  )
  const openIds = database.prepare<[], string>('SELECT id FROM alarms WHERE acknowledged_at IS NULL').pluck()

  /** Until when a warning has to wait; 0 when it need not. */
  function warningsHeldUntil(): number {
    if (newestOpen.get('soon') !== undefined) return 0
    return (lastWarning.get() ?? 0) + warningPaceMs
  }

  /** A cause joins the alarm of its kind that nobody has acknowledged yet; else it raises one. */
  function add(kind: AlarmKind, due: readonly Cause[], now: number): boolean {
    if (due.length === 0) return false
    const open = newestOpen.get(kind)
    const id = open ?? newId()
    if (open === undefined) addAlarm.run(id, kind, now, now)
    else grow.run(now, id)
    for (const cause of due) causes.add(cause, kind, now, id)
    return true
  }

  const begin = database.transaction((now: number) => {
    database.prepare('INSERT OR IGNORE INTO alarm_watch (only, since) VALUES (1, ?)').run(now)
    for (const { stepBy: _, ...cause } of causes.supervised()) causes.add(cause, 'supervised', now, null)
    for (const cause of causes.soon(now)) causes.add(cause, 'soon', now, null)
  })
  const raise = database.transaction((now: number, self: string | null) => {
    const from = since.get()
    if (from === undefined) return false
    const withdrawn = causes.withdraw(now)
    const supervised = causes.supervised()
    for (const { stepBy, ...cause } of supervised) {
      if (stepBy !== null && stepBy === self) causes.add(cause, 'supervised', now, null)
    }
    const told = supervised.filter(({ stepBy }) => stepBy === null || stepBy !== self)
    const raised = [withdrawn, add('late', causes.late(from, now), now), add('supervised', told, now)]
    if (warningsHeldUntil() <= now) raised.push(add('soon', causes.soon(now), now))
    return raised.includes(true)
  })
  const acknowledge = database.transaction((ids: readonly string[], { id: by, name }: Operator, now: number) => {
    let changed = false
    for (const id of ids) {
      if (setAcknowledged.run(now, by, name, id).changes === 0) continue
      recordAudit({ operatorId: by, action: 'alarm.acknowledged', subject: id, reason: null })
      changed = true
    }
    return changed
  })
  return {
    since: () => since.get() ?? null,
    begin: (now) => void begin.immediate(now),
    raise: (now, self) => raise.immediate(now, self),
    nextAt(now) {
      const heldUntil = warningsHeldUntil()
      const held = heldUntil > now && causes.soon(now).length > 0 ? heldUntil : null
      const next = [held, ...causes.next(now)].filter((at) => at !== null)
      return next.length > 0 ? Math.min(...next) : null
    },
    list: createList(database),
    acknowledge: (alarmId, operator, now) => acknowledge.immediate([alarmId], operator, now),
    acknowledgeAll: (operator, now) => acknowledge.immediate(openIds.all(), operator, now),
  }
}

function createList(database: Database): () => Alarm[] {
  const columns = `id, kind, raised_at AS raisedAt, grown_at AS grownAt, acknowledged_at AS acknowledgedAt,
    acknowledged_by_name AS byName`
  const open = database.prepare<[], AlarmRow>(
    `SELECT ${columns} FROM alarms WHERE acknowledged_at IS NULL ORDER BY raised_at DESC, id DESC`,
  )
  const past = database.prepare<[], AlarmRow>(
    `SELECT ${columns} FROM alarms WHERE acknowledged_at IS NOT NULL ORDER BY raised_at DESC, id DESC LIMIT ${mostPast}`,
  )
  const casesOf = database.prepare<[string], { caseId: string; mark: string; body: string; className: string | null }>(
    `SELECT a.case_id AS caseId, a.mark, c.body, k.name AS className FROM alarm_causes a
     JOIN cases c ON c.id = a.case_id LEFT JOIN case_classes k ON k.code = c.class_code
     WHERE a.alarm_id = ? ORDER BY a.at DESC, a.case_id LIMIT ${mostAlarmCases}`,
  )
  const countOf = database.prepare<[string], number>('SELECT count(*) FROM alarm_causes WHERE alarm_id = ?').pluck()

  function read(row: AlarmRow): Alarm {
    const { acknowledgedAt, byName, ...alarm } = row
    return {
      ...alarm,
      acknowledged: acknowledgedAt === null ? null : { at: acknowledgedAt, byName: byName ?? '' },
      cases: casesOf.all(row.id).map(({ caseId, mark, body, className }): AlarmCase => {
        const { number, classCode, place } = JSON.parse(body) as CaseHead
        return { caseId, number, classCode, className, place, dueAt: row.kind === 'supervised' ? null : Number(mark) }
      }),
      count: countOf.get(row.id) ?? 0,
    }
  }
  return () => [...open.all(), ...past.all()].map(read)
}
