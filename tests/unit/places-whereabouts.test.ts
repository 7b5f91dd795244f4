/** Where a new case may be: found by names, initials, the words of its place, and position. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Grid } from '../../native/contract/places.ts'
import { createGazetteer, isInside, middleOf } from '../../native/places/whereabouts.ts'

/** A square of a hundredth of a degree. */
function grid(code: string, name: string, stationName: string, east: number, north: number): Grid {
  const polygon: Grid['polygon'] = [
    [east, north],
    [east + 0.01, north],
    [east + 0.01, north + 0.01],
    [east, north + 0.01],
  ]
  return { code, name, stationCode: `ST-${stationName}`, stationName, leader: null, polygon }
}
const grids = [
  grid('SZ-01', '小堡一格', '小堡村', 116.7, 39.9),
  grid('SZ-02', '小堡二格', '小堡村', 116.71, 39.9),
  grid('SZ-03', '疃里一格', '疃里村', 116.72, 39.9),
]
const gazetteer = createGazetteer(() => grids)
const codes = (text: string, place = '') => gazetteer.find(text, place).map(({ gridCode }) => gridCode)

test('places are found by name, code and initials of grid and station', () => {
  expect(codes('疃里')).toEqual(['SZ-03'])
  expect(codes('xb')).toEqual(['SZ-01', 'SZ-02'])
  expect(codes('sz-02')).toEqual(['SZ-02'])
  expect(codes('小堡 二格')).toEqual(['SZ-02'])
  expect(codes('没有')).toEqual([])
})

test('what is written of a place names its station; nothing said is the middle of the sub-center', () => {
  expect(codes('', '小堡艺术区南门')).toEqual(['SZ-01', 'SZ-02'])
  expect(codes('', '京榆旧线')).toEqual(['SZ-02'])
  expect(createGazetteer(() => []).find('', '小堡')).toEqual([])
})

test('a position is in the grid around it, with its station', () => {
  expect(gazetteer.at(116.725, 39.905)).toMatchObject({
    gridCode: 'SZ-03',
    stationCode: 'ST-疃里村',
    longitude: 116.725,
  })
  expect(gazetteer.at(116.8, 39.905)).toBeNull()
})

test('the middle of a convex grid lies in it, whichever corner comes first', () => {
  const radius = fc.double({ min: 0.001, max: 0.01, noNaN: true })
  fc.assert(
    fc.property(radius, radius, fc.nat(5), (width, height, turn) => {
      const corners = Array.from({ length: 6 }, (_, index): [number, number] => {
        const angle = (index * Math.PI) / 3
        return [116.72 + width * Math.cos(angle), 39.9 + height * Math.sin(angle)]
      })
      const [east, north] = middleOf([...corners.slice(turn), ...corners.slice(0, turn)])
      expect(isInside(corners, east, north)).toBe(true)
      expect(east).toBeCloseTo(116.72, 6)
      expect(north).toBeCloseTo(39.9, 6)
    }),
  )
})
