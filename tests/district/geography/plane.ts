/** The plane in which the district is divided: an equal-area projection, and what is asked of polygons in it. */

/** Longitude and latitude in degrees, CGCS2000 (EPSG:4490). */
export type Position = readonly [longitude: number, latitude: number]
/** Metres east and north of the district's middle. */
export type Point = readonly [x: number, y: number]

const middle: Position = [116.72, 39.81]
/** Sphere with the area of the CGCS2000 ellipsoid (authalic radius), in metres. */
const radius = 6_371_007.2
const radians = Math.PI / 180
const standard = Math.cos(middle[1] * radians)

/** Lambert's cylindrical equal-area projection: areas in the plane are areas on the ground. */
export function project([longitude, latitude]: Position): Point {
  return [
    radius * standard * (longitude - middle[0]) * radians,
    (radius / standard) * (Math.sin(latitude * radians) - Math.sin(middle[1] * radians)),
  ]
}

/** Back to degrees, rounded to 1e-9 (a tenth of a millimetre), so that neighbours share their corners to the digit. */
export function unproject([x, y]: Point): Position {
  const longitude = middle[0] + x / (radius * standard * radians)
  const latitude = Math.asin((y * standard) / radius + Math.sin(middle[1] * radians)) / radians
  return [round(longitude), round(latitude)]
}

const round = (degrees: number) => Math.round(degrees * 1e9) / 1e9

/** Signed area (shoelace): positive when the ring runs counter-clockwise. */
export function signedArea(ring: readonly Point[]): number {
  let doubled = 0
  ring.forEach(([x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] as Point
    doubled += x * nextY - nextX * y
  })
  return doubled / 2
}

/** Area in square metres of a ring in degrees. */
export function groundArea(ring: readonly Position[]): number {
  return Math.abs(signedArea(ring.map(project)))
}

export function centroid(ring: readonly Point[]): Point {
  const area = signedArea(ring)
  let sumX = 0
  let sumY = 0
  ring.forEach(([x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] as Point
    const cross = x * nextY - nextX * y
    sumX += (x + nextX) * cross
    sumY += (y + nextY) * cross
  })
  return [sumX / (6 * area), sumY / (6 * area)]
}

/** Even-odd rule. */
export function contains(ring: readonly Point[], [x, y]: Point): boolean {
  let inside = false
  ring.forEach(([x1, y1], index) => {
    const [x2, y2] = ring[(index + 1) % ring.length] as Point
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
  })
  return inside
}

/**
 * The part of `subject` inside the convex, counter-clockwise `cell` (Sutherland and Hodgman 1974).
 * `subject` may bend inwards as long as the cell does not cut it into several pieces.
 */
export function clip(subject: readonly Point[], cell: readonly Point[]): Point[] {
  let ring = [...subject]
  cell.forEach((start, index) => {
    const end = cell[(index + 1) % cell.length] as Point
    const side = ([x, y]: Point) => (end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0])
    const kept: Point[] = []
    ring.forEach((point, at) => {
      const following = ring[(at + 1) % ring.length] as Point
      const [here, there] = [side(point), side(following)]
      if (here >= 0) kept.push(point)
      if (here > 0 !== there > 0 && here !== 0 && there !== 0) kept.push(cross(point, following, here / (here - there)))
    })
    ring = kept
  })
  return ring
}

function cross([x1, y1]: Point, [x2, y2]: Point, share: number): Point {
  return [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share]
}
