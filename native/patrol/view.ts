/** Which cameras have a place within their view. Values in, values out. */
import { metresBetween, nearest } from '../cases/nearby.ts'
import type { CameraRow } from '../contract/camera.ts'

export const viewMetres = 150
/** To either side of where a fixed camera looks, in degrees. */
const halfAngle = 60
/** Below so many metres it stands under the camera, whose position is no more exact. */
const underMetres = 10

interface Position {
  longitude: number
  latitude: number
}
export type PlacedCamera = Pick<CameraRow, 'id' | 'longitude' | 'latitude' | 'heading' | 'steerable'>

export interface InView<Camera> {
  camera: Camera
  metres: number
  /** Null: it is not known which way it looks, or it turns. */
  isTowards: true | null
}

/** Those that look towards it first, then the nearest. A fixed camera that looks elsewhere does not see it. */
export function camerasInView<Camera extends PlacedCamera>(
  cameras: readonly Camera[],
  place: Position,
): InView<Camera>[] {
  return nearest(cameras.filter(isAround(place)), place, viewMetres)
    .flatMap(({ metres, ...rest }) => {
      const camera = rest as unknown as Camera
      const isTowards = looksTowards(camera, place)
      return isTowards === false ? [] : [{ camera, metres, isTowards }]
    })
    .sort((one, other) => Number(other.isTowards) - Number(one.isTowards) || one.metres - other.metres)
}

/** Rough bounds before the exact distance: 0.002° are at least 150 m in either direction in the north of the country. */
const isAround = (place: Position) => (camera: Position) =>
  Math.abs(camera.latitude - place.latitude) < 0.002 && Math.abs(camera.longitude - place.longitude) < 0.002

function looksTowards(camera: PlacedCamera, place: Position): boolean | null {
  if (camera.heading === undefined || camera.steerable || metresBetween(camera, place) < underMetres) return null
  const off = Math.abs(((bearing(camera, place) - camera.heading + 540) % 360) - 180)
  return off <= halfAngle
}

/** Degrees clockwise from north. */
function bearing(from: Position, to: Position): number {
  const east = (to.longitude - from.longitude) * Math.cos((from.latitude * Math.PI) / 180)
  return (Math.atan2(east, to.latitude - from.latitude) * 180) / Math.PI
}
