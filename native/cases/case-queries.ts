/** Reads cases for the screens. Personal data leaves here masked. */
import type { Database } from 'better-sqlite3'
import {
  type CaseClass,
  type CaseFile,
  type CaseHead,
  type CaseStep,
  type QueueRow,
  type QueueView,
  queueViews,
} from '../contract/case.ts'
import type { QueueDelta, QueueLine, QueueWindow } from '../contract/contract.ts'
import { isGroupHead } from '../contract/queue-order.ts'
import type { Role } from '../contract/vocabulary.ts'
import { offersFor } from './decide.ts'
import type { Outbox } from './outbox.ts'
import { maskReporter } from './personal-data.ts'
import { createOrderedQueue, isUsual, type QueueOrder } from './queue-order.ts'
import { queueQueries } from './queue-views.ts'
import type { SearchIndex } from './search-index.ts'
import { createSearchQueries, pageGiven } from './search-queries.ts'

/** Who asks, and when: some views depend on it. */
export interface Viewer {
  operatorId: string
  now: number
}

/** A window in its view's usual order. */
export type PlainWindow = Omit<QueueWindow, 'rows'> & { rows: QueueRow[] }

export interface CaseQueries {
  /** With `text` only the cases that hold every word of it; see `mostFound`. */
  window(view: QueueView, offset: number, limit: number, viewer: Viewer, text?: string): PlainWindow
  /** The same, grouped and sorted as is wished; names of grids and stations are not known here. */
  ordered(view: QueueView, offset: number, limit: number, viewer: Viewer, text: string, order: QueueOrder): QueueWindow
  counts(viewer: Viewer): Record<QueueView, number>
  /** The whole head, unmasked: for native only. */
  head(caseId: string): CaseHead | null
  file(caseId: string, role: Role): CaseFile | null
  classes(): CaseClass[]
  total(): number
}

interface StoredRow {
  body: string
  class_name: string | null
  is_returned: number
  is_call_back_due: number
  pending: number
  parked: number
}

const hourMs = 3_600_000

/**
 * The page of row ids is found on indexes alone; only then are rows read. CROSS JOIN holds SQLite to that order: left to
 * choose, it reads the whole table (23 ms instead of 0.3 ms for `all` among 375,967 cases).
 */
export function selectRows(view: QueueView, page: string): string {
  return `SELECT c.body, k.name AS class_name, c.is_returned, c.is_call_back_due, c.pending, c.parked
    FROM (${page}) CROSS JOIN cases c ON c.row_id = page_row LEFT JOIN case_classes k ON k.code = c.class_code
    ORDER BY ${queueQueries[view].by}`
}

