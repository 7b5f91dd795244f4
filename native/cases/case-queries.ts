/** Reads cases for the screens. Personal data leaves here masked. */
import type { Database } from 'better-sqlite3'
import type { CaseFile, CaseHead, CaseStep, QueueRow, QueueView } from '../contract/case.ts'
import type { QueueDelta, QueueWindow } from '../contract/contract.ts'
import { endedStates } from '../contract/vocabulary.ts'
import { maskReporter } from './personal-data.ts'

export interface CaseQueries {
  window(view: QueueView, offset: number, limit: number): QueueWindow
  file(caseId: string): CaseFile | null
  total(): number
}

interface StoredCase {
  id: string
  number: string
  sub_center: string
  class_code: string
  class_name: string | null
  channel: string
  state: CaseHead['state']
  urgency: CaseHead['urgency']
  description: string
  place: string
  longitude: number
  latitude: number
  grid_code: string
  station_code: string
  reported_at: number
  reporter: string | null
  limit_started_at: number | null
  limit_due_at: number | null
  limit_stopped_at: number | null
  assignee: string | null
  supervised: number
  version: number
}

const ended = endedStates.map((state) => `'${state}'`).join(', ')
const rowColumns = `c.id, c.number, c.class_code, k.name AS class_name, c.place, c.channel, c.state, c.urgency, c.supervised,
  c.reported_at, c.limit_started_at, c.limit_due_at, c.limit_stopped_at, c.version`
const order: Record<QueueView, { from: string; by: string; count: string }> = {
  open: {
    from: 'cases WHERE is_open = 1',
    by: 'due_order, row_id',
    count: `WHERE state NOT IN (${ended})`,
  },
  all: { from: 'cases', by: 'reported_at DESC, row_id DESC', count: '' },
}

export function createCaseQueries(database: Database): CaseQueries {
  const windows = byView((view) => {
    const { from, by } = order[view]
    // The page of row ids is found on the index alone; only then are rows read.
    return database.prepare<[number, number], StoredCase>(
      `SELECT ${rowColumns} FROM (SELECT row_id AS page_row FROM ${from} ORDER BY ${by} LIMIT ? OFFSET ?)
       JOIN cases c ON c.row_id = page_row LEFT JOIN case_classes k ON k.code = c.class_code ORDER BY ${by}`,
    )
  })
  const counts = byView((view) =>
    database.prepare<[], number>(`SELECT ifnull(sum(cases), 0) FROM case_counts ${order[view].count}`).pluck(),
  )
  const head = database.prepare<[string], StoredCase>(
    'SELECT c.*, k.name AS class_name FROM cases c LEFT JOIN case_classes k ON k.code = c.class_code WHERE c.id = ?',
  )
  const steps = database
    .prepare<[string], string>('SELECT body FROM case_steps WHERE case_id = ? ORDER BY hub_at, id')
    .pluck()
  return {
    window: (view, offset, limit) => ({
      rows: windows[view].all(limit, offset).map(rowOf),
      offset,
      total: counts[view].get() ?? 0,
    }),
    file(caseId) {
      const stored = head.get(caseId)
      if (!stored) return null
      return fileOf(
        stored,
        steps.all(caseId).map((body) => JSON.parse(body) as CaseStep),
      )
    },
    total: () => counts.all.get() ?? 0,
  }
}

function byView<T>(make: (view: QueueView) => T): Record<QueueView, T> {
  return { open: make('open'), all: make('all') }
}

function limitOf(stored: StoredCase): QueueRow['limit'] {
  if (stored.limit_started_at === null || stored.limit_due_at === null) return null
  return { startedAt: stored.limit_started_at, dueAt: stored.limit_due_at, stoppedAt: stored.limit_stopped_at }
}

function rowOf(stored: StoredCase): QueueRow {
  return {
    id: stored.id,
    number: stored.number,
    classCode: stored.class_code,
    className: stored.class_name,
    place: stored.place,
    channel: stored.channel,
    state: stored.state,
    urgency: stored.urgency,
    supervised: stored.supervised === 1,
    reportedAt: stored.reported_at,
    limit: limitOf(stored),
    version: stored.version,
  }
}

function fileOf(stored: StoredCase, steps: CaseStep[]): CaseFile {
  return {
    ...rowOf(stored),
    subCenter: stored.sub_center,
    description: stored.description,
    longitude: stored.longitude,
    latitude: stored.latitude,
    gridCode: stored.grid_code,
    stationCode: stored.station_code,
    reporter: stored.reporter === null ? null : maskReporter(JSON.parse(stored.reporter)),
    assignee: stored.assignee === null ? null : JSON.parse(stored.assignee),
    steps,
  }
}

/** Undefined when both windows show the same. Rows are compared by version: a case never changes without a new one. */
export function differWindows(before: QueueWindow, after: QueueWindow): QueueDelta | undefined {
  const versions = new Map(before.rows.map((row) => [row.id, row]))
  const rows = after.rows.filter((row) => {
    const old = versions.get(row.id)
    return !old || old.version !== row.version || old.className !== row.className
  })
  const isSameOrder =
    before.rows.length === after.rows.length && before.rows.every((row, index) => row.id === after.rows[index]?.id)
  if (rows.length === 0 && isSameOrder && before.total === after.total) return undefined
  return { order: after.rows.map((row) => row.id), rows, total: after.total }
}
