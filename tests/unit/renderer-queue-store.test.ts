/** The queue store on an in-memory queue: one window on its way at a time, new cases marked until seen. */
import { createPinia } from 'pinia'
import { describe, expect, it } from 'vitest'
import { createApp } from 'vue'
import { differWindows } from '../../native/cases/case-queries.ts'
import { systemClock } from '../../native/clock.ts'
import type { QueueWindow } from '../../native/contract/contract.ts'
import { createEmitter } from '../../native/signal.ts'
import { followTopic as serveTopic } from '../../native/topic.ts'
import type { ContractClient } from '../../renderer/host/host.ts'
import { createLink, linkKey } from '../../renderer/link/link.ts'
import { useQueueStore } from '../../renderer/stores/queue.ts'
import { sampleRow } from './support.ts'

const row = (number: number) => sampleRow({ id: `c${number}`, number: `TZ-${number}`, reportedAt: number })

/** A native side that serves a queue the test can change, and counts what is asked of it. */
function openQueue(size: number) {
  let queue = Array.from({ length: size }, (_, index) => row(size - index))
  const changed = createEmitter<null>()
  const asked: number[] = []
  let open = 0
  async function* windowTopic(offset: number, limit: number, signal: AbortSignal) {
    open += 1
    const read = (): QueueWindow => ({ rows: queue.slice(offset, offset + limit), offset, total: queue.length })
    try {
      yield* serveTopic({ changed, read, differ: differWindows }, systemClock, signal)
    } finally {
      open -= 1
    }
  }
  const client = {
    cases: {
      queue: async (input: { offset: number; limit: number }, { signal }: { signal: AbortSignal }) => {
        asked.push(input.offset)
        return windowTopic(input.offset, input.limit, signal)
      },
    },
  } as unknown as ContractClient
  const link = createLink({
    can: () => false,
    openWall: () => Promise.resolve(),
    displays: () => Promise.resolve([]),
    connect: async () => ({ client, closed: new Promise<void>(() => undefined), close: () => undefined }),
  })
  const app = createApp({}).provide(linkKey, link).use(createPinia())
  return {
    store: app.runWithContext(() => useQueueStore()),
    asked,
    open: () => open,
    add(number: number) {
      queue = [row(number), ...queue]
      changed.emit(null)
    },
    link,
  }
}

describe('the queue store', () => {
  it('asks for the place where scrolling stops, not for all between', async () => {
    const { store, asked, open, link } = openQueue(375_967)
    store.open('all')
    await expect.poll(() => store.held?.total).toBe(375_967)
    for (let first = 0; first <= 300_000; first += 1000) store.show({ first, end: first + 30 })
    await expect.poll(() => store.held?.rows.some(({ id }) => id === 'c75967')).toBe(true)
    expect(asked.length).toBeLessThanOrEqual(3)
    await expect.poll(open).toBe(1)
    store.close()
    await expect.poll(open).toBe(0)
    link.close()
  })

  it('marks what came while it was open until it has been seen', async () => {
    const { store, add, link } = openQueue(10)
    store.open('all')
    await expect.poll(() => store.freshness).toBe('live')
    add(99)
    await expect.poll(() => store.held?.rows[0]?.id).toBe('c99')
    expect([...store.unseen]).toEqual(['c99'])
    store.markSeen(['c99'])
    expect(store.unseen.size).toBe(0)
    link.close()
  })

  it('starts another view without rows of the one before', async () => {
    const { store, link } = openQueue(10)
    store.open('open')
    await expect.poll(() => store.held?.total).toBe(10)
    store.open('all')
    expect([store.held, store.freshness]).toEqual([null, 'loading'])
    await expect.poll(() => store.freshness).toBe('live')
    link.close()
  })
})
