/** Finds the cases of a view that hold some text: their row ids in the view's order, then the rows of a page. */
import type { Database, Statement } from 'better-sqlite3'
import type { QueueView } from '../contract/case.ts'
import { mostFound } from '../contract/search.ts'
import { queueQueries } from './queue-views.ts'

const matching = 'FROM case_search WHERE case_search MATCH @match'
/** Row ids of the open cases that match, newest first; they stand at the beginning of the index, below zero. */
export const openHits = `SELECT -1 - rowid AS hit ${matching} AND rowid < 0`
const endedHits = `SELECT rowid AS hit ${matching} AND rowid >= 0`

/**
 * Row ids of at most `mostFound` hits; takes @match and what the view takes. All cases: both sides of the index are read
 * from their newest, each no further than to the last wanted. The other views hold open cases only, so the hits are few:
 * the view's own index is walked and kept to them.
 */
export function hitsOf(view: QueueView): string {
  const { where, by } = queueQueries[view]
  if (view !== 'all')
    return `SELECT row_id FROM cases WHERE ${where} AND +row_id IN (${openHits}) ORDER BY ${by} LIMIT ${mostFound}`
  return `SELECT * FROM (${openHits} ORDER BY rowid LIMIT ${mostFound}) UNION ALL
    SELECT * FROM (${endedHits} ORDER BY rowid DESC LIMIT ${mostFound}) ORDER BY hit DESC LIMIT ${mostFound}`
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
