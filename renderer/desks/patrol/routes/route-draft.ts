/** A patrol route while it is being planned: its stops put in order, copied, moved; what differs from what is kept. Pure. */
import type { CameraRow } from '../../../../native/contract/camera.ts'
import type { PatrolRoute, PatrolStop } from '../../../../native/contract/patrol.ts'
import type { KeptRoute } from '../../../stores/patrol.ts'
import type { PatrolTime, RouteDraft } from '../../../stores/patrol-drafts.ts'

/** As in the contract, said again so that the schema library stays out of the page; a test holds them to it. */
export const placeKinds = [
  'hot-spot',
  'school',
  'construction-site',
  'river',
  'other',
] as const satisfies readonly PatrolStop['place']['kind'][]
export const mostStops = 200
export const mostTimes = 12
export const mostClasses = 9
export const dwellLimits = { least: 3, most: 600 }
const dwellSeconds = 15

export const newDraft = (id: string): RouteDraft => ({
  ...{ id, name: '', isShared: true, stops: [], times: [], base: 0 },
})

export const draftOf = ({ id, name, isShared, body }: KeptRoute): RouteDraft => ({
  ...{ id, name, isShared, stops: body.stops, times: body.times, base: body.revision },
})

/** Native gives the revision. */
export const bodyOf = ({ stops, times, base }: RouteDraft): PatrolRoute => ({
  ...{ revision: base + 1, stops: [...stops], times: [...times] },
})

const stopText = ({ id, cameraId, preset, dwellSeconds: dwell, checklist, place }: PatrolStop) =>
  JSON.stringify([id, cameraId, preset?.token, preset?.name, dwell, checklist, place.kind, place.name])
const timeText = ({ days, at, who }: PatrolTime) => JSON.stringify([days, at, who])

export function isChanged(draft: RouteDraft, kept: RouteDraft): boolean {
  const text = ({ name, isShared, stops, times }: RouteDraft) =>
    [name.trim(), isShared, ...stops.map(stopText), ...times.map(timeText)].join('\n')
  return text(draft) !== text(kept)
}

/** What another revision's stops have more, have less and have otherwise, in numbers. */
export function differences(before: readonly PatrolStop[], after: readonly PatrolStop[]) {
  const held = new Map(before.map((stop) => [stop.id, stopText(stop)]))
  const ids = new Set(after.map(({ id }) => id))
  return {
    added: after.filter(({ id }) => !held.has(id)).length,
    removed: before.filter(({ id }) => !ids.has(id)).length,
    changed: after.filter((stop) => held.has(stop.id) && held.get(stop.id) !== stopText(stop)).length,
  }
}

export function stopFor(camera: Pick<CameraRow, 'id' | 'place'>, id: string): PatrolStop {
  const place = { kind: 'other' as const, name: camera.place.trim().slice(0, 60) }
  return { ...{ id, cameraId: camera.id, preset: null, dwellSeconds, checklist: [], place } }
}

/** Puts stops behind the one at `after` (-1: in front); what a route cannot hold is left out. */
export function withStops(stops: readonly PatrolStop[], added: readonly PatrolStop[], after: number): PatrolStop[] {
  const room = added.slice(0, Math.max(0, mostStops - stops.length))
  return [...stops.slice(0, after + 1), ...room, ...stops.slice(after + 1)]
}

/** `to` is where it stands afterwards; beyond the ends means at the ends. */
export function moved(stops: readonly PatrolStop[], from: number, to: number): PatrolStop[] {
  const stop = stops[from]
  if (!stop) return [...stops]
  const others = stops.filter((_, at) => at !== from)
  const place = Math.max(0, Math.min(to, others.length))
  return [...others.slice(0, place), stop, ...others.slice(place)]
}

export interface Position {
  longitude: number
  latitude: number
}
export type PositionOf = (stop: PatrolStop) => Position | undefined

const metresPerDegree = 111_320

/** On the ground; good for a town. */
export function metresBetween(one: Position, other: Position): number {
  const middle = ((one.latitude + other.latitude) / 2) * (Math.PI / 180)
  const east = (one.longitude - other.longitude) * Math.cos(middle)
  return Math.hypot(east, one.latitude - other.latitude) * metresPerDegree
}

/** From the first stop always to the nearest that is left; of equals the earlier one. Stops of unknown place come last. */
export function byDistance(stops: readonly PatrolStop[], positionOf: PositionOf): PatrolStop[] {
  const left = stops.flatMap((stop) => {
    const position = positionOf(stop)
    return position ? [{ stop, position }] : []
  })
  const ordered: PatrolStop[] = []
  let here = left[0]?.position
  while (here && left.length > 0) {
    const from = here
    const ways = left.map(({ position }) => metresBetween(from, position))
    const [next] = left.splice(ways.indexOf(Math.min(...ways)), 1)
    if (!next) break
    ordered.push(next.stop)
    here = next.position
  }
  return [...ordered, ...stops.filter((stop) => !positionOf(stop))]
}

/** Metres from stop to stop as the crow flies. */
export function lengthOf(stops: readonly PatrolStop[], positionOf: PositionOf): number {
  const positions = stops.flatMap((stop) => positionOf(stop) ?? [])
  return positions.slice(1).reduce((sum, position, at) => sum + metresBetween(positions[at] as Position, position), 0)
}

/** Ms that are looked at all stops together. */
export const dwellOf = (stops: readonly PatrolStop[]): number =>
  stops.reduce((sum, stop) => sum + stop.dwellSeconds * 1000, 0)

/** A copy that was kept beside a route since two people saved it at once: see how documents are named. Null: it is none. */
export function copyMark(name: string): { of: string; workstation: string; at: string } | null {
  const [, of, workstation, at] = /^(.*)\(([^()]{1,30}) (\d\d-\d\d \d\d:\d\d)\)$/u.exec(name) ?? []
  return of !== undefined && workstation && at ? { of, workstation, at } : null
}

/** The route that a copy was made beside; a long name has lost its end in the copy. */
export function originalOf(copy: KeptRoute, routes: readonly KeptRoute[]): KeptRoute | null {
  const mark = copyMark(copy.name)
  if (!mark) return null
  const others = routes.filter(({ id }) => id !== copy.id)
  return (
    others.find(({ name }) => name === mark.of) ??
    others.find(({ name }) => mark.of.length > 20 && name.startsWith(mark.of)) ??
    null
  )
}

export type Missing = 'name' | 'stops' | 'time'

/** The first thing without which it cannot be saved; null: nothing. */
export function missingOf({ name, stops, times }: RouteDraft): Missing | null {
  if (name.trim() === '') return 'name'
  if (stops.length === 0) return 'stops'
  return times.every(({ at }) => /^([01]\d|2[0-3]):[0-5]\d$/.test(at)) ? null : 'time'
}
