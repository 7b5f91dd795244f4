/** The simulated district's ground: sub-centers, stations, grids that tile 906 km², and who is responsible where. */
import { Delaunay } from 'd3-delaunay'
import { createRandom, type Random } from '../random.ts'
import { type SubCenter, subCenters } from '../sub-centers.ts'
import { createPlaceNames, personName, phoneNumber } from './names.ts'
import { districtOutline } from './outline.ts'
import { cluster, samplePoints, tile } from './partition.ts'
import { contains, type Point, type Position, project, signedArea, unproject } from './plane.ts'

export interface Person {
  id: string
  name: string
  phone: string
}
export interface Station {
  /** Sub-center and three digits: villages from 201, communities from 001. */
  code: string
  name: string
  kind: 'village' | 'community'
  subCenter: string
  gridCodes: string[]
}
export interface Grid {
  /** Station and two digits. */
  code: string
  stationCode: string
  subCenter: string
  middle: Position
  /** Counter-clockwise, not closed. */
  polygon: Position[]
  leader: Person
  members: Person[]
}
export interface Geography {
  outline: Position[]
  subCenters: readonly SubCenter[]
  stations: ReadonlyMap<string, Station>
  grids: ReadonlyMap<string, Grid>
  gridsOf(subCenter: string): readonly Grid[]
  /** The one grid that a position lies in; null outside the district. */
  gridAt(position: Position): Grid | null
  /** A position somewhere in the grid. */
  positionIn(grid: Grid, random: Random): Position
}

/** Grids with five members; all others have four: 7,309 in all. */
const gridsWithFive = 73
/** Villages with two grids; the others have three, communities four: 1,809 in all. */
const villagesWithTwo = 77
const samplesPerGrid = 40

interface Site {
  station: Station
  middle: Point
}

export function createGeography(seed: number): Geography {
  const random = createRandom(seed, 'geography')
  const { ring, sites: subCenterSites } = districtOutline()
  const regions = tile(
    ring,
    subCenterSites.map(({ site }) => site),
  )
  const stations = createStations(random)
  const gridCounts = countGrids(stations, random)
  const sites = subCenterSites.flatMap(({ code }, index) => {
    const own = stations.filter((station) => station.subCenter === code)
    return placeGrids(regions[index] as Point[], own, gridCounts, random)
  })
  const cells = tile(
    ring,
    sites.map(({ middle }) => middle),
  )
  const grids = sites.map(({ station, middle }, index) => createGrid(station, middle, cells[index] as Point[], random))
  const takesFive = new Set(shuffle(grids, random).slice(0, gridsWithFive))
  for (const grid of takesFive) grid.members.push(createPerson(`${grid.code}-5`, random))
  return composeGeography(ring, stations, grids, sites)
}

function createStations(random: Random): Station[] {
  const nameOf = createPlaceNames(random)
  const list = (subCenter: SubCenter, kind: Station['kind'], count: number, first: number): Station[] =>
    Array.from({ length: count }, (_, index) => ({
      code: subCenter.code + String(first + index).padStart(3, '0'),
      name: nameOf(kind),
      kind,
      subCenter: subCenter.code,
      gridCodes: [],
    }))
  return subCenters.flatMap((subCenter) => [
    ...list(subCenter, 'community', subCenter.communities, 1),
    ...list(subCenter, 'village', subCenter.villages, 201),
  ])
}

function countGrids(stations: readonly Station[], random: Random): Map<Station, number> {
  const villages = stations.filter(({ kind }) => kind === 'village')
  const small = new Set(shuffle(villages, random).slice(0, villagesWithTwo))
  return new Map(stations.map((station) => [station, station.kind === 'community' ? 4 : small.has(station) ? 2 : 3]))
}

/** Stations are clusters of a region's sample points, grids are clusters of a station's. */
function placeGrids(region: Point[], own: Station[], counts: Map<Station, number>, random: Random): Site[] {
  const total = own.reduce((sum, station) => sum + (counts.get(station) ?? 0), 0)
  const groups = cluster(samplePoints(region, total * samplesPerGrid, random), own.length)
  return own.flatMap((station, index) => {
    const points = groups[index]?.points ?? []
    return cluster(points, counts.get(station) ?? 0).map(({ middle }) => ({ station, middle }))
  })
}

function createGrid(station: Station, middle: Point, cell: Point[], random: Random): Grid {
  const code = station.code + String(station.gridCodes.length + 1).padStart(2, '0')
  station.gridCodes.push(code)
  return {
    code,
    stationCode: station.code,
    subCenter: station.subCenter,
    middle: unproject(middle),
    polygon: cell.map(unproject),
    leader: createPerson(`${code}-0`, random),
    members: [1, 2, 3, 4].map((number) => createPerson(`${code}-${number}`, random)),
  }
}

function createPerson(id: string, random: Random): Person {
  return { id, name: personName(random), phone: phoneNumber(random) }
}

function composeGeography(ring: Point[], stations: Station[], grids: Grid[], sites: Site[]): Geography {
  const nearest = Delaunay.from(sites.map(({ middle: [x, y] }): [number, number] => [x, y]))
  const bySubCenter = Map.groupBy(grids, ({ subCenter }) => subCenter)
  return {
    outline: ring.map(unproject),
    subCenters,
    stations: new Map(stations.map((station) => [station.code, station])),
    grids: new Map(grids.map((grid) => [grid.code, grid])),
    gridsOf: (subCenter) => bySubCenter.get(subCenter) ?? [],
    gridAt(position) {
      const point = project(position)
      // A cell is the ground nearest to its site, so the nearest site names the grid.
      return contains(ring, point) ? (grids[nearest.find(point[0], point[1])] ?? null) : null
    },
    positionIn: (grid, random) => positionIn(grid, random),
  }
}

function positionIn(grid: Grid, random: Random): Position {
  const ring = grid.polygon.map(project)
  if (signedArea(ring) === 0) return grid.middle
  return unproject(samplePoints(ring, 1, random)[0] as Point)
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .sort((one, other) => one.order - other.order)
    .map(({ item }) => item)
}
