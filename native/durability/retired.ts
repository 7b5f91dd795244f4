/** Counts closed cases that are no longer kept, each once, so that indicators of years ago stay true. */
import type { Database } from 'better-sqlite3'
import type { CaseTotal } from '../contract/backup.ts'
import type { CaseHead } from '../contract/case.ts'

export interface Retired {
  /** Counts the case; again: changes nothing. Belongs into a transaction of the caller. */
  count(head: CaseHead, closedAt: number): void
  /** The case is kept again: it was reopened, or the time for which cases are kept was extended. */
  uncount(caseId: string): void
  totals(from: string, to: string): CaseTotal[]
}

export type Total = Omit<CaseTotal, 'isInTime' | 'cases'> & { inTime: number }

/** Months are those of the district's clock, UTC+8. */
export const monthOf = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 7)

/** What a case counts as. Within its limit: the running one, or else what the channel asked for. */
export function totalOf(head: CaseHead, closedAt: number): Total {
  const due = head.limit?.dueAt ?? head.origin?.deadline ?? null
  return {
    ...{ month: monthOf(closedAt), classCode: head.classCode, gridCode: head.gridCode, channel: head.channel },
    ...{ state: head.state, inTime: due === null ? -1 : closedAt <= due ? 1 : 0 },
  }
}

/** Counts a case in a total, each case once. */
export function createCounter(database: Database): (caseId: unknown, total: Total) => void {
  const add = database.prepare(
    `INSERT OR IGNORE INTO case_totals (month, class_code, grid_code, channel, state, is_in_time, cases)
     VALUES (@month, @classCode, @gridCode, @channel, @state, @inTime, 0)`,
  )
  const find = database
    .prepare<[Total], number>(
      `SELECT id FROM case_totals WHERE month = @month AND class_code = @classCode AND grid_code = @gridCode
       AND channel = @channel AND state = @state AND is_in_time = @inTime`,
    )
    .pluck()
  const retire = database.prepare('INSERT OR IGNORE INTO retired_cases (case_id, total_id) VALUES (?, ?)')
  return (caseId, total) => {
    add.run(total)
    retire.run(caseId, find.get(total))
  }
}

export function createRetired(database: Database): Retired {
  const count = createCounter(database)
  const forget = database.prepare('DELETE FROM retired_cases WHERE case_id = ?')
  const read = database.prepare<[string, string], Total & { cases: number }>(
    `SELECT month, class_code AS classCode, grid_code AS gridCode, channel, state, is_in_time AS inTime, cases
     FROM case_totals WHERE month BETWEEN ? AND ? AND cases > 0 ORDER BY month, class_code, grid_code, channel, state, is_in_time`,
  )
  const isAny = database.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM retired_cases)').pluck()
  // Asked for every change of the feed: where nothing was ever counted the answer needs no look at the disk.
  let hasAny = isAny.get() === 1
  return {
    count(head, closedAt) {
      count(head.id, totalOf(head, closedAt))
      hasAny = true
    },
    uncount(caseId) {
      if (hasAny) forget.run(caseId)
    },
    totals: (from, to) =>
      read.all(from, to).map(({ inTime, ...total }) => ({ ...total, isInTime: inTime === -1 ? null : inTime === 1 })),
  }
}
