/** Patrol routes on the screen: stops in order, what differs between revisions, sentences, copies. */
import fastCheck from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import {
  mostStops as contractStops,
  patrolRoute,
  type PatrolStop,
  patrolTime,
  placeKinds as contractKinds,
} from '../../native/contract/patrol.ts'
import { routeWords } from '../../renderer/desks/patrol/route-words.ts'
import { clockOfText, dayKinds, timeSentence, timesSentence } from '../../renderer/desks/patrol/routes/route-board.ts'
import {
  bodyOf,
  byDistance,
  copyMark,
  differences,
  draftOf,
  dwellLimits,
  isChanged,
  lengthOf,
  metresBetween,
  missingOf,
  mostClasses,
  mostStops,
  mostTimes,
  moved,
  newDraft,
  originalOf,
  placeKinds,
  stopFor,
  withStops,
} from '../../renderer/desks/patrol/routes/route-draft.ts'
import type { KeptRoute } from '../../renderer/stores/patrol.ts'

const stop = (id: string, cameraId = `camera-${id}`): PatrolStop => ({
  ...{ id, cameraId, preset: null, dwellSeconds: 15, checklist: [] },
  place: { kind: 'other', name: '' },
})
const stops = (count: number) => Array.from({ length: count }, (_, at) => stop(`s${at}`))
const ids = (all: readonly PatrolStop[]) => all.map(({ id }) => id)
const kept = (id: string, name: string, held = stops(2), revision = 1): KeptRoute => ({
  ...{ id, name, isShared: true, by: { id: 'z', name: '张三' }, at: 0, isWaiting: false },
  body: { revision, stops: held, times: [] },
})

describe('what the page says of the contract', () => {
  it('is what the contract says', () => {
    expect([placeKinds, mostStops]).toEqual([contractKinds, contractStops])
    const full = { ...stop('a'), checklist: Array.from({ length: mostClasses }, (_, at) => `${at}`) }
    const times = Array.from({ length: mostTimes }, () => ({ days: 'every-day' as const, at: '08:30', who: '' }))
    const route = { revision: 1, stops: [{ ...full, dwellSeconds: dwellLimits.most }], times }
    expect(patrolRoute.parse(route)).toEqual(route)
    const tooMuch = [
      { ...route, times: [...times, times[0]] },
      { ...route, stops: [{ ...full, checklist: [...full.checklist, 'x'] }] },
      { ...route, stops: [{ ...full, dwellSeconds: dwellLimits.most + 1 }] },
      { ...route, stops: [{ ...full, dwellSeconds: dwellLimits.least - 1 }] },
    ]
    for (const refused of tooMuch) expect(patrolRoute.safeParse(refused).success).toBe(false)
  })

  it('a stop made from a camera with a long place is taken', () => {
    const made = stopFor({ id: 'c', place: '宋庄'.repeat(80) }, 'a')
    expect(patrolRoute.safeParse({ revision: 1, stops: [made], times: [] }).success).toBe(true)
  })
})

describe('stops in order', () => {
  it('are moved to where they shall stand, and no further than the ends', () => {
    expect(ids(moved(stops(4), 0, 2))).toEqual(['s1', 's2', 's0', 's3'])
    expect(ids(moved(stops(4), 3, -9))).toEqual(['s3', 's0', 's1', 's2'])
    expect(ids(moved(stops(4), 1, 99))).toEqual(['s0', 's2', 's3', 's1'])
    expect(ids(moved(stops(2), 7, 0))).toEqual(['s0', 's1'])
  })

  it('are added behind the selected one, as many as a route can hold', () => {
    expect(ids(withStops(stops(2), [stop('n')], 0))).toEqual(['s0', 'n', 's1'])
    expect(ids(withStops([], [stop('n')], -1))).toEqual(['n'])
    const full = withStops(stops(mostStops - 1), [stop('n'), stop('m')], mostStops)
    expect(full).toHaveLength(mostStops)
    expect(full.at(-1)?.id).toBe('n')
    expect(withStops(full, [stop('x')], 0)).toHaveLength(mostStops)
  })
})

