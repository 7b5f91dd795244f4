/** Following a topic: in step it applies deltas, out of step it subscribes again, and it ends with its signal. */
import { ORPCError } from '@orpc/client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Topic } from '../../native/contract/contract.ts'
import type { Fault } from '../../renderer/link/faults.ts'
import { followTopic } from '../../renderer/link/topic.ts'
import { retryDelay } from '../../renderer/link/waiting.ts'

type Event = Topic<number, number> | { kind: 'fail'; error: Error }

async function* serve(events: Event[], log: string[], signal: AbortSignal): AsyncGenerator<Topic<number, number>> {
  try {
    for (const event of events) {
      if (event.kind === 'fail') throw event.error
      yield event
    }
  } finally {
    log.push(signal.aborted ? 'closed' : 'left')
  }
}

const snapshot = (value: number, sequence = 0): Event => ({ kind: 'snapshot', sequence, snapshot: value })
const delta = (value: number, sequence: number): Event => ({ kind: 'delta', sequence, delta: value })
const fail = (error: Error): Event => ({ kind: 'fail', error })

/** Follows subscriptions one after the other; the last is followed by the end of everything. */
async function follow(subscriptions: Event[][]) {
  const seen: number[] = []
  const faults: Fault[] = []
  const delays: number[] = []
  const log: string[] = []
  const stop = new AbortController()
  const left = [...subscriptions]
  let sum = 0
  await followTopic<number, number>(async (signal) => serve(left.shift() ?? [], log, signal), {
    signal: stop.signal,
    onSnapshot: (value) => void seen.push((sum = value)),
    onDelta: (value) => {
      if (value < 0) return false
      seen.push((sum += value))
      return true
    },
    onFault: (fault) => void faults.push(fault),
    pause: async (ms) => {
      delays.push(ms)
      if (left.length === 0) stop.abort()
    },
  })
  return { seen, faults, delays, log }
}

describe('following a topic', () => {
  it('applies a snapshot and the deltas after it', async () => {
    const { seen } = await follow([[snapshot(10, 4), delta(1, 5), delta(2, 6)]])
    expect(seen).toEqual([10, 11, 13])
  })

  it.each([
    ['a delta is missing', [snapshot(10), delta(1, 1), delta(4, 3)]],
    ['a delta comes twice', [snapshot(10), delta(1, 1), delta(1, 1)]],
    ['a delta comes before any snapshot', [delta(1, 1)]],
    ['a delta does not fit what is held', [snapshot(10), delta(1, 1), delta(-1, 2)]],
  ])('subscribes again when %s, and leaves the old subscription', async (_, events) => {
    const { seen, log, faults } = await follow([events, [snapshot(50), delta(5, 1)]])
    expect(seen.slice(-2)).toEqual([50, 55])
    expect(log[0]).toBe('left')
    expect(faults).toEqual([])
  })

  it('never shows a state that skipped a delta, whatever is lost on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), async (arrives) => {
        const all = arrives.map((_, index) => delta(1, index + 1))
        const lossy = [snapshot(0), ...all.filter((_, index) => arrives[index])]
        const { seen } = await follow([lossy, [snapshot(arrives.length)]])
        const firstLost = arrives.indexOf(false)
        const inStep = firstLost < 0 ? arrives.length : firstLost
        expect(seen).toEqual([...Array.from({ length: inStep + 1 }, (__, value) => value), arrives.length])
      }),
    )
  })

  it('tries again after a failure, later each time, until something is heard', async () => {
    const broken = fail(new Error('gone'))
    const { delays, faults, seen } = await follow([[broken], [broken], [broken], [snapshot(1), broken], [broken]])
    expect(delays).toEqual([250, 500, 1000, 250, 500])
    expect(faults).toHaveLength(5)
    expect(seen).toEqual([1])
  })

  it('gives up where asking again cannot help', async () => {
    const refused = new ORPCError('forbidden', { data: { reason: 'role' } })
    await expect(follow([[fail(refused)], [snapshot(1)]])).rejects.toBe(refused)
  })

  it('waits longer and longer, but never longer than five seconds', () => {
    fc.assert(
      fc.property(fc.nat(1000), (attempt) => {
        expect(retryDelay(attempt)).toBeLessThanOrEqual(5000)
        expect(retryDelay(attempt + 1)).toBeGreaterThanOrEqual(retryDelay(attempt))
      }),
    )
  })
})
