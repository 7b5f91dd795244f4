/** What was looked at: only as far as a stream played, each instant once, by the hub's hours. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Coverage } from '../../native/contract/patrol.ts'
import { coverageOf } from '../../native/patrol/coverage.ts'
import { byHour, difference, intersection, lengthOf, runsOf, union } from '../../native/patrol/spans.ts'
import { cameraAt, li, nine, openPatrol, routeOf, stopAt, wang } from './patrol-parts.ts'

const hour = 3_600_000
const plain = { walkId: null, stopId: null }

async function openLooking(start = nine) {
  const console = openPatrol(start)
  const parts = console.parts()
  for (const id of ['a', 'b']) parts.addCamera(cameraAt(id))
  parts.addCamera(cameraAt('police', { owner: 'public-security' }))
  const { looks } = parts.patrol
  /** Tells that `watchId` was looked at for the last `ms`. */
  const tell = (
    watchId: string,
    ms: number,
    walk: { walkId: string | null; stopId: string | null } = plain,
    by = wang,
  ) => looks.tell(by, { watchId, from: console.now() - ms, to: console.now(), ...walk })
  const play = async (cameraId: string, ms: number, reason: string | null = null) => {
    const watchId = await parts.watch(wang, cameraId, reason)
    parts.viewers(watchId, 1)
    parts.tell(watchId, 'playing')
    await console.clock.advance(ms)
    return watchId
  }
  const coverage = (from = nine - 48 * hour, to = nine + 4_800 * hour): Coverage =>
    parts.patrol.coverage(wang, from, to)
  const row = (cameraId: string) => coverage().rows.find((one) => one.cameraId === cameraId)
  return { ...console, parts, looks, tell, play, coverage, row }
}

