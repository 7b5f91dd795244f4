/** The limits and the calendar that a case is decided by: the hub's, and the usual ones until it has sent them. */
import type { Database } from 'better-sqlite3'
import type { StageLimits, WorkingCalendar } from '../contract/limits.ts'
import type { Terms } from './decide.ts'

/** Usual defaults of published editions: verify within a day, check within two hours. */
export const usualLimits: StageLimits = {
  verify: { kind: 'calendar-days', amount: 1 },
  dispatch: { kind: 'urgent-hours', amount: 2 },
  handle: { kind: 'working-hours', amount: 16 },
  check: { kind: 'working-hours', amount: 2 },
}

/** 08-12 and 14-18 on weekdays. */
export const usualCalendar: WorkingCalendar = {
  shifts: [
    [480, 720],
    [840, 1080],
  ],
  daysOff: [],
  workingDays: [],
}

export interface TermsBook {
  of(classCode: string): Terms
  /** Reads again what the hub has changed. */
  renew(): void
}

export function createTermsBook(database: Database): TermsBook {
  const calendarBody = database.prepare<[], string>('SELECT body FROM working_calendar').pluck()
  const classLimits = database.prepare<[], { code: string; limits: string | null }>(
    'SELECT code, limits FROM case_classes',
  )
  let calendar = usualCalendar
  let limits = new Map<string, StageLimits>()
  const book: TermsBook = {
    // A class without limits of its own has those of its upper level, whose code begins its own.
    of: (classCode) => ({
      calendar,
      limits: limits.get(classCode) ?? limits.get(classCode.slice(0, 3)) ?? usualLimits,
    }),
    renew() {
      const body = calendarBody.get()
      calendar = body === undefined ? usualCalendar : (JSON.parse(body) as WorkingCalendar)
      limits = new Map(
        classLimits.all().flatMap(({ code, limits: text }) => (text ? [[code, JSON.parse(text) as StageLimits]] : [])),
      )
    },
  }
  book.renew()
  return book
}
