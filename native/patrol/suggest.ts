/** Which cameras are worth a stop: near places where a class of case keeps coming back, and not looked at for long. Values in, values out. */
import { metresBetween } from '../cases/nearby.ts'
import type { PatrolStop, StopSuggestion } from '../contract/patrol.ts'
import { camerasInView, type PlacedCamera } from './view.ts'

export const recurringMs = 90 * 86_400_000
const samePlaceMetres = 50
const fewestCases = 3
/** Not looked at for longer, in ms. */
const unseenMs = 7 * 86_400_000
const most = 50
/** The others are for what nobody has looked at. */
const mostRecurring = 30

export interface PastCase {
  classCode: string
  place: string
  longitude: number
  latitude: number
}
export interface RecurringPlace extends PastCase {
  cases: number
}

export interface Worth {
  /** Of the last 90 days. */
  cases: readonly PastCase[]
  cameras: readonly PlacedCamera[]
  /** By camera. */
  lastLookedAt: ReadonlyMap<string, number>
  /** Of routes that there are: what they cover is not suggested again. */
  stops: readonly Pick<PatrolStop, 'cameraId' | 'checklist'>[]
  now: number
}

export function suggestStops({ cases, cameras, lastLookedAt, stops, now }: Worth): StopSuggestion[] {
  const covered = new Map<string, Set<string>>()
  for (const { cameraId, checklist } of stops)
    covered.set(cameraId, new Set([...(covered.get(cameraId) ?? []), ...checklist]))
  const recurring = new Map<string, StopSuggestion>()
  for (const { classCode, place, cases: count, ...position } of recurringPlaces(cases)) {
    if (recurring.size >= mostRecurring) break
    for (const { camera, metres } of camerasInView(cameras, position)) {
      if (recurring.size >= mostRecurring || recurring.has(camera.id)) continue
      if (covered.get(camera.id)?.has(classCode)) continue
      const why = { kind: 'recurring', place, classCode, cases: count, metres } as const
      recurring.set(camera.id, { cameraId: camera.id, why })
    }
  }
  const unseen = cameras
    .filter(({ id }) => !recurring.has(id) && !covered.has(id) && now - (lastLookedAt.get(id) ?? 0) > unseenMs)
    .map(({ id }) => ({ id, at: lastLookedAt.get(id) ?? null }))
    .sort((one, other) => (one.at ?? 0) - (other.at ?? 0) || (one.id < other.id ? -1 : 1))
    .slice(0, most - recurring.size)
    .map(({ id, at }): StopSuggestion => ({ cameraId: id, why: { kind: 'unseen', lastLookedAt: at } }))
  return [...recurring.values(), ...unseen]
}

/** Places with three cases or more of one class within 50 m of one of them, most first; each case counts for one place. */
export function recurringPlaces(cases: readonly PastCase[]): RecurringPlace[] {
  const byClass = Map.groupBy(cases, ({ classCode }) => classCode)
  const places = [...byClass.values()].flatMap(recurringOfClass)
  return places.sort((left, right) => right.cases - left.cases)
}

function recurringOfClass(cases: readonly PastCase[]): RecurringPlace[] {
  const cells = Map.groupBy(cases, (one) => cellOf(one, 0, 0))
  const near = (one: PastCase): PastCase[] => {
    const around = neighbours.flatMap(([east, north]) => cells.get(cellOf(one, east, north)) ?? [])
    if (around.length < fewestCases) return []
    return around.filter((other) => metresBetween(one, other) <= samePlaceMetres)
  }
  const candidates = cases
    .map((one) => ({ one, near: near(one) }))
    .filter((candidate) => candidate.near.length >= fewestCases)
    .sort((left, right) => right.near.length - left.near.length)
  const taken = new Set<PastCase>()
  return candidates.flatMap((candidate): RecurringPlace[] => {
    if (taken.has(candidate.one)) return []
    const free = candidate.near.filter((other) => !taken.has(other))
    if (free.length < fewestCases) return []
    for (const other of free) taken.add(other)
    return [{ ...candidate.one, cases: free.length }]
  })
}

/** Cells are at least 50 m wide in every direction in the north of the country. */
const cellDegrees = 0.0007
const neighbours = [-1, 0, 1].flatMap((east) => [-1, 0, 1].map((north) => [east, north] as const))

function cellOf({ longitude, latitude }: PastCase, east: number, north: number): number {
  return (Math.floor(longitude / cellDegrees) + east) * 1_000_000 + Math.floor(latitude / cellDegrees) + north
}
