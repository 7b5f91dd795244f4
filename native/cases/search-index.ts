/**
 * Writes what cases are found by, in the transaction that writes the cases.
 *
 * An open case stands in the index below zero, at the complement of its row id (-1 - row id): the open cases come first,
 * the newest of them at the very beginning, and a search among them never reads the history, however long that is.
 */
import type { Database } from 'better-sqlite3'
import type { CaseHead } from '../contract/case.ts'
import { endedStates } from '../contract/vocabulary.ts'
import { normalise } from './bigrams.ts'
import type { Initials } from './search-initials.ts'
import { type SearchedClass, searchExpression, searchKey, searchTokens } from './search-text.ts'

export interface SearchIndex {
  /** The same for as long as a case is found by the same words: compare before `put`. */
  keyOf(head: CaseHead): string
  /** Takes a new or changed case; found from `settle` on. `wasOpen` as it stood before; null: it was not there. */
  put(rowId: number, head: CaseHead, wasOpen: boolean | null): void
  /** Merges a little of what steps and changes have added, in a transaction of its own; false when nothing is left to do. */
  tidy(): boolean
  /**
   * Writes what was put since, to be called before the transaction commits. All at once and in order: FTS5 writes out
   * what it gathers each time a row comes that is not above the last.
   */
  settle(): void
  /** The catalogue of classes has changed. */
  renewClasses(): void
  /** The FTS5 expression for what an operator looks for; null when there is nothing to look for. */
  expression(text: string): string | null
}

/** Pages that are merged at once: a few milliseconds in which nobody is served. */
const tidyPages = 16
/** From so many cases on a transaction is part of a great catching up, and merges what it adds by itself. */
const manyCases = 200
const mergedPagesPerCase = 1

export function createSearchIndex(database: Database, initials: Initials): SearchIndex {
  // In memory (`temp_store`), and rolled back with the transaction that filled it.
  database.exec(
    `CREATE TEMP TABLE case_search_pending (
       row_id INTEGER PRIMARY KEY, place INTEGER NOT NULL, has_moved INTEGER NOT NULL, tokens TEXT NOT NULL
     ) STRICT`,
  )
  const gather = database.prepare(
    `INSERT INTO temp.case_search_pending (row_id, place, has_moved, tokens) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
     SET place = excluded.place, has_moved = max(has_moved, excluded.has_moved), tokens = excluded.tokens`,
  )
  // A case that has ended, or begun again, stood on the other side.
  const leave = database.prepare(
    'DELETE FROM case_search WHERE rowid IN (SELECT -1 - place FROM temp.case_search_pending WHERE has_moved)',
  )
  const write = database.prepare(
    'INSERT OR REPLACE INTO case_search (rowid, tokens) SELECT place, tokens FROM temp.case_search_pending ORDER BY place',
  )
  const merge = database.prepare<[number]>("INSERT INTO case_search (case_search, rank) VALUES ('merge', ?)")
  const written = database.prepare<[], number>('SELECT total_changes()').pluck()
  const clear = database.prepare('DELETE FROM temp.case_search_pending')
  const readClasses = database.prepare<[], SearchedClass>('SELECT code, name FROM case_classes')
  let classes: SearchedClass[] | null = null
  let pending = 0
  const isOpen = (head: CaseHead) => !endedStates.includes(head.state)
  return {
    keyOf: (head) => searchKey(head, isOpen(head)),
    put(rowId, head, wasOpen) {
      const place = isOpen(head) ? -1 - rowId : rowId
      const hasMoved = wasOpen !== null && wasOpen !== isOpen(head)
      gather.run(rowId, place, hasMoved ? 1 : 0, searchTokens(head, initials))
      pending += 1
    },
    settle() {
      if (pending === 0) return
      leave.run()
      write.run()
      clear.run()
      if (pending >= manyCases) merge.run(pending * mergedPagesPerCase)
      pending = 0
    },
    tidy() {
      const before = written.get() ?? 0
      merge.run(tidyPages)
      // SQLite counts the command itself as one change: https://sqlite.org/fts5.html#the_merge_command
      return (written.get() ?? 0) - before > 1
    },
    renewClasses: () => void (classes = null),
    expression(text) {
      classes ??= readClasses.all().map(({ code, name }) => ({ code, name: normalise(name) }))
      return searchExpression(text, classes)
    },
  }
}