describe('a look counts', () => {
  test('as far as the stream played, and once', async () => {
    const { tell, play, clock, parts, row } = await openLooking()
    const watchId = await play('a', 10_000)
    expect(tell(watchId, 30_000)).toBe(10_000)
    expect(tell(watchId, 30_000)).toBe(0)
    parts.tell(watchId, 'stalled')
    await clock.advance(5_000)
    expect(tell(watchId, 5_000)).toBe(0)
    parts.tell(watchId, 'playing')
    await clock.advance(4_000)
    expect(tell(watchId, 60_000)).toBe(4_000)
    expect(row('a')).toMatchObject({ lookedMs: 14_000, looks: 1, lastAt: clock.now() })
  })

  test('of a camera that two windows show once, and for the walk’s stop all the same', async () => {
    const { tell, play, parts, row } = await openLooking()
    const { routes, walks } = parts.patrol
    routes.save(wang, { id: 'r', name: '河道', body: routeOf([stopAt('a'), stopAt('b')]), isShared: true })
    const { walkId } = walks.start(wang, 'r', null)
    const wall = await play('a', 0)
    const walk = await play('a', 8_000)
    expect(tell(wall, 8_000)).toBe(8_000)
    expect(tell(walk, 8_000, { walkId, stopId: 'at-a' })).toBe(0)
    expect(tell(walk, 8_000, { walkId, stopId: 'at-a' })).toBe(0)
    expect(tell(walk, 8_000, { walkId, stopId: 'at-b' })).toBe(0)
    for (const stopId of ['at-a', 'at-b'])
      walks.mark(wang, walkId, stopId, { outcome: 'nothing', why: '', caseId: null })
    expect(walks.list(wang)[0]?.done.map(({ lookedMs }) => lookedMs)).toEqual([8_000, 0])
    expect(row('a')?.lookedMs).toBe(8_000)
  })

  test('for whom the watch was granted alone, and until it ended', async () => {
    const { tell, play, parts, clock } = await openLooking()
    const watchId = await play('a', 6_000)
    expect(tell(watchId, 6_000, plain, li)).toBe(0)
    expect(tell('no-watch', 6_000)).toBe(0)
    parts.watches.unwatch(watchId)
    parts.viewers(watchId, 0)
    await clock.advance(3_000)
    expect(tell(watchId, 60_000)).toBe(6_000)
  })

  test('neither of the future nor of more than a minute ago', async () => {
    const { looks, play, parts, clock, now } = await openLooking()
    const watchId = await play('a', 15_000)
    for (let round = 0; round < 5; round += 1) {
      parts.tell(watchId, 'playing')
      await clock.advance(15_000)
    }
    const told = { watchId, ...plain, from: now() - 90_000, to: now() + 90_000 }
    expect(looks.tell(wang, told)).toBe(60_000)
  })

  test('no longer than the worker said that it plays', async () => {
    const { tell, play } = await openLooking()
    const watchId = await play('a', 50_000)
    expect(tell(watchId, 50_000)).toBe(20_000)
  })

  test('with the reason that was stated, for owners who ask for one', async () => {
    const { tell, play, row, clock } = await openLooking()
    const watchId = await play('police', 5_000, '河道排污巡查')
    tell(watchId, 5_000)
    tell(await play('a', 5_000, '随便看看'), 5_000)
    expect(row('police')?.reasons).toEqual([{ by: '王建国', at: clock.now() - 10_000, reason: '河道排污巡查' }])
    expect(row('a')?.reasons).toEqual([])
  })

  test('in the hours of the hub’s clock, also past midnight', async () => {
    // 23:59:50 in China by a clock that is five minutes late.
    const midnight = Date.UTC(2026, 10, 23, 16)
    const { tell, play, row, off } = await openLooking(midnight - 10_000 - 300_000)
    off.hub = 300_000
    tell(await play('a', 19_000), 19_000)
    expect(
      row('a')
        ?.byHour.map((ms, clock) => [clock, ms])
        .filter(([, ms]) => ms !== 0),
    ).toEqual([
      [0, 9_000],
      [23, 10_000],
    ])
    expect(row('a')).toMatchObject({ looks: 1, lastAt: midnight + 9_000 })
  })

  test('never twice when the clock is set back, nor for a time that was leapt over', async () => {
    const { tell, play, parts, clock, off } = await openLooking()
    const watchId = await play('a', 10_000)
    expect(tell(watchId, 10_000)).toBe(10_000)
    off.clock = -3_600_000
    expect(tell(watchId, 10_000)).toBe(0)
    parts.tell(watchId, 'playing')
    await clock.advance(5_000)
    expect(tell(watchId, 10_000)).toBe(5_000)
    off.clock = 3_600_000
    parts.tell(watchId, 'playing')
    await clock.advance(2_000)
    expect(tell(watchId, 60_000)).toBe(2_000)
  })
})

test('any order and overlap of tells counts each instant once, and never more than the stream played', async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('tell' as const),
      ago: fc.integer({ min: 0, max: 80 }),
      long: fc.integer({ min: 1, max: 80 }),
      which: fc.nat(1),
    }),
    fc.record({
      kind: fc.constant('state' as const),
      state: fc.constantFrom('playing' as const, 'playing' as const, 'stalled' as const, 'failed' as const),
      which: fc.nat(1),
    }),
    fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 30 }) }),
  )
  const { looks, parts, now, off, row } = await openLooking()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const cameraId = `camera-${(runs += 1)}`
      parts.addCamera(cameraAt(cameraId))
      const watches = [await parts.watch(wang, cameraId), await parts.watch(wang, cameraId)]
      for (const watchId of watches) parts.viewers(watchId, 1)
      /** Seconds that each watch played, as far as its worker had said so lately. */
      const played = watches.map(() => new Set<number>())
      const saidAt = watches.map((): number | null => null)
      const expected = new Set<number>()
      let counted = 0
      for (const one of steps) {
        if (one.kind === 'state') {
          parts.tell(watches[one.which] ?? '', one.state)
          saidAt[one.which] = one.state === 'playing' ? now() : null
        } else if (one.kind === 'pass') {
          for (let second = 0; second < one.seconds; second += 1) {
            for (const [which, at] of saidAt.entries())
              if (at !== null && now() - at < 20_000) played[which]?.add(now())
            off.clock += 1_000
          }
        } else {
          const to = now() - one.ago * 1_000
          const from = to - one.long * 1_000
          counted += looks.tell(wang, { watchId: watches[one.which] ?? '', from, to, ...plain })
          for (const second of played[one.which] ?? [])
            if (second >= from && second < to && second >= now() - 60_000) expected.add(second)
        }
      }
      expect(counted).toBe(expected.size * 1_000)
      expect(row(cameraId)?.lookedMs ?? 0).toBe(counted)
    }),
    { numRuns: 200 },
  )
})

