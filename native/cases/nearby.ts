/** Finds what is near a case. Duplicate candidates as usual in the field's practice: 50 m, 24 h, same class. */
import type { Database } from 'better-sqlite3'
import type { CameraRow } from '../contract/camera.ts'
import type { CaseHead } from '../contract/case.ts'
import type { NearCase, Nearby } from '../contract/nearby.ts'
import type { StaffPosition } from '../contract/places.ts'

interface Position {
  longitude: number
  latitude: number
}

export interface NearbyOptions {
  database: Database
  cameras: () => readonly CameraRow[]
  staff: () => readonly StaffPosition[]
}

const duplicateMetres = 50
const duplicateMs = 24 * 3_600_000
const recurringMs = 90 * 24 * 3_600_000
const cameraMetres = 1_000
const staffMetres = 2_000
const mostOfAKind = 5

const earthMetres = 6_371_008.8
const radians = Math.PI / 180

/** Metres between two positions in degrees, on a sphere; exact enough within a district. */
export function metresBetween(a: Position, b: Position): number {
  const x = (b.longitude - a.longitude) * radians * Math.cos(((a.latitude + b.latitude) / 2) * radians)
  const y = (b.latitude - a.latitude) * radians
  return Math.hypot(x, y) * earthMetres
}

/** What may be the same as a case that is being taken down. */
export type Alike = Pick<CaseHead, 'classCode' | 'longitude' | 'latitude'> & {
  /** Where no better position is known than the grid: then its cases count, however far from its middle. */
  gridCode: string | null
}

export interface NearbyFinder {
  of(head: CaseHead): Nearby
  /** Of the same class, in the last 24 h, within 50 m or in the same grid; nearest first. */
  alike(wanted: Alike, now: number): NearCase[]
}

function createAlike(database: Database): NearbyFinder['alike'] {
  const sameClass = database.prepare<[object], NearCase & Position & { gridCode: string }>(
    `SELECT id, number, place, state, reported_at AS reportedAt, longitude, latitude, grid_code AS gridCode, 0 AS metres
     FROM cases WHERE class_code = @classCode AND reported_at >= @from ORDER BY reported_at DESC LIMIT 500`,
  )
  return ({ classCode, gridCode, ...position }, now) =>
    nearest(sameClass.all({ classCode, from: now - duplicateMs }), position, Infinity)
      .filter((near) => near.metres <= duplicateMetres || (gridCode !== null && near.gridCode === gridCode))
      .slice(0, mostOfAKind)
      .map(nearCaseOf)
}

function nearCaseOf({ id, number, place, state, reportedAt, metres }: NearCase): NearCase {
  return { id, number, place, state, reportedAt, metres }
}

export function createNearby({ database, cameras, staff }: NearbyOptions): NearbyFinder {
  // Rough bounds in degrees first, the exact distance after: 0.001° are at least 75 m in the north of the country.
  const sameClass = database.prepare<[object], NearCase & Position>(
    `SELECT id, number, place, state, reported_at AS reportedAt, longitude, latitude, 0 AS metres FROM cases
     WHERE class_code = @classCode AND reported_at BETWEEN @from AND @to AND id <> @id
       AND longitude BETWEEN @longitude - 0.001 AND @longitude + 0.001
       AND latitude BETWEEN @latitude - 0.001 AND @latitude + 0.001
     ORDER BY reported_at DESC LIMIT 500`,
  )
  const near = ({ id, classCode, longitude, latitude }: CaseHead, from: number, to: number) =>
    nearest(sameClass.all({ id, classCode, longitude, latitude, from, to }), { longitude, latitude }, duplicateMetres)
  function of(head: CaseHead): Nearby {
    const at = head.reportedAt
    return {
      position: { longitude: head.longitude, latitude: head.latitude },
      duplicates: near(head, at - duplicateMs, at + duplicateMs)
        .slice(0, mostOfAKind)
        .map(nearCaseOf),
      recurring: near(head, at - recurringMs, at).length,
      cameras: nearest(cameras(), head, cameraMetres)
        .slice(0, mostOfAKind)
        .map(({ id, name, owner, metres }) => ({ id, name, owner, metres })),
      staff: nearest(staff(), head, staffMetres)
        .slice(0, mostOfAKind)
        .map(({ id, name, role, at: heardAt, metres }) => ({ id, name, role, metres, at: heardAt })),
    }
  }
  return { of, alike: createAlike(database) }
}

/** Those within a distance, nearest first, with whole metres. */
export function nearest<T extends Position>(
  items: readonly T[],
  from: Position,
  within: number,
): (T & { metres: number })[] {
  return items
    .map((item) => ({ ...item, metres: Math.round(metresBetween(from, item)) }))
    .filter(({ metres }) => metres <= within)
    .sort((a, b) => a.metres - b.metres)
}
