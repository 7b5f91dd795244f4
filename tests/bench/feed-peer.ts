/** The peer of the feed bench: the same rows into the same tables, and nothing else. */
import { caseColumns, caseValues, rowsToInstant } from '../../native/cases/case-row.ts'
import { createInitials } from '../../native/cases/search-initials.ts'
import { searchKey, searchTokens } from '../../native/cases/search-text.ts'
import { openDatabase } from '../../native/database/open.ts'
import { feedPuts } from './feed-puts.ts'

interface Page {
  cases: unknown[][]
  steps: unknown[][]
  /** Tokens of the cases that the page makes new or found by other words, by their place in the index: all are open. */
  searched: [number, string][]
}

/** Seconds for `changes` upserts of a case and inserts of its step, `perTransaction` changes at a time. */
export function bareUpserts(file: string, changes: number, perTransaction: number): number {
  const database = openDatabase(file, 'ab'.repeat(32))
  const columns = ['row_id', 'search_key', ...caseColumns]
  const kept = ['row_id', 'id', 'reported_at', 'class_code']
  const upsert = database.prepare(
    `INSERT INTO cases (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (id) DO UPDATE
     SET ${columns.flatMap((name) => (kept.includes(name) ? [] : [`${name} = excluded.${name}`])).join(', ')}`,
  )
  const addStep = database.prepare('INSERT OR IGNORE INTO case_steps (case_id, id, hub_at, body) VALUES (?, ?, ?, ?)')
  const search = database.prepare('INSERT OR REPLACE INTO case_search (rowid, tokens) VALUES (?, ?)')
  // The index merges nothing by itself; the console's transactions merge as many pages as they index cases.
  const merge = database.prepare("INSERT INTO case_search (case_search, rank) VALUES ('merge', ?)")
  const pages = makePages(changes, perTransaction)
  const apply = database.transaction((page: Page) => {
    for (const [index, values] of page.cases.entries()) {
      upsert.run(values)
      addStep.run(page.steps[index])
    }
    for (const [place, tokens] of page.searched) search.run(place, tokens)
    if (page.searched.length > 0) merge.run(page.searched.length)
  })
  const startedAt = performance.now()
  for (const page of pages) apply.immediate(page)
  const seconds = (performance.now() - startedAt) / 1000
  database.close()
  return seconds
}

function makePages(changes: number, perTransaction: number): Page[] {
  const initials = createInitials()
  const known = new Map<string, { rowId: number; key: string }>()
  const pages: Page[] = []
  let searched = new Map<number, string>()
  for (const { case: head, steps } of feedPuts(changes)) {
    const key = searchKey(head, true)
    const before = known.get(head.id)
    const rowId = before?.rowId ?? head.reportedAt * rowsToInstant
    known.set(head.id, { rowId, key })
    if (pages.length === 0 || pages.at(-1)?.cases.length === perTransaction) {
      searched = new Map()
      pages.push({ cases: [], steps: [], searched: [] })
    }
    if (before?.key !== key) searched.set(-1 - rowId, searchTokens(head, initials))
    const page = pages.at(-1) as Page
    page.cases.push([rowId, key, ...caseValues(head, { workedBy: null, pending: 0, parked: 0, generation: 1 })])
    page.steps.push(...steps.map((step) => [step.caseId, step.id, step.hubAt, JSON.stringify(step)]))
    if (page.cases.length === perTransaction) page.searched = inOrder(searched)
  }
  const last = pages.at(-1)
  if (last) last.searched = inOrder(searched)
  return pages
}

function inOrder(searched: ReadonlyMap<number, string>): [number, string][] {
  return [...searched].toSorted(([a], [b]) => a - b)
}
