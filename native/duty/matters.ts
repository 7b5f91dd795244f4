/** Gathers what the next shift has to know of. */
import type { Database } from 'better-sqlite3'
import type { CaseQueries, Viewer } from '../cases/case-queries.ts'
import type { CaseHead, QueueRow } from '../contract/case.ts'
import { type Matter, type MatterKind, matterKinds, type Matters } from '../contract/duty.ts'

/** Cases listed of each kind. */
export const mostMatters = 30

export type GatherMatters = (viewer: Viewer) => Matters[]

/** Kinds that are views of the queue have its order and its counts. */
const views = ['overdue', 'due-soon', 'supervised', 'returned'] as const
type View = (typeof views)[number]
const isView = (kind: MatterKind): kind is View => (views as readonly string[]).includes(kind)

const conditions: Readonly<Record<Exclude<MatterKind, View>, string>> = {
  requests: "is_open = 1 AND body ->> '$.request' IS NOT NULL",
  parked: "id IN (SELECT case_id FROM outbox WHERE state = 'parked')",
  waiting: "id IN (SELECT case_id FROM outbox WHERE state = 'waiting')",
}

export function createMatters(database: Database, queries: CaseQueries): GatherMatters {
  const found = (condition: string) => ({
    count: database.prepare<[], number>(`SELECT count(*) FROM cases WHERE ${condition}`).pluck(),
    cases: database.prepare<[], { body: string; className: string | null }>(
      `SELECT body, (SELECT name FROM case_classes WHERE code = class_code) AS className
       FROM cases WHERE ${condition} ORDER BY due_order, row_id LIMIT ${mostMatters}`,
    ),
  })
  const own = {
    requests: found(conditions.requests),
    parked: found(conditions.parked),
    waiting: found(conditions.waiting),
  }

  return (viewer) =>
    matterKinds.map((kind) => {
      if (isView(kind)) {
        const { rows, total } = queries.window(kind, 0, mostMatters, viewer)
        return { kind, count: total, cases: rows.map(matterOf) }
      }
      const { count, cases } = own[kind]
      return {
        kind,
        count: count.get() ?? 0,
        cases: cases.all().map(({ body, className }) => {
          const head = JSON.parse(body) as CaseHead
          return matterOf({ ...head, className, assigneeName: head.assignee?.name ?? null })
        }),
      }
    })
}

type Row = Pick<
  QueueRow,
  'id' | 'number' | 'classCode' | 'className' | 'place' | 'state' | 'limit' | 'supervised' | 'assigneeName'
>

function matterOf({ id, number, classCode, className, place, state, limit, supervised, assigneeName }: Row): Matter {
  return {
    caseId: id,
    number,
    classCode,
    className,
    place,
    state,
    dueAt: limit?.dueAt ?? null,
    supervised,
    assigneeName,
  }
}
