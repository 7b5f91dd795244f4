/** The barcode in the cameras' pictures: read back at any size, refused when damaged, and turned into a time. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { drawBarcode, loopFrames, loopMs, readBarcode, sentAt } from '../district/cameras/barcode.ts'
import { dueAt, frameNumberAt, loopIndex } from '../district/cameras/loop.ts'

const index = fc.integer({ min: 0, max: loopFrames - 1 })
const instant = fc.integer({ min: 1_500_000_000_000, max: 4_000_000_000_000 })

function drawn(width: number, height: number, value: number): Uint8Array {
  const luma = new Uint8Array(width * height).fill(120)
  drawBarcode(luma, width, height, value)
  return luma
}

it('reads every index of the loop', () => {
  const read = Array.from({ length: loopFrames }, (_, at) => readBarcode(drawn(640, 360, at), 640, 360))
  expect(read).toEqual(Array.from({ length: loopFrames }, (_, at) => at))
})

it('reads noisy pictures of other sizes, from luma and from RGBA', () => {
  const noise = fc.infiniteStream(fc.integer({ min: -40, max: 40 }))
  fc.assert(
    fc.property(
      index,
      fc.constantFrom([1280, 720], [640, 360], [320, 180], [427, 240]),
      noise,
      (value, size, random) => {
        const [width = 0, height = 0] = size
        const step = [...random.take(97)]
        const luma = drawn(width, height, value).map((level, at) => Math.max(0, Math.min(255, level + step[at % 97]!)))
        const colours = new Uint8Array(luma.length * 4)
        luma.forEach((level, at) => colours.fill(level, at * 4, at * 4 + 3))
        expect(readBarcode(luma, width, height)).toBe(value)
        expect(readBarcode(colours, width, height)).toBe(value)
      },
    ),
    { numRuns: 25 },
  )
})

it('refuses a picture with one or two wrong blocks, without a barcode, or too small', () => {
  fc.assert(
    fc.property(
      index,
      fc.uniqueArray(fc.integer({ min: 2, max: 21 }), { minLength: 1, maxLength: 2 }),
      (value, wrong) => {
        const luma = drawn(640, 360, value)
        for (const block of wrong)
          for (let y = 340; y < 360; y++)
            for (let x = block * 20; x < block * 20 + 20; x++) luma[y * 640 + x] = 251 - luma[y * 640 + x]!
        expect(readBarcode(luma, 640, 360)).toBeNull()
      },
    ),
  )
  expect(readBarcode(new Uint8Array(640 * 360).fill(90), 640, 360)).toBeNull()
  expect(readBarcode(new Uint8Array(100), 10, 10)).toBeNull()
  expect(readBarcode(new Uint8Array(10), 640, 360)).toBeNull()
})

it('tells when a frame was sent from its index, for any delay below the loop', () => {
  fc.assert(
    fc.property(instant, fc.double({ min: 0, max: loopMs - 70, noNaN: true }), (start, delay) => {
      const frame = frameNumberAt(start)
      const seenAt = Math.ceil(dueAt(frame) + delay)
      expect(sentAt(loopIndex(frame), seenAt)).toBeCloseTo(dueAt(frame), 3)
    }),
  )
})

it('counts a frame from the first whole millisecond in which it is due', () => {
  fc.assert(
    fc.property(instant, (start) => {
      const frame = frameNumberAt(start)
      expect(frameNumberAt(Math.ceil(dueAt(frame)))).toBe(frame)
      expect(frameNumberAt(Math.ceil(dueAt(frame + 1)) - 1)).toBe(frame)
    }),
  )
})
