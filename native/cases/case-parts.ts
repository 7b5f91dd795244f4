/** The parts of the case desk that stand on the database, put together. */
import type { Database } from 'better-sqlite3'
import { createCaseQueries } from './case-queries.ts'
import { createCaseStore } from './case-store.ts'
import { createOutbox } from './outbox.ts'
import { createSearchIndex } from './search-index.ts'
import { createInitials } from './search-initials.ts'
import { createTermsBook } from './terms.ts'

export type CaseParts = ReturnType<typeof createCaseParts>

export function createCaseParts(database: Database) {
  const outbox = createOutbox(database)
  const terms = createTermsBook(database)
  const search = createSearchIndex(database, createInitials())
  const store = createCaseStore(database, outbox, terms, search)
  return { outbox, terms, store, search, queries: createCaseQueries(database, outbox, search) }
}
