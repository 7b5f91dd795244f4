/** Reads the cases of a view that hold some text: a page of row ids in the view's order, and how many there are. */
import type { Database, Statement } from 'better-sqlite3'
import type { QueueView } from '../contract/case.ts'
import { mostFound } from '../contract/contract.ts'
import { queueQueries } from './queue-views.ts'

/** How a view is searched; both statements take @match and what the view takes. */
export interface SearchSql {
  page: string
  count: string
}

/**
 * All cases: the index walked from its newest row, which ends with the page. The other views hold open cases only, which
 * the index knows, so the hits are few: the view's own index is walked and kept to them.
 */
export function searchSql(view: QueueView): SearchSql {
  const { where, by } = queueQueries[view]
  const hits = 'SELECT rowid AS page_row FROM case_search WHERE case_search MATCH @match'
  const rows = view === 'all' ? hits : `SELECT row_id AS page_row FROM cases WHERE ${where} AND +row_id IN (${hits})`
  const order = view === 'all' ? 'rowid DESC' : by
  return {
    page: `${rows} ORDER BY ${order} LIMIT min(@limit, max(${mostFound} - @offset, 0)) OFFSET @offset`,
    count: `SELECT count(*) FROM (${rows} LIMIT ${mostFound})`,
  }
}

export interface SearchQueries<Row> {
  page(view: QueueView, parameters: object): Row[]
  count(view: QueueView, parameters: object): number
}

/** `select` makes rows of the statement it is given, which has a column `page_row`. */
export function createSearchQueries<Row>(
  database: Database,
  select: (view: QueueView, page: string) => string,
): SearchQueries<Row> {
  // Most views are never searched in a session, and preparing takes time at the start.
  const prepared = new Map<string, Statement<[object], unknown>>()
  const statement = (kind: keyof SearchSql, view: QueueView) => {
    const known = prepared.get(kind + view)
    if (known) return known
    const sql = searchSql(view)
    const made = database.prepare<[object], unknown>(kind === 'page' ? select(view, sql.page) : sql.count)
    prepared.set(kind + view, made)
    return made
  }
  return {
    page: (view, parameters) => statement('page', view).all(parameters) as Row[],
    count: (view, parameters) => Number(statement('count', view).pluck().get(parameters) ?? 0),
  }
}
