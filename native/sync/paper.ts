/** What goes on paper for a time without machines: the open cases by due time, and whom to call. Reporters stay masked. */
import type { Database } from 'better-sqlite3'
import { maskReporter } from '../cases/personal-data.ts'
import type { CaseHead } from '../contract/case.ts'
import type { Grid } from '../contract/places.ts'
import { mostOnPaper, type PaperSheet } from '../contract/sync.ts'
import type { Unit } from '../contract/unit.ts'

export interface PaperOptions {
  database: Database
  units: { all(): readonly Unit[] }
  grids: { all(): readonly Grid[] }
}

export function createPaper({ database, units, grids }: PaperOptions): () => PaperSheet {
  const open = database.prepare<[], { body: string; className: string | null }>(
    `SELECT c.body, k.name AS className FROM cases c LEFT JOIN case_classes k ON k.code = c.class_code
     WHERE c.is_open = 1 ORDER BY c.due_order, c.row_id LIMIT ${mostOnPaper}`,
  )
  const total = database.prepare<[], number>('SELECT count(*) FROM cases WHERE is_open = 1').pluck()
  return () => ({
    cases: open.all().map(({ body, className }) => {
      const head = JSON.parse(body) as CaseHead
      const { id, number, classCode, place, description, state, limit, assignee, reporter } = head
      return {
        ...{ id, number, className: className ?? classCode, place, description, state },
        ...{ dueAt: limit?.dueAt ?? null, assigneeName: assignee?.name ?? '' },
        reporter: reporter && maskReporter(reporter),
      }
    }),
    totalOpen: total.get() ?? 0,
    units: units
      .all()
      .filter(({ kind, phone }) => kind !== 'grid-member' && phone !== '')
      .map(({ name, phone }) => ({ name, phone })),
    leaders: grids.all().flatMap(({ name: grid, leader }) => (leader ? [{ grid, ...leader }] : [])),
  })
}
