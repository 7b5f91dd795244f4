/** The district's ground: published counts, a tiling without gaps or overlaps, and one grid for every point. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGeography } from '../../district/geography/geography.ts'
import { contains, groundArea, type Position, project } from '../../district/geography/plane.ts'
import { createRandom } from '../../district/random.ts'

const geography = createGeography(1)
const grids = [...geography.grids.values()]
const stations = [...geography.stations.values()]

describe('counts', () => {
  it('has the published organisation', () => {
    expect(geography.subCenters).toHaveLength(15)
    expect(stations).toHaveLength(589)
    expect(stations.filter(({ kind }) => kind === 'village')).toHaveLength(470)
    expect(grids).toHaveLength(1809)
    expect(new Set(grids.map(({ leader }) => leader.id)).size).toBe(1809)
    expect(new Set(grids.flatMap(({ members }) => members.map(({ id }) => id))).size).toBe(7309)
    expect(stations.filter(({ subCenter, kind }) => subCenter === '110112104' && kind === 'village')).toHaveLength(47)
  })

  it('puts every grid into one station and every station into one sub-center', () => {
    expect(stations.flatMap(({ gridCodes }) => gridCodes).toSorted()).toEqual(grids.map(({ code }) => code).toSorted())
    for (const { code, stationCode, subCenter } of grids) {
      expect(geography.stations.get(stationCode)?.gridCodes).toContain(code)
      expect(geography.stations.get(stationCode)?.subCenter).toBe(subCenter)
    }
    expect(new Set(stations.map(({ name }) => name)).size).toBe(589)
  })
})

describe('tiling', () => {
  it('covers 906 km², neither more nor less', () => {
    const sum = grids.reduce((area, { polygon }) => area + groundArea(polygon), 0)
    expect(sum / 1e6).toBeCloseTo(906, 4)
    expect(Math.abs(sum / groundArea(geography.outline) - 1)).toBeLessThan(1e-8)
  })

  it('shares every inner border with exactly one neighbour', () => {
    const edges = new Map<string, string>()
    for (const { code, polygon } of grids) {
      polygon.forEach((from, index) => {
        const edge = `${from}>${polygon[(index + 1) % polygon.length]}`
        expect(edges.has(edge)).toBe(false)
        edges.set(edge, code)
      })
    }
    const alone = [...edges.keys()].filter((edge) => !edges.has(edge.split('>').reverse().join('>')))
    // What has no neighbour must add up to the outline, walked once around.
    const next = new Map(alone.map((edge) => edge.split('>') as [string, string]))
    const [start] = next.keys()
    const walk: string[] = []
    for (let at = start; at !== undefined && walk.length <= alone.length; at = next.get(at)) {
      walk.push(at)
      if (next.get(at) === start) break
    }
    expect(walk).toHaveLength(alone.length)
    const ring = walk.map((corner) => corner.split(',').map(Number) as unknown as Position)
    expect(groundArea(ring) / groundArea(geography.outline)).toBeCloseTo(1, 8)
  })

  it('maps every point to one grid, which is the one whose polygon holds it', () => {
    const rings = new Map(grids.map(({ code, polygon }) => [code, polygon.map(project)]))
    const degree = { noNaN: true, noDefaultInfinity: true }
    fc.assert(
      fc.property(
        fc.double({ min: 116.45, max: 117, ...degree }),
        fc.double({ min: 39.55, max: 40.08, ...degree }),
        (longitude, latitude) => {
          const point = project([longitude, latitude])
          const holding = [...rings].filter(([, ring]) => contains(ring, point)).map(([code]) => code)
          const grid = geography.gridAt([longitude, latitude])
          expect(holding).toEqual(grid ? [grid.code] : [])
        },
      ),
      { numRuns: 300, seed: 7 },
    )
  })

  it('finds positions inside a grid', () => {
    const random = createRandom(3, 'positions')
    for (const grid of grids) {
      expect(geography.gridAt(grid.middle)?.code).toBe(grid.code)
      expect(geography.gridAt(geography.positionIn(grid, random))?.code).toBe(grid.code)
    }
  })
})

it('is the same for the same seed and another for another', () => {
  expect(createGeography(1).grids).toEqual(geography.grids)
  expect(createGeography(2).grids).not.toEqual(geography.grids)
})
