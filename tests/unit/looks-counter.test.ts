/** Proof of looking on the page: spans that never overlap, portions, a lost link, and who is looking. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostLookMs } from '../../native/contract/patrol.ts'
import { isLookedAt, presentMs } from '../../renderer/players/attention.ts'
import { createLookCounter, type Look, sameSightMs } from '../../renderer/players/look-counter.ts'
import { isLive } from '../../renderer/players/use-look.ts'

const start = 1_700_000_000_000

function counting() {
  let at = start
  let isDown = false
  let isRefused = false
  const told: Look[] = []
  const counter = createLookCounter({
    async tell(look) {
      if (isDown) throw new Error('down')
      if (isRefused) throw new Error('refused')
      told.push(look)
    },
    isWorthAnother: () => isDown,
    now: () => at,
  })
  return {
    counter,
    told,
    pass: (ms: number) => (at += ms),
    now: () => at,
    down: (is: boolean) => (isDown = is),
    refuse: (is: boolean) => (isRefused = is),
    /** Sees it twice a second for so long. */
    look(ms: number, watchId = 'w', purpose: { walkId: string; stopId: string } | null = null) {
      counter.see(watchId, purpose)
      for (let passed = 0; passed < ms; passed += 500) {
        at += 500
        counter.see(watchId, purpose)
      }
    },
  }
}
const length = (looks: readonly Look[]) => looks.reduce((sum, { from, to }) => sum + to - from, 0)

describe('a look', () => {
  it('is told from its first to its last sight when it ends', async () => {
    const one = counting()
    one.look(5_000)
    await one.counter.flush(false)
    expect(one.told).toEqual([])
    one.pass(sameSightMs + 1)
    await one.counter.flush(false)
    expect(one.told).toEqual([{ watchId: 'w', walkId: null, stopId: null, from: start, to: start + 5_000 }])
    await one.counter.flush(true)
    expect(one.told).toHaveLength(1)
  })

  it('is told in portions that follow one another while it goes on', async () => {
    const one = counting()
    for (let portion = 0; portion < 3; portion += 1) {
      one.look(15_000)
      await one.counter.flush(false)
    }
    expect(one.told.map(({ from, to }) => [from - start, to - start])).toEqual([
      [0, 15_000],
      [15_000, 30_000],
      [30_000, 45_000],
    ])
  })

  it('leaves out the time in which nobody saw it', async () => {
    const one = counting()
    one.look(3_000)
    one.pass(8_000)
    one.look(2_000)
    await one.counter.flush(true)
    expect(length(one.told)).toBe(5_000)
  })

  it('belongs to the stop that was looked at then', async () => {
    const one = counting()
    one.look(4_000, 'w', { walkId: 'walk', stopId: 'first' })
    one.look(6_000, 'w', { walkId: 'walk', stopId: 'second' })
    await one.counter.flush(true)
    expect(one.told.map(({ stopId, from, to }) => [stopId, to - from])).toEqual([
      ['first', 4_000],
      ['second', 6_000],
    ])
  })

  it('waits while the link is down, as long as native takes it', async () => {
    const one = counting()
    one.down(true)
    one.look(20_000)
    await one.counter.flush(false)
    one.look(20_000)
    await one.counter.flush(true)
    expect(one.told).toEqual([])
    one.down(false)
    await one.counter.flush(true)
    expect(length(one.told)).toBe(40_000)

    one.down(true)
    one.look(10_000, 'old')
    await one.counter.flush(true)
    one.pass(mostLookMs)
    one.down(false)
    await one.counter.flush(true)
    expect(one.told.some(({ watchId }) => watchId === 'old')).toBe(false)
  })

  it('is not told again once native refused it', async () => {
    const one = counting()
    one.refuse(true)
    one.look(5_000)
    await one.counter.flush(true)
    one.refuse(false)
    await one.counter.flush(true)
    expect(one.told).toEqual([])
  })

  it('never has an instant told twice, whatever happens between', async () => {
    const deed = fc.oneof(
      fc.record({ kind: fc.constant('look' as const), ms: fc.integer({ min: 500, max: 20_000 }) }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 8_000 }) }),
      fc.record({ kind: fc.constant('down' as const), is: fc.boolean() }),
      fc.record({ kind: fc.constant('flush' as const), is: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 40 }), async (deeds) => {
        const one = counting()
        let looked = 0
        for (const each of deeds) {
          if (each.kind === 'look') {
            looked += Math.ceil(each.ms / 500) * 500 + sameSightMs
            one.look(each.ms)
          } else if (each.kind === 'pass') one.pass(each.ms)
          else if (each.kind === 'down') one.down(each.is)
          else await one.counter.flush(each.is)
        }
        one.down(false)
        await one.counter.flush(true)
        const inOrder = one.told.toSorted((a, b) => a.from - b.from)
        for (const [index, { from, to }] of inOrder.entries()) {
          expect(to).toBeGreaterThan(from)
          expect(to - from).toBeLessThanOrEqual(mostLookMs)
          if (index > 0) expect(from).toBeGreaterThanOrEqual(inOrder[index - 1]!.to)
        }
        expect(length(one.told)).toBeLessThanOrEqual(looked)
      }),
    )
  })
})

describe('a window', () => {
  const here = { isVisible: true, hasFocus: true, sinceOtherFocusMs: Infinity, sinceInputMs: 0 }
  it('is looked at while it is visible, has the focus, and somebody is there', () => {
    expect(isLookedAt(here)).toBe(true)
    expect(isLookedAt({ ...here, isVisible: false })).toBe(false)
    expect(isLookedAt({ ...here, hasFocus: false })).toBe(false)
    expect(isLookedAt({ ...here, sinceInputMs: presentMs + 1 })).toBe(false)
  })
  it('on another display is looked at while a window of the console has the focus', () => {
    expect(isLookedAt({ ...here, hasFocus: false, sinceOtherFocusMs: 1_000 })).toBe(true)
    expect(isLookedAt({ ...here, hasFocus: false, sinceOtherFocusMs: 10_000 })).toBe(false)
    expect(isLookedAt({ ...here, hasFocus: false, sinceOtherFocusMs: 1_000, isVisible: false })).toBe(false)
  })
})

describe('a picture', () => {
  const reading = { path: 'webcodecs' } as Parameters<typeof isLive>[0]['reading']
  const state = { phase: 'playing', trouble: null, since: null, reading, watch: { watchId: 'w' } } as Parameters<
    typeof isLive
  >[0]
  it('is live while it plays, and neither stale nor a still', () => {
    expect(isLive(state)).toBe(true)
    expect(isLive({ ...state, phase: 'stale' })).toBe(false)
    expect(isLive({ ...state, reading: { ...reading!, path: 'stills' } })).toBe(false)
    expect(isLive({ ...state, watch: null })).toBe(false)
  })
})
