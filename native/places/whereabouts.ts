/** Finds where a new case may be: by the names of grids and stations or their initials, by the words of its place, by position. */
import { createInitials, type Initials } from '../cases/search-initials.ts'
import type { Grid } from '../contract/places.ts'
import { mostWhereabouts, type Whereabouts } from '../contract/whereabouts.ts'

export interface Gazetteer {
  /** What was typed; when that is blank, the stations that `place` names; and when it names none, the middle of all grids. */
  find(text: string, place: string): Whereabouts[]
  /** Null outside of all grids. */
  at(longitude: number, latitude: number): Whereabouts | null
}

type Polygon = Grid['polygon']

/** The middle of a polygon's area, in its own units; of a flat one the first corner. */
export function middleOf(polygon: Polygon): [longitude: number, latitude: number] {
  const [first = [0, 0]] = polygon
  let [area, east, north] = [0, 0, 0]
  // Relative to the first corner: degrees of one district differ in their last digits only.
  for (const [index, corner] of polygon.entries()) {
    const next = polygon[(index + 1) % polygon.length] ?? corner
    const [x1, y1, x2, y2] = [corner[0] - first[0], corner[1] - first[1], next[0] - first[0], next[1] - first[1]]
    const cross = x1 * y2 - x2 * y1
    area += cross
    east += (x1 + x2) * cross
    north += (y1 + y2) * cross
  }
  return area === 0 ? [first[0], first[1]] : [first[0] + east / (3 * area), first[1] + north / (3 * area)]
}

/** Even-odd rule. */
export function isInside(polygon: Polygon, longitude: number, latitude: number): boolean {
  let inside = false
  for (const [index, [x1, y1]] of polygon.entries()) {
    const [x2, y2] = polygon[(index + 1) % polygon.length] ?? [x1, y1]
    if (y1 > latitude !== y2 > latitude && longitude < x1 + ((latitude - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
  }
  return inside
}

/** 小堡村 and 小堡社区 are spoken of as 小堡. */
const spokenName = (name: string) => name.replace(/(?:村|社区|村委会|居委会)$/u, '')

/** `grids` answers the same array for as long as none has changed. */
export function createGazetteer(grids: () => readonly Grid[], initials: Initials = createInitials()): Gazetteer {
  const placeOf = (
    grid: Grid,
    [longitude, latitude]: readonly [number, number] = middleOf(grid.polygon),
  ): Whereabouts => {
    const { code, name, stationCode, stationName } = grid
    return { gridCode: code, gridName: name, stationCode, stationName, longitude, latitude }
  }
  const isNamed = (grid: Grid, words: readonly string[]) => {
    const texts = [grid.code, grid.name, grid.stationName].map((text) => text.toLowerCase())
    const letters = () => [grid.name, grid.stationName].map((text) => initials.ofPlace(text))
    return words.every((word) => [...texts, ...letters()].some((text) => text.includes(word)))
  }

  /** The grid in which the middle of all lies, or whose own middle is nearest to it. */
  function own(): Whereabouts[] {
    const middles = grids().map((grid) => ({ grid, middle: middleOf(grid.polygon) }))
    const mean = (axis: 0 | 1) => middles.reduce((sum, { middle }) => sum + middle[axis], 0) / middles.length
    const [east, north] = [mean(0), mean(1)]
    const distance = ([x, y]: [number, number]) => Math.hypot(x - east, y - north)
    const [nearest] = middles.sort((one, other) => distance(one.middle) - distance(other.middle))
    return nearest ? [placeOf(nearest.grid)] : []
  }

  return {
    find(text, place) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean)
      if (words.length > 0)
        return grids()
          .filter((grid) => isNamed(grid, words))
          .slice(0, mostWhereabouts)
          .map((grid) => placeOf(grid))
      const named = grids().filter(({ stationName }) => {
        const name = spokenName(stationName)
        return [...name].length >= 2 && place.includes(name)
      })
      return named.length > 0 ? named.slice(0, mostWhereabouts).map((grid) => placeOf(grid)) : own()
    },
    at(longitude, latitude) {
      const grid = grids().find(({ polygon }) => isInside(polygon, longitude, latitude))
      return grid ? placeOf(grid, [longitude, latitude]) : null
    },
  }
}
