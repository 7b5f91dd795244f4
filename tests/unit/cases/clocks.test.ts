/** Limits in working time: known cases by hand, and what must hold for all. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addTime, lengthOf, runningTime } from '../../../native/cases/clocks.ts'
import { timeKind, type WorkingCalendar } from '../../../native/contract/limits.ts'

const calendar: WorkingCalendar = {
  shifts: [
    [8 * 60, 12 * 60],
    [14 * 60, 18 * 60],
  ],
  // The Spring Festival of 2026, with its two shifted weekend days.
  daysOff: ['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20', '2026-02-23'],
  workingDays: ['2026-02-14', '2026-02-28'],
}
const at = (text: string) => Date.parse(`${text}+08:00`)
const hour = 3_600_000

describe('by hand', () => {
  test.each([
    ['urgent-hours', 2, '2026-02-17T23:30', '2026-02-18T01:30'],
    ['calendar-days', 1, '2026-02-16T09:00', '2026-02-17T09:00'],
    ['working-hours', 4, '2026-11-23T09:00', '2026-11-23T15:00'],
    ['working-hours', 4, '2026-11-20T16:00', '2026-11-23T10:00'],
    ['working-hours', 1, '2026-11-21T10:00', '2026-11-23T09:00'],
    ['working-hours', 1, '2026-02-13T17:30', '2026-02-14T08:30'],
    ['working-hours', 1, '2026-02-14T17:30', '2026-02-24T08:30'],
    ['working-days', 1, '2026-11-20T15:00', '2026-11-23T15:00'],
    ['working-days', 2, '2026-02-14T10:00', '2026-02-25T10:00'],
  ] as const)('%s %d after %s end at %s', (kind, amount, start, end) => {
    expect(addTime(calendar, kind, at(start), lengthOf(kind, amount))).toBe(at(end))
  })
})

const instant = fc.integer({ min: at('2026-01-01T00:00'), max: at('2026-12-31T00:00') })
const kind = fc.constantFrom(...timeKind.options)

test('the time that runs until the end of a limit is the limit', () => {
  fc.assert(
    fc.property(kind, instant, fc.integer({ min: 1, max: 200 * hour }), (of, start, length) => {
      const end = addTime(calendar, of, start, length)
      expect(end).toBeGreaterThanOrEqual(start + length)
      expect(runningTime(calendar, of, start, end)).toBe(length)
    }),
  )
})

test('stopping a limit anywhere and going on later uses up neither more nor less', () => {
  fc.assert(
    fc.property(
      kind,
      instant,
      fc.integer({ min: 1, max: 100 * hour }),
      fc.nat(1000),
      fc.nat(100),
      (of, start, length, share, pause) => {
        const end = addTime(calendar, of, start, length)
        const stopped = start + Math.floor(((end - start) * share) / 1000)
        const left = runningTime(calendar, of, stopped, end)
        const resumed = stopped + pause * hour
        const newEnd = addTime(calendar, of, resumed, left)
        expect(runningTime(calendar, of, start, stopped) + runningTime(calendar, of, resumed, newEnd)).toBe(length)
      },
    ),
  )
})

test('a calendar without any working day still ends', () => {
  const never: WorkingCalendar = { ...calendar, shifts: [[0, 0]] }
  expect(addTime(never, 'working-hours', at('2026-11-23T09:00'), hour)).toBe(at('2026-11-23T10:00'))
})
