/** The parts of the case desk that stand on the database, put together. */
import type { Database } from 'better-sqlite3'
import { createRetired } from '../durability/retired.ts'
import { createCaseQueries } from './case-queries.ts'
import { createCaseStore } from './case-store.ts'
import { createOutbox } from './outbox.ts'
import { createSearchIndex } from './search-index.ts'
import { createInitials } from './search-initials.ts'
import { createTermsBook } from './terms.ts'

export type CaseParts = ReturnType<typeof createCaseParts>

/** `keptSince`: cases that were closed before it (in ms) are counted and not kept. */
export function createCaseParts(database: Database, keptSince: () => number = () => -Infinity) {
  const outbox = createOutbox(database)
  const terms = createTermsBook(database)
  const search = createSearchIndex(database, createInitials())
  const retired = createRetired(database)
  const store = createCaseStore(database, outbox, terms, search, retired, keptSince)
  return { outbox, terms, store, search, retired, queries: createCaseQueries(database, outbox, search) }
}
