/** Small pictures of presets: bounded, replaced, forgotten, and none of an owner who lets nothing be kept. */
import { expect, onTestFinished, test } from 'vitest'
import { join } from 'node:path'
import { createPresetPictures } from '../../native/cameras/preset-pictures.ts'
import type { Camera } from '../../native/contract/camera.ts'
import { presetPicture, presetPictureLimits, wholeView } from '../../native/contract/ptz.ts'
import { openDatabase } from '../../native/database/open.ts'
import { manualClock } from './media-clock.ts'
import { temporaryFolder } from './support.ts'

const jpegOf = (bytes: number, fill = 0) =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(bytes - 4, fill)]).toString('base64')

function setUp(owners: Record<string, Camera['owner']>) {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), '11'.repeat(32))
  onTestFinished(() => void database.close())
  const clock = manualClock()
  const steerable = new Set<string>()
  const findCamera = (id: string) =>
    owners[id] ? ({ id, owner: owners[id], steerable: steerable.has(id) } as Camera) : null
  return { clock, owners, steerable, pictures: createPresetPictures({ database, findCamera, clock, most: 2 }) }
}

test('the latest of each preset are kept, and go with it or with the camera', async () => {
  const { clock, pictures } = setUp({ 'lb-001': 'land-bureau', 'lb-002': 'land-bureau' })
  const tokens = () => pictures.read('lb-001').map(({ presetToken }) => presetToken)
  pictures.keep('lb-001', 'a', jpegOf(10, 1))
  await clock.advance(1)
  pictures.keep('lb-001', 'b', jpegOf(10, 2))
  await clock.advance(1)
  pictures.keep('lb-001', 'a', jpegOf(10, 3))
  expect(pictures.read('lb-001')[0]).toEqual({ presetToken: 'a', at: clock.now(), jpeg: jpegOf(10, 3) })
  await clock.advance(1)
  pictures.keep('lb-001', 'c', jpegOf(10))
  pictures.keep('lb-002', 'c', jpegOf(10))
  expect(tokens()).toEqual(['c', 'a'])
  pictures.forget('lb-001', 'a')
  expect(tokens()).toEqual(['c'])
  pictures.forget('lb-001')
  expect([tokens(), pictures.read('lb-002').length]).toEqual([[], 1])
})

test('an owner who lets nothing be kept has none, also when it was another owner before', () => {
  const { owners, pictures } = setUp({ 'ps-001': 'public-security', 'lb-001': 'land-bureau' })
  expect(() => pictures.keep('ps-001', 'a', jpegOf(10))).toThrow(expect.objectContaining({ code: 'forbidden' }))
  expect(() => pictures.keep('gone', 'a', jpegOf(10))).toThrow(expect.objectContaining({ code: 'not-found' }))
  pictures.keep('lb-001', 'a', jpegOf(10))
  owners['lb-001'] = 'public-security'
  expect(pictures.read('lb-001')).toEqual([])
})

test('what is no small JPEG does not come in', () => {
  const takes = (jpeg: string) => presetPicture.safeParse({ presetToken: 'a', jpeg }).success
  expect(takes(jpegOf(presetPictureLimits.bytes))).toBe(true)
  expect(takes(jpegOf(presetPictureLimits.bytes + 3))).toBe(false)
  expect(takes(Buffer.from('<svg onload="x"/>').toString('base64'))).toBe(false)
  expect(takes(`${jpegOf(10)}"onload="x`)).toBe(false)
})

test('only a camera that does not turn has one view of its own', () => {
  const { pictures, steerable } = setUp({ 'cd-001': 'civil-defense', 'lb-001': 'land-bureau' })
  steerable.add('lb-001')
  pictures.keep('cd-001', wholeView, jpegOf(10))
  expect(pictures.read('cd-001')).toHaveLength(1)
  expect(() => pictures.keep('lb-001', wholeView, jpegOf(10))).toThrow(expect.objectContaining({ code: 'invalid' }))
})
