/** Grids in the plane of the view: where a name fits, which grid a point lies in. Pure. */
export type Point = readonly [x: number, y: number]

export interface Area {
  code: string
  name: string
  /** x, y, x, y, …; not closed. */
  ring: Float64Array
  left: number
  bottom: number
  right: number
  top: number
  /** Middle of the widest stretch across the middle, and how wide it is: where a name fits. */
  labelX: number
  labelY: number
  labelWidth: number
}

/** `project` takes degrees to the plane of the view. */
export function areaOf(
  { code, name, polygon }: { code: string; name: string; polygon: readonly (readonly [number, number])[] },
  project: (longitude: number, latitude: number) => Point,
): Area {
  const ring = Float64Array.from(polygon.flatMap(([longitude, latitude]) => project(longitude, latitude)))
  const xs = ring.filter((_, index) => index % 2 === 0)
  const ys = ring.filter((_, index) => index % 2 === 1)
  const [left, right] = [Math.min(...xs), Math.max(...xs)]
  const [bottom, top] = [Math.min(...ys), Math.max(...ys)]
  const labelY = (bottom + top) / 2
  const crossings = crossingsAt(ring, labelY)
  let [from, to] = [left, left]
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    const [start = 0, end = 0] = [crossings[index], crossings[index + 1]]
    if (end - start > to - from) [from, to] = [start, end]
  }
  return { code, name, ring, left, bottom, right, top, labelX: (from + to) / 2, labelY, labelWidth: to - from }
}

/** Where the ring crosses a height, from left to right; always an even number. */
function crossingsAt(ring: Float64Array, y: number): number[] {
  const found: number[] = []
  eachEdge(ring, (x1, y1, x2, y2) => {
    if (y1 > y !== y2 > y) found.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
  })
  return found.sort((one, other) => one - other)
}

/** Even-odd rule. */
export function isInside({ ring, left, bottom, right, top }: Area, x: number, y: number): boolean {
  if (x < left || x > right || y < bottom || y > top) return false
  let inside = false
  eachEdge(ring, (x1, y1, x2, y2) => {
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
  })
  return inside
}

export function areaAt(areas: readonly Area[], x: number, y: number): Area | null {
  return areas.find((area) => isInside(area, x, y)) ?? null
}

/** The box around all of them: left, bottom, right, top; null for none. */
export function boxOf(areas: readonly Area[]): [number, number, number, number] | null {
  if (areas.length === 0) return null
  return areas.reduce<[number, number, number, number]>(
    ([left, bottom, right, top], area) => [
      Math.min(left, area.left),
      Math.min(bottom, area.bottom),
      Math.max(right, area.right),
      Math.max(top, area.top),
    ],
    [Infinity, Infinity, -Infinity, -Infinity],
  )
}

function eachEdge(ring: Float64Array, visit: (x1: number, y1: number, x2: number, y2: number) => void): void {
  const { length } = ring
  for (let index = 0, before = length - 2; index < length; before = index, index += 2) {
    visit(ring[before] as number, ring[before + 1] as number, ring[index] as number, ring[index + 1] as number)
  }
}
