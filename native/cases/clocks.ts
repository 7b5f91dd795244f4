/**
 * Time limits: how long a limit runs in working time, and when it ends. Kinds after CJJ/T 106's practice:
 * 紧急工作时 and 自然日 run on, 工作时 runs in the shifts of working days, 工作日 leaves out days off.
 */
import type { TimeKind, WorkingCalendar } from '../contract/limits.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** China keeps UTC+8 all year. */
const zoneMs = 8 * hourMs
/** 1970-01-01 was a Thursday; counted from Monday. */
const firstWeekday = 3
/** No limit reaches further; ends a search in a calendar without working days. */
const furthestDays = 3_660

const unitMs: Record<TimeKind, number> = {
  'urgent-hours': hourMs,
  'working-hours': hourMs,
  'working-days': dayMs,
  'calendar-days': dayMs,
}

/** Length of `amount` of a kind in ms of running time. */
export function lengthOf(kind: TimeKind, amount: number): number {
  return Math.round(amount * unitMs[kind])
}

/** Days since 1970-01-01 in China. */
export function dayOf(at: number): number {
  return Math.floor((at + zoneMs) / dayMs)
}

/** `2026-11-23` of a day. */
function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

export function isWorkingDay(calendar: WorkingCalendar, day: number): boolean {
  const date = dateOf(day)
  if (calendar.workingDays.includes(date)) return true
  if (calendar.daysOff.includes(date)) return false
  return (day + firstWeekday) % 7 < 5
}

/** When on `day` this kind of time runs, as instants. */
function* openOn(calendar: WorkingCalendar, kind: TimeKind, day: number): Generator<readonly [number, number]> {
  if (!isWorkingDay(calendar, day)) return
  const start = day * dayMs - zoneMs
  if (kind === 'working-days') yield [start, start + dayMs]
  else for (const [from, to] of calendar.shifts) yield [start + from * minuteMs, start + to * minuteMs]
}

const runsOn = (kind: TimeKind) => kind === 'urgent-hours' || kind === 'calendar-days'

/** The instant when `lengthMs` of this kind of time have run since `start`. */
export function addTime(calendar: WorkingCalendar, kind: TimeKind, start: number, lengthMs: number): number {
  if (runsOn(kind)) return start + lengthMs
  let left = lengthMs
  for (let day = dayOf(start); day < dayOf(start) + furthestDays; day += 1) {
    for (const [from, to] of openOn(calendar, kind, day)) {
      const begins = Math.max(start, from)
      if (to <= begins) continue
      if (left <= to - begins) return begins + left
      left -= to - begins
    }
  }
  return start + lengthMs
}

/** How much of this kind of time runs between two instants, in ms; 0 when `to` is not after `from`. */
export function runningTime(calendar: WorkingCalendar, kind: TimeKind, from: number, to: number): number {
  if (to <= from) return 0
  if (runsOn(kind)) return to - from
  let total = 0
  for (let day = dayOf(from); day <= dayOf(to); day += 1) {
    for (const [opens, closes] of openOn(calendar, kind, day)) {
      total += Math.max(0, Math.min(closes, to) - Math.max(opens, from))
    }
  }
  return total
}
