/** Lets closed cases of years ago leave at night, a few at a time: nobody waits for it. */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { CaseStore } from '../cases/case-store.ts'
import type { Clock } from '../clock.ts'

export interface RetentionOptions {
  database: Database
  store: Pick<CaseStore, 'retire'>
  /** Cases have left. */
  retired: () => void
  clock: Clock
  log: Logger
}

const batch = 200
const pauseMs = 50
const dayMs = 86_400_000
/** Three o'clock at night, UTC+8, as ms of a UTC day. */
const hour = 19 * 3_600_000

/** Cases that were closed before this are no longer kept. */
export function keptSince(now: number, years: number): number {
  const limit = new Date(now)
  limit.setUTCFullYear(limit.getUTCFullYear() - years)
  return limit.getTime()
}

/** The next three o'clock at night after `now`. */
export function nextNight(now: number): number {
  const today = Math.floor(now / dayMs) * dayMs + hour
  return today > now ? today : today + dayMs
}

/** Runs until the answer is called. */
export function startRetention({ database, store, retired, clock, log }: RetentionOptions): () => void {
  const ending = new AbortController()
  const { signal } = ending
  const retireBatch = database.transaction((after: number) => store.retire(after, batch))

  async function oneNight(): Promise<void> {
    let total = 0
    for (let after: number | null = Number.MIN_SAFE_INTEGER; after !== null;) {
      const done = retireBatch.immediate(after)
      total += done.retired
      after = done.after
      await clock.sleep(pauseMs, signal)
    }
    if (total === 0) return
    log.info({ cases: total }, 'closed cases of long ago were counted and are no longer kept')
    retired()
  }
  async function everyNight(): Promise<void> {
    for (;;) {
      await clock.sleep(nextNight(clock.now()) - clock.now(), signal)
      await oneNight().catch((error: unknown) => {
        signal.throwIfAborted()
        log.error({ error: String(error) }, 'closed cases of long ago could not leave; trying again tomorrow')
      })
    }
  }
  everyNight().catch(() => undefined)
  return () => ending.abort()
}
