/** What counts as near: distances, time windows, the same class, and order. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCaseParts } from '../../../native/cases/case-parts.ts'
import { createNearby, metresBetween, nearest } from '../../../native/cases/nearby.ts'
import type { CameraRow } from '../../../native/contract/camera.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { monday, sampleHead, temporaryFolder } from '../support.ts'

const hour = 3_600_000
const here = { longitude: 116.72, latitude: 39.95 }
/** So many metres north. */
const north = (metres: number) => ({ longitude: here.longitude, latitude: here.latitude + metres / 111_195 })

test('duplicates are of the same class within 50 m and 24 h; a place recurs by 90 days', () => {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  const { store } = createCaseParts(database)
  const put = (id: string, metres: number, hoursAgo: number, classCode = 'S0101') =>
    store.put(sampleHead({ id, number: id, classCode, reportedAt: monday - hoursAgo * hour, ...north(metres) }), [], 1)
  put('itself', 0, 0)
  put('near', 40, 3)
  put('nearer', 10, 23)
  put('later', 20, -2)
  put('too-far', 60, 1)
  put('too-old', 10, 25)
  put('another-class', 5, 1, 'S0202')
  put('long-ago', 5, 91 * 24)
  const camera = { id: 'c', name: '村口', owner: 'land-bureau', ...north(300) } as CameraRow
  const nearby = createNearby({ database, cameras: () => [camera], staff: () => [] })
  const found = nearby.of(sampleHead({ id: 'itself' }))
  expect(found.duplicates.map(({ id, metres }) => [id, metres])).toEqual([
    ['nearer', 10],
    ['later', 20],
    ['near', 40],
  ])
  expect(found.recurring).toBe(3)
  expect(found.position).toEqual(here)
  expect(found.cameras).toEqual([{ id: 'c', name: '村口', owner: 'land-bureau', metres: 300 }])
  database.close()
})

test('while a case is taken down, those of its class count: of the last day, within 50 m, or of its grid when no more is known', () => {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  const { store } = createCaseParts(database)
  const put = (id: string, metres: number, hoursAgo: number, changes = {}) =>
    store.put(sampleHead({ id, number: id, reportedAt: monday - hoursAgo * hour, ...north(metres), ...changes }), [], 1)
  put('near', 49, 3, { gridCode: 'elsewhere' })
  put('same-grid', 400, 23)
  put('too-old', 0, 25)
  put('another-class', 0, 1, { classCode: 'S0202' })
  put('another-grid', 51, 1, { gridCode: 'elsewhere' })
  const { alike } = createNearby({ database, cameras: () => [], staff: () => [] })
  const ids = (gridCode: string | null) => alike({ classCode: 'S0101', gridCode, ...here }, monday).map(({ id }) => id)
  expect(ids(null)).toEqual(['near'])
  expect(ids('SZ-0817')).toEqual(['near', 'same-grid'])
  database.close()
})

test('distances are symmetric, nought only at the same place, and the nearest come first', () => {
  const position = fc.record({
    longitude: fc.double({ min: 116, max: 117, noNaN: true }),
    latitude: fc.double({ min: 39, max: 41, noNaN: true }),
  })
  fc.assert(
    fc.property(position, fc.array(position), (from, items) => {
      for (const item of items) expect(metresBetween(from, item)).toBeCloseTo(metresBetween(item, from), 6)
      const found = nearest(items, from, 5_000).map(({ metres }) => metres)
      expect(found).toEqual(found.toSorted((a, b) => a - b))
      expect(found.every((metres) => metres <= 5_000)).toBe(true)
    }),
  )
  expect(metresBetween({ longitude: 116, latitude: 40 }, { longitude: 117, latitude: 40 })).toBeCloseTo(85_180, -2)
})
