/** The only writer of the case tables: keeps what the hub has confirmed, with its totals. */
import type { Database } from 'better-sqlite3'
import { caseHead, type CaseClass, type CaseHead, type CaseStep } from '../contract/case.ts'
import { endedStates } from '../contract/vocabulary.ts'

export interface CaseStore {
  /** Takes the head as the present state and adds the steps that are not there yet. Idempotent. */
  put(head: CaseHead, steps: readonly CaseStep[], generation: number): void
  putClass(caseClass: CaseClass): void
  /** Removes what the snapshot of `generation` no longer holds; closes a snapshot that was taken over whole. */
  removeOtherGenerations(generation: number): void
}

const knownFields: ReadonlySet<string> = new Set(Object.keys(caseHead.shape))
/** Columns of `cases`, in the order of `caseValues`. */
export const caseColumns = [
  'id',
  'number',
  'sub_center',
  'class_code',
  'channel',
  'state',
  'is_open',
  'urgency',
  'description',
  'place',
  'longitude',
  'latitude',
  'grid_code',
  'station_code',
  'reported_at',
  'reporter',
  'limit_started_at',
  'limit_due_at',
  'limit_stopped_at',
  'due_order',
  'assignee',
  'supervised',
  'version',
  'extra',
  'generation',
]

/** What never changes is not written again: its indexes are then left alone. */
const changing = caseColumns.filter((name) => name !== 'id' && name !== 'reported_at')

/** Every call belongs into a transaction of the caller. */
export function createCaseStore(database: Database): CaseStore {
  const upsert = database.prepare(
    `INSERT INTO cases (${caseColumns.join(', ')}) VALUES (${caseColumns.map(() => '?').join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  )
  const addStep = database.prepare('INSERT OR IGNORE INTO case_steps (case_id, id, hub_at, body) VALUES (?, ?, ?, ?)')
  const upsertClass = database.prepare(
    `INSERT INTO case_classes (code, kind, name, parent) VALUES (?, ?, ?, ?)
     ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, name = excluded.name, parent = excluded.parent`,
  )
  return {
    put(head, steps, generation) {
      upsert.run(caseValues(head, generation))
      for (const step of steps) addStep.run(head.id, step.id, step.hubAt, JSON.stringify(step))
    },
    putClass({ code, kind, name, parent }) {
      upsertClass.run(code, kind, name, parent)
    },
    removeOtherGenerations(generation) {
      database
        .prepare('DELETE FROM case_steps WHERE case_id IN (SELECT id FROM cases WHERE generation <> ?)')
        .run(generation)
      database.prepare('DELETE FROM cases WHERE generation <> ?').run(generation)
    },
  }
}

/** A head as a row. */
export function caseValues(head: CaseHead, generation: number): unknown[] {
  return [
    head.id,
    head.number,
    head.subCenter,
    head.classCode,
    head.channel,
    head.state,
    endedStates.includes(head.state) ? 0 : 1,
    head.urgency,
    head.description,
    head.place,
    head.longitude,
    head.latitude,
    head.gridCode,
    head.stationCode,
    head.reportedAt,
    head.reporter && JSON.stringify(head.reporter),
    head.limit?.startedAt ?? null,
    head.limit?.dueAt ?? null,
    head.limit?.stoppedAt ?? null,
    dueOrder(head.limit),
    head.assignee && JSON.stringify(head.assignee),
    head.supervised ? 1 : 0,
    head.version,
    extraOf(head),
    generation,
  ]
}

const never = 9_000_000_000_000_000

/** A stopped clock is not due before it runs again. */
function dueOrder(limit: CaseHead['limit']): number {
  if (limit === null) return never
  return limit.stoppedAt === null ? limit.dueAt : never - 1
}

/** Fields of a newer hub: kept as they came, so that an update of this program finds them. */
function extraOf(head: CaseHead): string | null {
  let fields = 0
  for (const _ in head) fields += 1
  if (fields === knownFields.size) return null
  return JSON.stringify(Object.fromEntries(Object.entries(head).filter(([name]) => !knownFields.has(name))))
}