describe('the order by distance', () => {
  const places = new Map([
    ['a', 116.7],
    ['b', 116.73],
    ['c', 116.71],
    ['d', 116.72],
  ])
  const positionOf = ({ id }: PatrolStop) => {
    const longitude = places.get(id)
    return longitude === undefined ? undefined : { longitude, latitude: 39.9 }
  }

  it('goes from the first to the nearest that is left; stops of unknown place come last in their order', () => {
    const order = byDistance(
      ['a', 'x', 'b', 'c', 'y', 'd'].map((id) => stop(id)),
      positionOf,
    )
    expect(ids(order)).toEqual(['a', 'c', 'd', 'b', 'x', 'y'])
  })

  it('measures metres on the ground', () => {
    const [south, north] = [
      { longitude: 116.7, latitude: 39.9 },
      { longitude: 116.7, latitude: 39.91 },
    ]
    expect(metresBetween(south, north)).toBeCloseTo(1_113, 0)
    expect(metresBetween(south, { ...south, longitude: 116.71 })).toBeCloseTo(854, 0)
    expect(lengthOf([stop('a'), stop('x'), stop('c')], positionOf)).toBeCloseTo(854, 0)
  })

  it('keeps every stop once and the first one first, of any 200', () => {
    const coordinate = fastCheck.option(fastCheck.double({ min: 0, max: 0.5, noNaN: true }))
    fastCheck.assert(
      fastCheck.property(fastCheck.array(fastCheck.tuple(coordinate, coordinate), { maxLength: 200 }), (points) => {
        const all = points.map((_, at) => stop(String(at)))
        const at = ({ id }: PatrolStop) => {
          const [east, north] = points[Number(id)] ?? [null, null]
          return east === null || north === null ? undefined : { longitude: 116 + east, latitude: 39 + north }
        }
        const ordered = byDistance(all, at)
        expect(ids(ordered).toSorted()).toEqual(ids(all).toSorted())
        const first = all.find((one) => at(one))
        if (first) expect(ordered[0]).toBe(first)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a route that is changed', () => {
  it('differs from what is kept only where something of it does', () => {
    const draft = draftOf(kept('r', '早班', stops(2), 4))
    expect(isChanged(draft, { ...draft, name: ' 早班 ', base: 9 })).toBe(false)
    for (const patch of [
      { name: '晚班' },
      { isShared: false },
      { stops: moved(draft.stops, 0, 1) },
      { times: [{ days: 'every-day' as const, at: '08:30', who: '' }] },
    ])
      expect(isChanged({ ...draft, ...patch }, draft)).toBe(true)
    expect(bodyOf(draft).revision).toBe(5)
  })

  it('has more, fewer and other stops than another revision', () => {
    const [a, b, c] = stops(3) as [PatrolStop, PatrolStop, PatrolStop]
    expect(differences([a, b], [{ ...a, dwellSeconds: 30 }, c])).toEqual({ added: 1, removed: 1, changed: 1 })
    expect(differences([a, b], [b, a])).toEqual({ added: 0, removed: 0, changed: 0 })
  })

  it('says what it lacks', () => {
    const draft = newDraft('r')
    expect(missingOf(draft)).toBe('name')
    expect(missingOf({ ...draft, name: '早班' })).toBe('stops')
    const times = [{ days: 'every-day' as const, at: '', who: '' }]
    expect(missingOf({ ...draft, name: '早班', stops: stops(1), times })).toBe('time')
    expect(missingOf({ ...draft, name: '早班', stops: stops(1) })).toBeNull()
  })
})

describe('a copy that was kept since two saved at once', () => {
  const copy = kept('c', '早班(SZ-02 11-23 21:04)')

  it('is known by its name and finds its original', () => {
    expect(copyMark(copy.name)).toEqual({ of: '早班', workstation: 'SZ-02', at: '11-23 21:04' })
    expect(originalOf(copy, [copy, kept('o', '早班')])?.id).toBe('o')
    expect(originalOf(copy, [copy, kept('o', '早班河道')])).toBeNull()
    expect(originalOf(kept('o', '早班'), [copy])).toBeNull()
  })

  it('is not any name with brackets', () => {
    for (const name of ['早班(河道)', '早班(SZ-02)', '早班', '(11-23 21:04)']) expect(copyMark(name)).toBeNull()
  })

  it('finds its original by what is left of a long name', () => {
    const long = '沿河重点部位与学校周边及在建工地联合视频巡查路线'
    expect(originalOf(kept('c', `${long.slice(0, 22)}(SZ-02 11-23 21:04)`), [kept('o', long)])?.id).toBe('o')
  })
})

describe('times', () => {
  const { t } = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': routeWords['zh-CN'] } }).global
  const say = t as (key: string, named?: Record<string, string | number>) => string

  it('are said as sentences, the earliest first', () => {
    const [evening, morning] = [
      { days: 'every-day' as const, at: '20:00', who: ' ' },
      { days: 'working-days' as const, at: '08:30', who: '早班' },
    ]
    expect(timeSentence(evening, say)).toBe('每天 20:00，由值班员走一遍')
    expect(timesSentence([evening, morning], say)).toBe('工作日 08:30，由早班走一遍；每天 20:00，由值班员走一遍')
    expect(timesSentence([], say)).toBe('没有安排时间')
    for (const days of dayKinds) expect(timeSentence({ ...evening, days }, say)).not.toContain('routes.')
  })

  it.each([
    ['8:30', '08:30'],
    ['08：30', '08:30'],
    ['830', '08:30'],
    ['0830', '08:30'],
    ['2359', '23:59'],
    ['8', '08:00'],
    ['18', '18:00'],
    ['24:00', null],
    ['8:70', null],
    ['早上', null],
    ['', null],
  ])('of %s are taken as %s', (text, at) => {
    expect(clockOfText(text)).toBe(at)
    if (at !== null) expect(patrolTime.safeParse({ days: 'every-day', at, who: '' }).success).toBe(true)
  })
})
