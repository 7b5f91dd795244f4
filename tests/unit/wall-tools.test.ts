/** What the tools of a tile decide: steering while held, digital zoom, and which pictures must not be seen. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Velocity } from '../../native/contract/ptz.ts'
import { blankCause, unblankNeedsReason } from '../../renderer/desks/wall/tools/blanking.ts'
import { framesPerSecond, rateText } from '../../renderer/desks/wall/tools/figures.ts'
import { createHold, repeatMs } from '../../renderer/desks/wall/tools/hold.ts'
import { isStill, still, velocityOfKeys, velocityOfStick } from '../../renderer/desks/wall/tools/stick.ts'
import { dragBy, mostZoom, transformOf, wholePicture, zoomBy, type Zoom } from '../../renderer/desks/wall/tools/zoom.ts'
import { manualTime, settle } from './players-time.ts'

const right: Velocity = { pan: 1, tilt: 0, zoom: 0 }

describe('a stick', () => {
  test('turns diagonally by two arrows, faster with Shift, and not at all by opposite ones', () => {
    expect(velocityOfKeys(['ArrowUp', 'ArrowLeft'], false)).toEqual({ pan: -0.4, tilt: 0.4, zoom: 0 })
    expect(velocityOfKeys(['ArrowDown', 'PageUp'], true)).toEqual({ pan: 0, tilt: -1, zoom: 1 })
    expect(isStill(velocityOfKeys(['ArrowLeft', 'ArrowRight', 'x'], true))).toBe(true)
  })

  test('is still in the middle, full at the rim, and never faster', () => {
    expect(velocityOfStick(0.1, -0.1)).toEqual(still)
    expect(velocityOfStick(1, 0)).toEqual(right)
    expect(velocityOfStick(0, 5)).toEqual({ pan: 0, tilt: -1, zoom: 0 })
    const coordinate = fc.double({ min: -10, max: 10, noNaN: true })
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        const { pan, tilt } = velocityOfStick(x, y)
        expect(Math.hypot(pan, tilt)).toBeLessThan(1.01)
        expect(pan * x).toBeGreaterThanOrEqual(0)
        expect(tilt * y).toBeLessThanOrEqual(0)
      }),
    )
  })
})

describe('holding', () => {
  function setUp() {
    const timing = manualTime()
    const sent: string[] = []
    const faults: unknown[] = []
    let answer: () => Promise<void> = () => Promise.resolve()
    const hold = createHold({
      move: ({ pan }) => (sent.push(String(pan)), answer()),
      stop: () => (sent.push('stop'), Promise.resolve()),
      onFault: (thrown) => faults.push(thrown),
      timing,
    })
    return { timing, sent, faults, hold, answerBy: (next: typeof answer) => (answer = next) }
  }

  test('asks again while it lasts, at once for a new direction, and stops once when let go', async () => {
    const { timing, sent, hold } = setUp()
    hold.want(right)
    await timing.advance(2 * repeatMs)
    expect(sent).toEqual(['1', '1', '1'])
    hold.want({ ...right, pan: -1 })
    expect(sent.at(-1)).toBe('-1')
    hold.want(still)
    hold.release()
    await timing.advance(60_000)
    expect(sent).toEqual(['1', '1', '1', '-1', 'stop'])
    expect(timing.pauses).toBe(0)
  })

  test('lets go when it is refused, and says so once', async () => {
    const { timing, sent, faults, hold, answerBy } = setUp()
    answerBy(() => Promise.reject(new Error('lease-needed')))
    hold.want(right)
    await timing.advance(5_000)
    expect([sent, faults.length]).toEqual([['1', 'stop'], 1])
  })

  test('does not pile up on a camera that answers late', async () => {
    const { timing, sent, hold, answerBy } = setUp()
    answerBy(() => new Promise(() => {}))
    hold.want(right)
    await timing.advance(20 * repeatMs)
    expect(sent).toEqual(['1', '1', '1'])
    hold.release()
    expect(sent.at(-1)).toBe('stop')
  })

  test('whatever is wanted in whatever order, nothing is asked to turn after the last stop', async () => {
    const wish = fc.oneof(
      fc.constantFrom<Velocity>(right, { ...right, pan: -1 }, still).map((velocity) => ({ velocity })),
      fc.nat(900).map((wait) => ({ wait })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { maxLength: 20 }), async (wishes) => {
        const { timing, sent, hold } = setUp()
        for (const one of wishes) {
          if ('wait' in one) await timing.advance(one.wait)
          else hold.want(one.velocity)
        }
        hold.release()
        await timing.advance(5_000)
        await settle()
        if (sent.length > 0) expect(sent.at(-1)).toBe('stop')
        expect(timing.pauses).toBe(0)
      }),
      { numRuns: 50 },
    )
  })
})

describe('digital zoom', () => {
  test('keeps what is under the pointer where it is, and ends at the whole picture', () => {
    const zoomed = zoomBy(wholePicture, 4, 0.25, 0.75)
    expect(zoomed).toEqual({ scale: 4, x: -0.75, y: -2.25 })
    expect((0.25 - zoomed.x) / zoomed.scale).toBe(0.25)
    expect(transformOf(zoomed)).toBe('translate(-75%, -225%) scale(4)')
    expect(zoomBy(zoomed, 0.25, 0.9, 0.1)).toEqual(wholePicture)
    expect(transformOf(wholePicture)).toBe('')
  })

  test('never shows what is beyond the picture, however it is dragged', () => {
    const share = fc.double({ min: -3, max: 3, noNaN: true })
    const act = fc.oneof(
      fc.tuple(share, share).map(
        ([x, y]) =>
          (zoom: Zoom) =>
            dragBy(zoom, x, y),
      ),
      fc.tuple(fc.constantFrom(0.2, 0.8, 1.25, 3), share, share).map(
        ([factor, x, y]) =>
          (zoom: Zoom) =>
            zoomBy(zoom, factor, x, y),
      ),
    )
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        const { scale, x, y } = acts.reduce((zoom, one) => one(zoom), wholePicture)
        expect(scale).toBeGreaterThanOrEqual(1)
        expect(scale).toBeLessThanOrEqual(mostZoom)
        for (const edge of [x, y]) {
          expect(edge).toBeLessThanOrEqual(0)
          expect(edge + scale).toBeGreaterThanOrEqual(1 - 1e-9)
        }
      }),
    )
  })
})

test('figures are told in units that can be read, and not at all while nobody knows', () => {
  expect([rateText(340_400), rateText(2_515_000)]).toEqual(['340 kbit/s', '2.52 Mbit/s'])
  const at = (second: number, shown: number) => ({ at: second * 1_000, shown })
  expect(framesPerSecond([at(1, 10), at(2, 22), at(3, 40)])).toBe(15)
  expect([framesPerSecond([]), framesPerSecond([at(1, 5)]), framesPerSecond([at(1, 50), at(2, 3)])]).toEqual(
    Array(3).fill(null),
  )
})

describe('blanking', () => {
  const police = { blanking: { idleMinutes: 5, needsReason: true } }
  const shelter = {}
  const room = { isAsked: false, idleMs: 0, isForVisitors: false }

  test('hides every picture when asked to, and by itself those whose owner asks for it', () => {
    const causes = (facts: Partial<typeof room>) =>
      [police, shelter].map((camera) => blankCause(camera, { ...room, ...facts }))
    expect(causes({})).toEqual([null, null])
    expect(causes({ isAsked: true })).toEqual(['asked', 'asked'])
    expect(causes({ idleMs: 299_999 })).toEqual([null, null])
    expect(causes({ idleMs: 300_000 })).toEqual(['idle', null])
    expect(causes({ isForVisitors: true })).toEqual(['visitors', null])
  })

  test('wants a reason only for what comes back and whose owner asks for one', () => {
    const needs = (cameras: object[], facts: Partial<typeof room>) => unblankNeedsReason(cameras, { ...room, ...facts })
    expect(needs([police, shelter], { isAsked: true })).toBe(true)
    expect(needs([shelter], { isAsked: true })).toBe(false)
    expect(needs([police], { idleMs: 300_000 })).toBe(true)
    expect(needs([police], { isAsked: true, isForVisitors: true })).toBe(false)
  })
})
