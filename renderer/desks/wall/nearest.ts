/** Which cameras are nearest to a place, how far and which way. */
import type { CameraRow } from '../../../native/contract/camera.ts'

export interface NearCamera {
  cameraId: string
  metres: number
  /** Clockwise from north, seen from the place. */
  degrees: number
}
export interface Position {
  longitude: number
  latitude: number
}

const metresPerDegree = 111_320
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** On a plane that touches the ground at `from`: within a township it is off by less than a metre. */
export function wayTo(from: Position, to: Position): Pick<NearCamera, 'metres' | 'degrees'> {
  const east = (to.longitude - from.longitude) * metresPerDegree * Math.cos(radians(from.latitude))
  const north = (to.latitude - from.latitude) * metresPerDegree
  const degrees = (Math.atan2(east, north) * 180) / Math.PI
  return { metres: Math.hypot(east, north), degrees: (degrees + 360) % 360 }
}

/** So many tiles a pop-up has. */
export const mostNear = 4
const furthestMetres = 1_000

export function nearestTo(from: Position, rows: readonly CameraRow[]): NearCamera[] {
  return rows
    .map((row) => ({ cameraId: row.id, ...wayTo(from, row) }))
    .filter(({ metres }) => metres <= furthestMetres)
    .sort((one, other) => one.metres - other.metres)
    .slice(0, mostNear)
}

const directions = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'] as const
export type Direction = (typeof directions)[number]

export function directionOf(degrees: number): Direction {
  return directions[Math.round(degrees / 45) % directions.length]!
}