export function createCaseQueries(database: Database, outbox: Outbox, search: SearchIndex): CaseQueries {
  const windows = byView((view) => {
    const { where, by } = queueQueries[view]
    return database.prepare<[object], StoredRow>(
      selectRows(
        view,
        `SELECT row_id AS page_row FROM cases WHERE ${where} ORDER BY ${by} LIMIT @limit OFFSET @offset`,
      ),
    )
  })
  const found = createSearchQueries<StoredRow>(database, selectRows)
  const given = database.prepare<[object], StoredRow>(selectRows('open', pageGiven))
  const inOrder = createOrderedQueue(database, (page) => given.all({ page }).map(rowOf))
  const counted = byView((view) =>
    database.prepare<[object], number>(`SELECT count(*) FROM cases WHERE ${queueQueries[view].where}`).pluck(),
  )
  const total = database.prepare<[], number>('SELECT ifnull(sum(cases), 0) FROM case_counts').pluck()
  const totalOpen = database
    .prepare<[], number>(
      `SELECT ifnull(sum(cases), 0) FROM case_counts WHERE state NOT IN ('rejected', 'duplicate', 'closed')`,
    )
    .pluck()
  const find = database.prepare<[string], StoredRow>(
    `SELECT c.body, k.name AS class_name, c.is_returned, c.is_call_back_due, c.pending, c.parked
     FROM cases c LEFT JOIN case_classes k ON k.code = c.class_code WHERE c.id = ?`,
  )
  const steps = database
    .prepare<[string], string>('SELECT body FROM case_steps WHERE case_id = ? ORDER BY hub_at, id')
    .pluck()
  const classes = database.prepare<[], { code: string; kind: CaseClass['kind']; name: string; parent: string | null }>(
    'SELECT code, kind, name, parent FROM case_classes ORDER BY kind DESC, code',
  )

  function count(view: QueueView, viewer: Viewer): number {
    if (view === 'all') return total.get() ?? 0
    if (view === 'open') return totalOpen.get() ?? 0
    return counted[view].get(parametersOf(viewer)) ?? 0
  }

  function window(view: QueueView, offset: number, limit: number, viewer: Viewer, text = ''): PlainWindow {
    const parameters = { ...parametersOf(viewer), limit, offset }
    const match = search.expression(text)
    if (match === null) return { rows: windows[view].all(parameters).map(rowOf), offset, total: count(view, viewer) }
    const { rows, total } = found.find(view, offset, limit, { ...parametersOf(viewer), match })
    return { rows: rows.map(rowOf), offset, total }
  }

  return {
    window,
    ordered(view, offset, limit, viewer, text, order) {
      if (isUsual(view, order)) return window(view, offset, limit, viewer, text)
      const match = search.expression(text)
      return inOrder.window({ view, offset, limit, order, match }, parametersOf(viewer))
    },
    counts: (viewer) => byView((view) => count(view, viewer)),
    head(caseId) {
      const stored = find.get(caseId)
      return stored ? (JSON.parse(stored.body) as CaseHead) : null
    },
    file(caseId, role) {
      const stored = find.get(caseId)
      if (!stored) return null
      const head = JSON.parse(stored.body) as CaseHead
      const entries = outbox.ofCase(caseId)
      return {
        ...head,
        reporter: head.reporter && maskReporter(head.reporter),
        className: stored.class_name,
        steps: steps.all(caseId).map((body) => JSON.parse(body) as CaseStep),
        pendingSteps: entries.filter(({ state }) => state !== 'parked').map(({ operation }) => operation.opId),
        parked: entries
          .filter(({ state }) => state === 'parked')
          .map(({ operation: { opId, kind, actorAt, actor, input }, why }) => ({
            ...{ id: opId, kind, at: actorAt, actorName: actor.name, remark: input.remark, why: why ?? '' },
          })),
        offers: offersFor(head, role),
      }
    },
    classes: () => classes.all().map((row) => ({ ...row, limits: null })),
    total: () => total.get() ?? 0,
  }
}

function parametersOf({ now, operatorId }: Viewer): object {
  return { now, soon: now + hourMs, operator: operatorId }
}

function byView<T>(make: (view: QueueView) => T): Record<QueueView, T> {
  return Object.fromEntries(queueViews.map((view) => [view, make(view)])) as Record<QueueView, T>
}

function rowOf(stored: StoredRow): QueueRow {
  const head = JSON.parse(stored.body) as CaseHead
  return {
    id: head.id,
    number: head.number,
    classCode: head.classCode,
    className: stored.class_name,
    place: head.place,
    channel: head.channel,
    state: head.state,
    urgency: head.urgency,
    supervised: head.supervised,
    reportedAt: head.reportedAt,
    limit: head.limit,
    assigneeName: head.assignee?.name ?? null,
    isReturned: stored.is_returned === 1,
    isCallBackDue: stored.is_call_back_due === 1,
    version: head.version,
    pending: stored.pending,
    parked: stored.parked,
  }
}

/** Undefined when both windows show the same. */
export function differWindows(before: QueueWindow, after: QueueWindow): QueueDelta | undefined {
  const old = new Map(before.rows.map((row) => [row.id, row]))
  const rows = after.rows.filter((row) => !isSame(old.get(row.id), row))
  const isSameOrder =
    before.rows.length === after.rows.length && before.rows.every((row, index) => row.id === after.rows[index]?.id)
  if (rows.length === 0 && isSameOrder && before.total === after.total && before.cases === after.cases) return undefined
  const delta = { order: after.rows.map((row) => row.id), rows, total: after.total }
  return after.cases === undefined ? delta : { ...delta, cases: after.cases }
}

/** A confirmed case never changes without a new version; what is done here shows in its marks. */
function isSame(old: QueueLine | undefined, row: QueueLine): boolean {
  if (isGroupHead(row) || (old && isGroupHead(old))) return JSON.stringify(old) === JSON.stringify(row)
  return (
    old !== undefined &&
    old.version === row.version &&
    old.state === row.state &&
    old.pending === row.pending &&
    old.parked === row.parked &&
    old.number === row.number &&
    old.className === row.className
  )
}
