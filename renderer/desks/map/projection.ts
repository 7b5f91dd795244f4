/**
 * The planes that the map is drawn in: Web Mercator, or degrees as they are where the base map is in EPSG:4490.
 *
 * Positions are CGCS2000 degrees, longitude first throughout (RFC 7946's order; EPSG's own for 4490 is latitude first,
 * which only matters where a service is told a box, and a tile is asked for by column and row). CGCS2000 and WGS 84 differ
 * by centimetres, so EPSG:4490 is taken as another name of EPSG:4326. The view always takes the plane of the base map:
 * tiles are never bent, which a machine without a GPU would do slowly and blurred.
 */
import { addEquivalentProjections, addProjection, get, Projection } from 'ol/proj.js'
import type { BaseMap } from '../../../native/contract/places.ts'
import type { Point } from './geometry.ts'

export type PlaneName = BaseMap['projection']

export interface Plane {
  name: PlaneName
  project(longitude: number, latitude: number): Point
  /** Degrees of a point of the plane. */
  unproject(x: number, y: number): { longitude: number; latitude: number }
  /** Resolutions of the view, coarsest first; every second one is a level of a base map. */
  resolutions: number[]
  /** Upper left corner of the base map's level 0, and the resolution of that level. */
  origin: [number, number]
  coarsest: number
  /** Ground metres for one unit of the plane, along a parallel at this height of the plane. */
  metres(y: number): number
}

const radius = 6_378_137
const radians = Math.PI / 180
const halfWorld = Math.PI * radius

const steps = (coarsest: number) => Array.from({ length: 26 }, (_, index) => coarsest / 2 ** ((index + 14) / 2))

const mercator: Plane = {
  name: 'EPSG:3857',
  project: (longitude, latitude) => [
    radius * longitude * radians,
    radius * Math.log(Math.tan(Math.PI / 4 + (latitude * radians) / 2)),
  ],
  unproject: (x, y) => ({
    longitude: x / radius / radians,
    latitude: (2 * Math.atan(Math.exp(y / radius)) - Math.PI / 2) / radians,
  }),
  resolutions: steps((2 * halfWorld) / 256),
  origin: [-halfWorld, halfWorld],
  coarsest: (2 * halfWorld) / 256,
  metres: (y) => 1 / Math.cosh(y / radius),
}

const degrees: Plane = {
  name: 'EPSG:4490',
  project: (longitude, latitude) => [longitude, latitude],
  unproject: (x, y) => ({ longitude: x, latitude: y }),
  resolutions: steps(360 / 256),
  origin: [-180, 90],
  coarsest: 360 / 256,
  metres: (y) => radius * radians * Math.cos(y * radians),
}

export function planeFor(baseMap: BaseMap | null): Plane {
  return baseMap?.projection === 'EPSG:4490' ? degrees : mercator
}

/** Makes EPSG:4490 known to the map library; does nothing the second time. */
export function registerDegrees(): void {
  if (get('EPSG:4490')) return
  const projection = new Projection({
    code: 'EPSG:4490',
    units: 'degrees',
    axisOrientation: 'neu',
    extent: [-180, -90, 180, 90],
    worldExtent: [-180, -90, 180, 90],
    global: true,
  })
  addProjection(projection)
  const same = get('EPSG:4326')
  if (same) addEquivalentProjections([same, projection])
}
