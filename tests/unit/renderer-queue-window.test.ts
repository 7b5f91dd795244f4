/** The window of the queue: what is asked for, what deltas make of it, what counts as new, and where a reader stays. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differWindows } from '../../native/cases/case-queries.ts'
import type { QueueRow } from '../../native/contract/case.ts'
import type { QueueWindow } from '../../native/contract/contract.ts'
import {
  applyDelta,
  arrivals,
  indexOf,
  shiftOf,
  windowFor,
  windowRows,
  type WindowRequest,
} from '../../renderer/stores/queue-window.ts'
import { sampleRow } from './support.ts'

const row = (number: number, version = 1) =>
  sampleRow({ id: `c${number}`, number: `TZ-${number}`, reportedAt: number, version })
/** A window over a whole queue, as native reads it. */
const windowOf = (queue: QueueRow[], offset: number, limit: number): QueueWindow => ({
  rows: queue.slice(offset, offset + limit),
  offset,
  total: queue.length,
})

describe('the window that is asked for', () => {
  const places = fc
    .record({ total: fc.integer({ min: 1, max: 400_000 }), rows: fc.integer({ min: 1, max: 80 }), at: fc.nat() })
    .map(({ total, rows, at }) => {
      const first = at % total
      return { total, visible: { first, end: Math.min(total, first + rows) } }
    })

  it('holds what is on the screen, and is then asked for no more', () => {
    fc.assert(
      fc.property(places, fc.option(fc.nat(400_000)), ({ total, visible }, from) => {
        const held: WindowRequest | null = from === null ? null : { offset: from, limit: windowRows }
        const asked = windowFor(visible, held, total) ?? held
        expect(asked).not.toBeNull()
        expect(asked!.offset).toBeLessThanOrEqual(visible.first)
        expect(asked!.offset + asked!.limit).toBeGreaterThanOrEqual(visible.end)
        expect(windowFor(visible, asked, total)).toBeNull()
      }),
    )
  })

  it('stays within what the contract allows', () => {
    fc.assert(
      fc.property(places, ({ total, visible }) => {
        const asked = windowFor(visible, null, total)
        expect(asked?.offset).toBeGreaterThanOrEqual(0)
        expect(asked?.limit).toBeLessThanOrEqual(500)
      }),
    )
  })

  it('does not move for a few rows', () => {
    const held = { offset: 1000, limit: windowRows }
    expect(windowFor({ first: 1080, end: 1100 }, held, 5000)).toBeNull()
    expect(windowFor({ first: 1150, end: 1170 }, held, 5000)?.offset).toBeGreaterThan(1000)
  })
})

describe('a delta', () => {
  /** Two states of a queue: rows kept, changed, gone and new. */
  const changes = fc
    .record({
      before: fc.uniqueArray(fc.nat(60), { maxLength: 40 }),
      after: fc.uniqueArray(fc.nat(60), { maxLength: 40 }),
      offset: fc.nat(10),
      bumped: fc.array(fc.nat(60)),
    })
    .map(({ before, after, offset, bumped }) => ({
      before: windowOf(
        before.map((number) => row(number)),
        offset,
        15,
      ),
      after: windowOf(
        after.map((number) => row(number, bumped.includes(number) ? 2 : 1)),
        offset,
        15,
      ),
    }))

  it('leads from any window to the one that native reads next', () => {
    fc.assert(
      fc.property(changes, ({ before, after }) => {
        const delta = differWindows(before, after)
        expect(delta === undefined ? before : applyDelta(before, delta)).toEqual(after)
      }),
    )
  })

  it('that speaks of a row nobody sent is a gap', () => {
    expect(applyDelta(windowOf([row(1)], 0, 10), { order: ['c1', 'c2'], rows: [], total: 2 })).toBeNull()
  })

  it('counts no more cases as new than the queue grew by', () => {
    fc.assert(
      fc.property(changes, ({ before, after }) => {
        const fresh = arrivals(before, after)
        expect(fresh.length).toBeLessThanOrEqual(Math.max(0, after.total - before.total))
        for (const id of fresh) expect(indexOf(before, id)).toBeNull()
      }),
    )
  })

  it('marks a case that was filed in, not one that slid in over an edge', () => {
    const queue = Array.from({ length: 30 }, (_, number) => row(number))
    const inside = [...queue.slice(0, 12), row(99), ...queue.slice(12)]
    const above = [row(99), ...queue]
    expect(arrivals(windowOf(queue, 10, 10), windowOf(inside, 10, 10))).toEqual(['c99'])
    expect(arrivals(windowOf(queue, 10, 10), windowOf(above, 10, 10))).toEqual([])
    expect(arrivals(windowOf(queue, 0, 10), windowOf(above, 0, 10))).toEqual(['c99'])
    expect(arrivals(windowOf(queue, 0, 10), windowOf(queue.slice(1), 0, 10))).toEqual([])
  })

  it('tells how far what one reads has moved', () => {
    const queue = Array.from({ length: 30 }, (_, number) => row(number))
    const above = [row(98), row(99), ...queue]
    expect(shiftOf(windowOf(queue, 0, 20), windowOf(above, 0, 20), 5)).toBe(2)
    expect(shiftOf(windowOf(above, 0, 20), windowOf(queue, 0, 20), 5)).toBe(-2)
    // The first row that one reads is gone: the next one is the mark.
    expect(shiftOf(windowOf(queue, 0, 20), windowOf(queue.toSpliced(5, 1), 0, 20), 5)).toBe(-1)
    expect(shiftOf(windowOf([row(1)], 0, 20), windowOf([row(2)], 0, 20), 0)).toBe(0)
  })
})
