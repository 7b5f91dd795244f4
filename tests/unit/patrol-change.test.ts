/** The change hint: what came or went is found, light, noise, a passer-by and a slight shift are not; and the order of stops. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockColumns } from '../../renderer/desks/patrol/change/blocks.ts'
import {
  comparePictures,
  isLikely,
  medianPicture,
  type Pixels,
} from '../../renderer/desks/patrol/change/compare-pictures.ts'
import { orderByChange } from '../../renderer/desks/patrol/change/order-by-change.ts'
import { nextToScout } from '../../renderer/desks/patrol/change/scout.ts'
import { pictureToken } from '../../renderer/desks/patrol/change/use-change-hint.ts'
import type { CameraRow } from '../../native/contract/camera.ts'
import type { PatrolStop } from '../../native/contract/patrol.ts'

const [width, height] = [160, 90]
type Colour = (x: number, y: number) => readonly [number, number, number]

/** A wall, a road with stripes and a door. */
const street: Colour = (x, y) => {
  if (y < 40) return x > 60 && x < 80 && y > 15 ? [70, 50, 40] : [170, 150, 120]
  return x % 24 < 10 && y > 60 && y < 64 ? [210, 210, 200] : [90, 92, 95]
}
const over =
  (ground: Colour, box: readonly [number, number, number, number], paint: readonly [number, number, number]): Colour =>
  (x, y) =>
    x >= box[0] && x < box[2] && y >= box[1] && y < box[3] ? paint : ground(x, y)

function draw(colour: Colour, change = (value: number) => value, size = { width, height }): Pixels {
  const data = new Uint8ClampedArray(size.width * size.height * 4)
  for (let y = 0; y < size.height; y += 1)
    for (let x = 0; x < size.width; x += 1) {
      colour(x, y).forEach((value, at) => (data[(y * size.width + x) * 4 + at] = change(value)))
      data[(y * size.width + x) * 4 + 3] = 255
    }
  return { ...size, data }
}
const car = over(street, [100, 50, 130, 62], [180, 40, 40])
const shareOf = (now: Pixels) => comparePictures(draw(street), now)?.share ?? Number.NaN

test('a parked car is found, and where it stands', () => {
  const change = comparePictures(draw(street), draw(car))
  expect(isLikely(change?.share ?? 0)).toBe(true)
  const hot = [...(change?.heat ?? [])].flatMap((heat, at) => (heat > 200 ? [at] : []))
  expect(hot.length).toBeGreaterThan(5)
  for (const at of hot) {
    expect(at % blockColumns).toBeGreaterThanOrEqual(20)
    expect(at % blockColumns).toBeLessThan(26)
    expect(Math.floor(at / blockColumns)).toBeGreaterThanOrEqual(10)
    expect(Math.floor(at / blockColumns)).toBeLessThan(13)
  }
})

test('another light, a slight shift and the text of the camera are no change', () => {
  expect(shareOf(draw(street))).toBe(0)
  expect(shareOf(draw(street, (value) => value * 0.6 + 10))).toBe(0)
  expect(shareOf(draw((x, y) => street(x + 1, y - 2)))).toBe(0)
  expect(shareOf(draw(over(street, [0, 0, 160, 9], [255, 255, 255])))).toBe(0)
  expect(shareOf(draw(over(street, [0, 86, 120, 90], [0, 0, 0])))).toBe(0)
})

test('a car is found in another light too', () => {
  expect(isLikely(shareOf(draw(car, (value) => value * 0.6 + 10)))).toBe(true)
})

test('where all is different it is the light or the camera', () => {
  const share = shareOf(draw((x, y) => (((x >> 3) + (y >> 3)) % 2 ? [250, 250, 250] : [10, 10, 10])))
  expect(share).toBeGreaterThan(0.1)
  expect(isLikely(share)).toBe(false)
})

test('who passes is not in the middle of the frames', () => {
  const frames = [10, 40, 70, 100, 130].map((x) => draw(over(street, [x, 50, x + 12, 80], [20, 20, 90])))
  expect(shareOf(medianPicture(frames)!)).toBe(0)
  expect(isLikely(shareOf(frames[2]!))).toBe(true)
  expect(medianPicture([])).toBeNull()
})

test('pictures of different shapes are not compared', () => {
  expect(comparePictures(draw(street), draw(street, undefined, { width: 120, height: 90 }))).toBeNull()
})

test('likely stops come first, the likeliest in front, and nothing else moves', () => {
  const hint = fc.option(fc.record({ isLikely: fc.boolean(), share: fc.constantFrom(0.01, 0.02, 0.05) }))
  fc.assert(
    fc.property(fc.array(hint, { maxLength: 30 }), (hints) => {
      const places = hints.map((_, at) => at)
      const ordered = orderByChange(places, (at) => hints[at] ?? null)
      const weight = (at: number) => (hints[at]?.isLikely ? hints[at].share : 0)
      expect(ordered.toSorted((a, b) => a - b)).toEqual(places)
      ordered.slice(1).forEach((at, before) => {
        const previous = ordered[before]!
        expect(weight(previous) > weight(at) || (weight(previous) === weight(at) && previous < at)).toBe(true)
      })
    }),
  )
})

const cameraRow = (row: Partial<CameraRow>) =>
  ({ owner: 'civil-defense', steerable: false, sourceKind: 'rtsp', ...row }) as CameraRow
const stopAt = (id: string, preset: PatrolStop['preset'] = null) => ({ id, cameraId: id, preset }) as PatrolStop

test('only what needs no turning, no reason and no second session is looked at ahead', () => {
  const cameras = new Map([
    ['turns', cameraRow({ steerable: true })],
    ['police', cameraRow({ owner: 'public-security' })],
    ['hls', cameraRow({ sourceKind: 'hls' })],
    ...['open', 'seen', 'fixed'].map((id) => [id, cameraRow({})] as const),
  ])
  const stops = ['gone', 'turns', 'police', 'hls', 'open', 'seen', 'fixed'].map((id) => stopAt(id))
  const facts = { cameras, open: new Set(['open']), isOver: (id: string) => id === 'seen' }
  expect(nextToScout({ ...facts, stops })?.id).toBe('fixed')
  expect(nextToScout({ ...facts, stops: stops.slice(0, -1) })).toBeNull()
})

test('a picture belongs to a preset, or to a camera that never turns', () => {
  expect(pictureToken(stopAt('a', { token: '7', name: '路口' }), cameraRow({ steerable: true }))).toBe('7')
  expect(pictureToken(stopAt('a'), cameraRow({}))).toBe('whole-view')
  expect(pictureToken(stopAt('a'), cameraRow({ steerable: true }))).toBeNull()
})
