/** The time-limit light and the words for times: pure functions of a limit and a moment. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimeLimit } from '../../native/contract/case.ts'
import { caseStates, endedStates } from '../../native/contract/vocabulary.ts'
import { hasEnded, timeLight } from '../../renderer/parts/time-light.ts'
import { ageWords, lengthWords, sizeOf, spanWords } from '../../renderer/parts/times.ts'

const minute = 60_000
const running = fc
  .record({ startedAt: fc.integer({ min: 0, max: 4e12 }), span: fc.integer({ min: 1, max: 1e10 }) })
  .map(({ startedAt, span }): TimeLimit => ({
    startedAt,
    dueAt: startedAt + span,
    stoppedAt: null,
    kind: 'urgent-hours' as const,
  }))
const order = { green: 0, yellow: 1, red: 2 }

describe('the time-limit light', () => {
  it('turns yellow with the last quarter and red past the limit', () => {
    const limit = { startedAt: 0, dueAt: 4000, stoppedAt: null, kind: 'urgent-hours' as const }
    const lightAt = (now: number) => timeLight(limit, 'handling', now).light
    expect([0, 2999, 3000, 4000, 4001].map(lightAt)).toEqual(['green', 'green', 'yellow', 'yellow', 'red'])
  })

  it('never turns back as time passes', () => {
    fc.assert(
      fc.property(running, fc.integer({ min: 0, max: 2e10 }), fc.integer({ min: 0, max: 2e10 }), (limit, a, b) => {
        const lights = [Math.min(a, b), Math.max(a, b)].map(
          (after) => timeLight(limit, 'filed', limit.startedAt + after).light as keyof typeof order,
        )
        expect(order[lights[0]!]).toBeLessThanOrEqual(order[lights[1]!])
      }),
    )
  })

  it('is red exactly when nothing remains', () => {
    fc.assert(
      fc.property(running, fc.integer({ min: -2e10, max: 2e10 }), (limit, from) => {
        const { light, remainingMs } = timeLight(limit, 'dispatched', limit.dueAt + from)
        expect(light === 'red').toBe(remainingMs !== null && remainingMs < 0)
        expect(remainingMs).toBe(-from + 0)
      }),
    )
  })

  it('stands still while the case is suspended', () => {
    fc.assert(
      fc.property(running, fc.integer({ min: 0, max: 2e10 }), fc.integer({ min: 0, max: 4e12 }), (limit, stop, now) => {
        const stopped = { ...limit, stoppedAt: limit.startedAt + stop }
        const first = timeLight(stopped, 'suspended', now)
        expect(first).toEqual(timeLight(stopped, 'suspended', now + minute))
        expect(first.light).toBe('stopped')
      }),
    )
  })

  it('burns for no case that has ended, and the renderer knows which those are', () => {
    const limit = { startedAt: 0, dueAt: 1, stoppedAt: null, kind: 'urgent-hours' as const }
    for (const state of caseStates) {
      expect(hasEnded(state)).toBe(endedStates.includes(state))
      expect(timeLight(limit, state, 100).light === 'none').toBe(endedStates.includes(state))
    }
    expect(timeLight(null, 'handling', 100)).toEqual({ light: 'none', remainingMs: null })
  })
})

describe('words for times', () => {
  it.each([
    [30_000, 'time.underMinute', {}],
    [59 * 60_000, 'time.minutes', { count: 59 }],
    [192 * 60_000, 'time.hoursAndMinutes', { hours: 3, minutes: 12 }],
    [53 * 3_600_000, 'time.daysAndHours', { days: 2, hours: 5 }],
  ])('tell how long %i ms lasted', (ms, key, named) => {
    expect(lengthWords(ms)).toEqual({ key, named })
  })

  it.each([
    [0, 'time.justNow', undefined],
    [12 * minute, 'time.minutes', 12],
    [5 * 60 * minute, 'time.hours', 5],
    [47 * 60 * minute, 'time.hours', 47],
    [48 * 60 * minute, 'time.days', 2],
    [-minute, 'time.justNow', undefined],
  ])('says an age of %i ms in its largest unit', (ms, key, count) => {
    expect(ageWords(ms)).toEqual({ key, named: count === undefined ? {} : { count } })
  })

  it.each([
    [42 * minute, { key: 'time.clock', named: { clock: '00:42' } }],
    [-8 * minute, { key: 'time.clock', named: { clock: '00:08' } }],
    [(1440 + 61) * minute, { key: 'time.daysAndClock', named: { count: 1, clock: '01:01' } }],
    [12 * 1440 * minute, { key: 'time.days', named: { count: 12 } }],
  ])('writes a span of %i ms', (ms, words) => {
    expect(spanWords(ms)).toEqual(words)
  })

  it('writes sizes', () => {
    expect([512, 340_200, 2_400_000].map(sizeOf)).toEqual(['512 B', '340 KB', '2.4 MB'])
  })
})
