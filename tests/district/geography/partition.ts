/** Divides ground into parts of similar size: clusters of sample points, and the cells around their middles. */
import { Delaunay } from 'd3-delaunay'
import type { Random } from '../random.ts'
import { clip, contains, type Point, signedArea } from './plane.ts'

/** `count` points spread evenly at random over a ring. */
export function samplePoints(ring: readonly Point[], count: number, random: Random): Point[] {
  const xs = ring.map(([x]) => x)
  const ys = ring.map(([, y]) => y)
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const points: Point[] = []
  while (points.length < count) {
    const point: Point = [random.between(left, right), random.between(bottom, top)]
    if (contains(ring, point)) points.push(point)
  }
  return points
}

/** k-means (Lloyd's algorithm, a few rounds): `count` groups of points that lie together; no group is empty. */
export function cluster(points: readonly Point[], count: number, rounds = 6): { middle: Point; points: Point[] }[] {
  // The points are in random order: the first ones are as good a start as any.
  let middles = points.slice(0, count)
  for (let round = 0; round < rounds; round += 1) {
    middles = assign(points, middles).map((group, index) => mean(group) ?? (middles[index] as Point))
  }
  return assign(points, middles).map((group, index) => ({ middle: middles[index] as Point, points: group }))
}

function assign(points: readonly Point[], middles: readonly Point[]): Point[][] {
  const groups: Point[][] = middles.map(() => [])
  const nearest = Delaunay.from(middles.map(([x, y]): [number, number] => [x, y]))
  let last = 0
  for (const point of points) {
    last = nearest.find(point[0], point[1], last)
    groups[last]?.push(point)
  }
  return groups
}

function mean(group: readonly Point[]): Point | null {
  if (group.length === 0) return null
  const sum = group.reduce<Point>(([sumX, sumY], [x, y]) => [sumX + x, sumY + y], [0, 0])
  return [sum[0] / group.length, sum[1] / group.length]
}

/** The Voronoi cells of the sites, cut to the outline; they tile it. Rings run counter-clockwise. */
export function tile(outline: readonly Point[], sites: readonly Point[]): Point[][] {
  const far = 200_000
  const delaunay = Delaunay.from(sites.map(([x, y]): [number, number] => [x, y]))
  const voronoi = delaunay.voronoi([-far, -far, far, far])
  const snap = createSnap()
  return sites.map((_site, index) => {
    const closed = voronoi.cellPolygon(index) as Point[]
    const cell = counterClockwise(closed.slice(0, -1))
    const inside = cell.every((corner) => contains(outline, corner)) && !touches(outline, cell)
    return withoutRepeats((inside ? cell : clip(outline, cell)).map(snap))
  })
}

function counterClockwise(ring: Point[]): Point[] {
  return signedArea(ring) < 0 ? ring.reverse() : ring
}

/** A corner of the outline inside the cell: the outline dips into it. */
function touches(outline: readonly Point[], cell: readonly Point[]): boolean {
  return outline.some((corner) => contains(cell, corner))
}

/** Corners of two cells that differ by rounding only become the same corner (within a millimetre). */
function createSnap(): (point: Point) => Point {
  const known = new Map<string, Point>()
  return (point) => {
    const column = Math.round(point[0] * 1000)
    const row = Math.round(point[1] * 1000)
    for (let x = column - 1; x <= column + 1; x += 1) {
      for (let y = row - 1; y <= row + 1; y += 1) {
        const found = known.get(`${x},${y}`)
        if (found) return found
      }
    }
    known.set(`${column},${row}`, point)
    return point
  }
}

function withoutRepeats(ring: Point[]): Point[] {
  return ring.filter((point, index) => point !== ring[(index + 1) % ring.length])
}
