/** Writes what cases are found by, in the transaction that writes the cases. */
import type { Database } from 'better-sqlite3'
import type { CaseHead } from '../contract/case.ts'
import { endedStates } from '../contract/vocabulary.ts'
import { normalise } from './bigrams.ts'
import type { Initials } from './search-initials.ts'
import { type SearchedClass, searchExpression, searchKey, searchTokens } from './search-text.ts'

export interface SearchIndex {
  /** The same for as long as a case is found by the same words: compare before `put`. */
  keyOf(head: CaseHead): string
  /** Takes a new or changed case; found from `settle` on. */
  put(rowId: number, head: CaseHead): void
  /**
   * Writes what was put since, to be called before the transaction commits. All at once and in order: FTS5 writes out
   * what it gathers each time a row comes that is not above the last.
   */
  settle(): void
  /** The catalogue of classes has changed. */
  renewClasses(): void
  /** The FTS5 expression for what an operator looks for; null when there is nothing to look for. */
  expression(text: string, openOnly: boolean): string | null
}

export function createSearchIndex(database: Database, initials: Initials): SearchIndex {
  // In memory (`temp_store`), and rolled back with the transaction that filled it.
  database.exec('CREATE TEMP TABLE case_search_pending (row_id INTEGER PRIMARY KEY, tokens TEXT NOT NULL) STRICT')
  const gather = database.prepare('INSERT OR REPLACE INTO temp.case_search_pending (row_id, tokens) VALUES (?, ?)')
  const write = database.prepare(
    `INSERT OR REPLACE INTO case_search (rowid, tokens) SELECT row_id, tokens FROM temp.case_search_pending ORDER BY row_id`,
  )
  const clear = database.prepare('DELETE FROM temp.case_search_pending')
  const readClasses = database.prepare<[], SearchedClass>('SELECT code, name FROM case_classes')
  let classes: SearchedClass[] | null = null
  let isPending = false
  const isOpen = (head: CaseHead) => !endedStates.includes(head.state)
  return {
    keyOf: (head) => searchKey(head, isOpen(head)),
    put(rowId, head) {
      gather.run(rowId, searchTokens(head, isOpen(head), initials))
      isPending = true
    },
    settle() {
      if (!isPending) return
      write.run()
      clear.run()
      isPending = false
    },
    renewClasses: () => void (classes = null),
    expression(text, openOnly) {
      classes ??= readClasses.all().map(({ code, name }) => ({ code, name: normalise(name) }))
      return searchExpression(text, classes, openOnly)
    },
  }
}
