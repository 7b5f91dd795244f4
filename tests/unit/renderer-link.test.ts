/** The link to the native program: comes back by itself, says when it is gone, and hangs for nobody. */
import { describe, expect, it } from 'vitest'
import { nextTick, watch } from 'vue'
import type { Topic } from '../../native/contract/contract.ts'
import { type Connection, type ContractClient, EntryRefused, type Host } from '../../renderer/host/host.ts'
import { createLink } from '../../renderer/link/link.ts'

const noPause = () => Promise.resolve()

/** A host whose connections are opened and cut by the test. Each attempt takes the next of `outcomes`. */
function hostOf(outcomes: (ContractClient | Error)[]) {
  const cuts: (() => void)[] = []
  const host: Host = {
    can: () => false,
    openWall: () => Promise.resolve(),
    displays: () => Promise.resolve([]),
    async connect(signal): Promise<Connection> {
      const outcome = outcomes.shift()
      if (outcome instanceof Error) throw outcome
      if (!outcome) return await new Promise((_, reject) => signal.addEventListener('abort', reject, { once: true }))
      const closed = Promise.withResolvers<void>()
      cuts.push(closed.resolve)
      return { client: outcome, closed: closed.promise, close: closed.resolve }
    },
  }
  return { host, cut: () => cuts.shift()?.() }
}

/** A client whose one topic yields a snapshot and then waits until its subscription is given up. */
function clientOf(value: number): ContractClient {
  async function* topic(signal: AbortSignal): AsyncGenerator<Topic<number, number>> {
    yield { kind: 'snapshot', sequence: 0, snapshot: value }
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  }
  return { topic } as unknown as ContractClient
}
const topicOf = (client: ContractClient) =>
  (client as unknown as { topic(signal: AbortSignal): AsyncGenerator<Topic<number, number>> }).topic

describe('the link', () => {
  it('connects, comes back after a cut, and tells its phases', async () => {
    const { host, cut } = hostOf([clientOf(1), new Error('not yet'), clientOf(2)])
    const link = createLink(host, noPause)
    const phases = [link.phase.value]
    watch(link.phase, (phase) => phases.push(phase), { flush: 'sync' })
    await expect(link.call(async () => 'answer')).resolves.toBe('answer')
    cut()
    await expect.poll(() => link.phase.value).toBe('open')
    await expect.poll(() => phases.join()).toBe('connecting,open,lost,open')
    link.close()
  })

  it('carries a topic over a cut', async () => {
    const { host, cut } = hostOf([clientOf(1), clientOf(2)])
    const link = createLink(host, noPause)
    const stop = new AbortController()
    const seen: number[] = []
    const followed = link.follow<number, number>(
      // The connection's end is what a real client turns into a failed stream.
      async (client, signal) => topicOf(client)(AbortSignal.any([signal, ends.signal])),
      {
        signal: stop.signal,
        pause: noPause,
        onSnapshot: (value) => void seen.push(value),
        onDelta: () => true,
      },
    )
    let ends = new AbortController()
    await expect.poll(() => seen).toEqual([1])
    const first = ends
    ends = new AbortController()
    cut()
    await nextTick()
    first.abort(new Error('cut'))
    await expect.poll(() => seen).toEqual([1, 2])
    stop.abort()
    ends.abort(new Error('cut'))
    await followed
    link.close()
  })

  it('stays out when refused, until somebody asks again', async () => {
    const { host } = hostOf([new EntryRefused(), clientOf(1)])
    // The pause ends only by its signal, as the hour of a refused page does.
    const link = createLink(
      host,
      (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
    )
    await expect.poll(() => link.phase.value).toBe('refused')
    link.retry()
    await expect.poll(() => link.phase.value).toBe('open')
    link.close()
  })

  it('fails a call that a cut leaves unanswered, and says whose fault it is', async () => {
    const { host, cut } = hostOf([clientOf(1)])
    const link = createLink(host, noPause)
    const call = link.call(() => new Promise<never>(() => undefined))
    await expect.poll(() => link.phase.value).toBe('open')
    cut()
    await expect(call).rejects.toMatchObject({ fault: { code: 'offline', reason: 'workstation-lost' } })
    link.close()
  })

  it('ends a call with its caller', async () => {
    const { host } = hostOf([clientOf(1)])
    const link = createLink(host, noPause)
    const leaving = new AbortController()
    const call = link.call(() => new Promise<never>(() => undefined), { signal: leaving.signal })
    leaving.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    link.close()
  })
})
