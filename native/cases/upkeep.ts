/**
 * Does between commits what SQLite would otherwise do inside one: merging the search index, and bringing the write-ahead
 * log home into the database. So a step costs the same whether it comes first or thousandth, in a short history or a long one.
 */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { storageFailure } from '../database/failure.ts'
import type { Signal } from '../signal.ts'
import type { SearchIndex } from './search-index.ts'

export interface UpkeepOptions {
  database: Database
  search: SearchIndex
  /** Something was committed. */
  changed: Signal<void>
  clock: Clock
  log: Logger
}

/** Whoever works goes first: after a change and between two pieces of upkeep is so much time for others. */
const pauseMs = 50
/** Pieces after which the log goes home although there is more to merge. */
const piecesToCheckpoint = 8

/** Answers its end. */
export function startUpkeep({ database, search, changed, clock, log }: UpkeepOptions): () => void {
  const ending = new AbortController()
  let isDue = false
  let isRunning = false

  async function run(): Promise<void> {
    for (let pieces = 1; isDue; pieces += 1) {
      await clock.sleep(pauseMs, ending.signal)
      isDue = search.tidy()
      // Never waits for a reader: what cannot go home now goes the next time.
      if (!isDue || pieces % piecesToCheckpoint === 0) database.pragma('wal_checkpoint(PASSIVE)')
    }
  }
  const unsubscribe = changed.subscribe(() => {
    isDue = true
    if (isRunning) return
    isRunning = true
    run()
      .catch((error: unknown) => {
        if (ending.signal.aborted) return
        // Whoever writes next meets the same failure and says so on the screen.
        log.warn({ error, failure: storageFailure(error) }, 'upkeep of the database was put off')
      })
      .finally(() => (isRunning = false))
  })
  return () => {
    unsubscribe()
    ending.abort()
  }
}