test('spans are sets of instants', () => {
  const span = fc.tuple(fc.nat(40), fc.nat(12)).map(([from, long]) => ({ from, to: from + long }))
  const instants = (spans: readonly { from: number; to: number }[]) =>
    new Set(spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index)))
  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), fc.array(span, { maxLength: 6 }), (ones, others) => {
      const [left, right] = [instants(ones), instants(others)]
      expect(instants(union([...ones, ...others]))).toEqual(new Set([...left, ...right]))
      expect(instants(intersection(ones, others))).toEqual(new Set([...left].filter((one) => right.has(one))))
      const rest = [...left].filter((one) => !right.has(one))
      expect(instants(difference(ones, others))).toEqual(new Set(rest))
      expect(lengthOf(difference(ones, others))).toBe(rest.length)
    }),
  )
  expect(
    runsOf(
      [
        { from: 0, to: 5 },
        { from: 9, to: 12 },
        { from: 30, to: 31 },
      ],
      10,
    ),
  ).toBe(2)
  expect(byHour([{ from: hour - 5, to: 2 * hour + 1 }]).map(({ hour: of, from, to }) => [of, to - from])).toEqual([
    [0, 5],
    [1, hour],
    [2, 1],
  ])
})

describe('coverage', () => {
  test('adds what others’ walks tell to own looks, never own walks, and says what nobody saw', async () => {
    const { tell, play, parts, coverage, clock } = await openLooking()
    const { routes, walks } = parts.patrol
    routes.save(wang, { id: 'r', name: '河道', body: routeOf([stopAt('a')]), isShared: true })
    const { walkId, runId } = walks.start(wang, 'r', null)
    tell(await play('a', 7_000), 7_000, { walkId, stopId: 'at-a' })
    walks.mark(wang, walkId, 'at-a', { outcome: 'finding', why: '', caseId: 'case-1' })
    const [own] = walks.list(wang)
    if (!own) throw new Error('there is no walk')
    const by = { id: 'li', name: '李梅' }
    const word = {
      stopId: 'at-a',
      cameraId: 'a',
      why: '',
      by,
      at: clock.now(),
      lookedMs: 5_000,
      reason: '',
      caseId: null,
    }
    const done = [
      { ...word, outcome: 'finding' as const, caseId: 'case-1' },
      { ...word, stopId: 'p', cameraId: 'police', outcome: 'nothing' as const, reason: '治安巡查' },
      { ...word, stopId: 'z', cameraId: 'gone', outcome: 'skipped' as const, lookedMs: 0 },
    ]
    parts.hearWalk('theirs', { ...own, runId, workstation: 'SZ-02', by, done })
    expect(coverage()).toMatchObject({
      rows: [
        { cameraId: 'a', lookedMs: 12_000, looks: 2, findings: 1 },
        { cameraId: 'police', lookedMs: 5_000, looks: 1, reasons: [{ by: '李梅', reason: '治安巡查' }] },
      ],
      unseen: ['b'],
    })
    expect(coverage(nine + 2 * hour, nine + 3 * hour)).toMatchObject({ rows: [], unseen: ['police', 'a', 'b'] })
    expect(parts.audited()).toContain('patrol.coverage-read')
    expect(() => coverage(nine, nine)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('is of whole hours', () => {
    const hours = { cameraId: 'a', clockHour: 9, lookedMs: 5, looks: -1, lastAt: 7 }
    const told = coverageOf({ fromHour: 1, toHour: 3, cameraIds: ['a'], hours: [hours], reasons: [], walks: [] })
    expect(told).toMatchObject({ from: hour, to: 3 * hour, rows: [{ lookedMs: 5, looks: 0 }], unseen: [] })
  })
})
