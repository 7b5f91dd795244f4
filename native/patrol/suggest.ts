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
    for (const { camera, metres } of camerasInView(cameras, position)) {
      if (recurring.size >= mostRecurring) break
      if (recurring.has(camera.id) || covered.get(camera.id)?.has(classCode)) continue
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
  const cells = new Map<string, PastCase[]>()
  for (const one of cases) {
    const key = cellOf(one, 0, 0)
    const cell = cells.get(key)
    if (cell) cell.push(one)
    else cells.set(key, [one])
  }
  // A lone case in its cells is looked at no further.
  const around = (one: PastCase) => cellsAround(one).flatMap((key) => cells.get(key) ?? [])
  const near = (one: PastCase) => around(one).filter((other) => metresBetween(one, other) <= samePlaceMetres)
  const candidates = cases
    .map((one) => ({ one, count: near(one).length }))
    .filter(({ count }) => count >= fewestCases)
    .sort((left, right) => right.count - left.count)
  const taken = new Set<PastCase>()
  const places: RecurringPlace[] = []
  for (const { one } of candidates) {
    if (taken.has(one)) continue
    const free = near(one).filter((other) => !taken.has(other))
    if (free.length < fewestCases) continue
    for (const other of free) taken.add(other)
    places.push({ ...one, cases: free.length })
  }
  return places.sort((left, right) => right.cases - left.cases)
}

/** Cells are at least 50 m wide in every direction in the north of the country. */
const cellDegrees = 0.0007

function cellOf({ classCode, longitude, latitude }: PastCase, east: number, north: number): string {
  return `${classCode} ${Math.floor(longitude / cellDegrees) + east} ${Math.floor(latitude / cellDegrees) + north}`
}
function cellsAround(one: PastCase): string[] {
  return [-1, 0, 1].flatMap((east) => [-1, 0, 1].map((north) => cellOf(one, east, north)))
}
