/** What the routes' times ask for today, and which walks answered. Values in, values out. */
import { dayOf, isWorkingDay } from '../cases/clocks.ts'
import type { WorkingCalendar } from '../contract/limits.ts'
import type { DueWalk, PatrolRoute, WalkRow } from '../contract/patrol.ts'

/** China keeps UTC+8 all year. */
const zoneMs = 8 * 3_600_000
const dayMs = 86_400_000
/** A walk answers when it begins so soon before or after. */
const earlyMs = 30 * 60_000
const lateMs = 2 * 3_600_000

export interface ScheduledRoute {
  id: string
  name: string
  body: Pick<PatrolRoute, 'times'>
}
type BegunWalk = Pick<WalkRow, 'id' | 'runId' | 'routeId' | 'startedAt'>

export interface Schedule {
  routes: readonly ScheduledRoute[]
  walks: readonly BegunWalk[]
  calendar: WorkingCalendar
  /** Ms since 1970. */
  now: number
}

/** Those of today, and of yesterday evening as long as they may still be answered; by time. */
export function dueWalks({ routes, walks, calendar, now }: Schedule): DueWalk[] {
  const today = dayOf(now)
  const dues = routes.flatMap((route) => {
    // The days around count too: whether a walk answers is the same whenever somebody asks.
    const all = [-2, -1, 0, 1].flatMap((offset) => duesOn(route, today + offset, calendar))
    return answered(
      all.sort((one, other) => one.dueAt - other.dueAt),
      walks.filter(({ routeId }) => routeId === route.id),
    )
  })
  const isShown = ({ dueAt }: DueWalk) => dayOf(dueAt) === today || (dayOf(dueAt) === today - 1 && now < dueAt + lateMs)
  return dues.filter(isShown).sort((one, other) => one.dueAt - other.dueAt || (one.routeId < other.routeId ? -1 : 1))
}

function duesOn({ id, name, body }: ScheduledRoute, day: number, calendar: WorkingCalendar): DueWalk[] {
  const isWorking = isWorkingDay(calendar, day)
  return body.times
    .filter(({ days }) => days === 'every-day' || (days === 'working-days') === isWorking)
    .map(({ at, who }) => ({
      ...{ routeId: id, routeName: name, who, walkId: null },
      dueAt: day * dayMs - zoneMs + minutesOf(at) * 60_000,
    }))
}

function minutesOf(at: string): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number)
  return hours * 60 + minutes
}

/** Each run answers one, the earliest that it can; people who share a run make one walk. */
function answered(dues: DueWalk[], walks: readonly BegunWalk[]): DueWalk[] {
  const firsts = new Map<string, BegunWalk>()
  for (const walk of [...walks].sort((one, other) => one.startedAt - other.startedAt || (one.id < other.id ? -1 : 1)))
    if (!firsts.has(walk.runId)) firsts.set(walk.runId, walk)
  for (const { id, startedAt } of firsts.values()) {
    const due = dues.find(
      ({ dueAt, walkId }) => walkId === null && startedAt >= dueAt - earlyMs && startedAt <= dueAt + lateMs,
    )
    if (due) due.walkId = id
  }
  return dues
}
