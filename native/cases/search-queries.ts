/** Finds the cases of a view that hold some text: their row ids in the view's order, then the rows of a page. */
import type { Database, Statement } from 'better-sqlite3'
import type { QueueView } from '../contract/case.ts'
import { mostFound } from '../contract/search.ts'
import { queueQueries } from './queue-views.ts'

/**
 * Row ids of at most `mostFound` hits; takes @match and what the view takes. All cases: the index read from its newest
 * row, which ends with the last wanted. The other views hold open cases only, which the index knows, so the hits are
 * few: the view's own index is walked and kept to them.
 */
export function hitsOf(view: QueueView): string {
  const hits = 'SELECT rowid FROM case_search WHERE case_search MATCH @match'
  if (view === 'all') return `${hits} ORDER BY rowid DESC LIMIT ${mostFound}`
  const { where, by } = queueQueries[view]
  return `SELECT row_id FROM cases WHERE ${where} AND +row_id IN (${hits}) ORDER BY ${by} LIMIT ${mostFound}`
}

/** A page of row ids given as JSON in @page. */
export const pageGiven = 'SELECT value AS page_row FROM json_each(@page)'

export interface SearchQueries<Row> {
  find(view: QueueView, offset: number, limit: number, parameters: object): { rows: Row[]; total: number }
}

/** `select` makes rows of a statement that has a column `page_row`. */
export function createSearchQueries<Row>(
  database: Database,
  select: (view: QueueView, page: string) => string,
): SearchQueries<Row> {
  // Most views are never searched in a session, and preparing takes time at the start.
  const prepared = new Map<QueueView, { hits: Statement<[object], number>; rows: Statement<[object], Row> }>()
  function statements(view: QueueView) {
    const known = prepared.get(view)
    if (known) return known
    const hits = database.prepare<[object], number>(hitsOf(view)).pluck()
    const made = { hits, rows: database.prepare<[object], Row>(select(view, pageGiven)) }
    prepared.set(view, made)
    return made
  }
  return {
    find(view, offset, limit, parameters) {
      const { hits, rows } = statements(view)
      const found = hits.all(parameters)
      const page = JSON.stringify(found.slice(offset, offset + limit))
      return { rows: rows.all({ page }), total: found.length }
    },
  }
}
