/** Keeps one connection to the native program: reconnects with a bounded delay, and carries calls and topics over it. */
import { type InjectionKey, inject, readonly, type Ref, shallowRef } from 'vue'
import type { Topic } from '../../native/contract/contract.ts'
import { type ContractClient, EntryRefused, type Host } from '../host/host.ts'
import { FaultError } from './faults.ts'
import { type Following, followTopic } from './topic.ts'
import { pause as realPause, type Pause, retryDelay } from './waiting.ts'

/** `refused` stays until somebody asks again: the page needs a new ticket. */
export type LinkPhase = 'connecting' | 'open' | 'lost' | 'refused'

export interface Link {
  readonly phase: Readonly<Ref<LinkPhase>>
  /**
   * One command. Waits up to 3 s for a connection and up to `limitMs` (20 s) for the answer.
   * Rejects with what native threw, or with a FaultError when the native program is gone.
   */
  call<T>(
    run: (client: ContractClient, signal: AbortSignal) => Promise<T>,
    options?: { signal?: AbortSignal; limitMs?: number },
  ): Promise<T>
  /** One topic, across reconnects, until its signal is aborted. Rejects as `followTopic` does. */
  follow<S, D>(
    subscribe: (client: ContractClient, signal: AbortSignal) => Promise<AsyncIterable<Topic<S, D>>>,
    following: Following<S, D>,
  ): Promise<void>
  /** Tries to connect at once. */
  retry(): void
  close(): void
}

const connectLimitMs = 10_000
const waitForConnectionMs = 3_000
const callLimitMs = 20_000
const hourMs = 3_600_000

const lost = () => new FaultError({ code: 'offline', reason: 'workstation-lost' })

/** Settles with the promise, or rejects as soon as the signal is aborted. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

interface Opened {
  client: ContractClient
  /** Aborted with a FaultError when the connection is gone. */
  gone: AbortSignal
}

export function createLink(host: Host, pause: Pause = realPause): Link {
  const phase = shallowRef<LinkPhase>('connecting')
  const closing = new AbortController()
  let opened = Promise.withResolvers<Opened>()
  let hurry = new AbortController()

  /** One connection from opening to its end. */
  async function connectOnce(): Promise<void> {
    const { client, closed, close } = await host.connect(
      AbortSignal.any([closing.signal, AbortSignal.timeout(connectLimitMs)]),
    )
    const gone = new AbortController()
    opened.resolve({ client, gone: gone.signal })
    phase.value = 'open'
    await orAborted(closed, closing.signal).catch(close)
    gone.abort(lost())
    opened = Promise.withResolvers<Opened>()
    phase.value = 'lost'
  }

  async function keep(): Promise<void> {
    let failures = 0
    while (!closing.signal.aborted) {
      try {
        await connectOnce()
        failures = 0
      } catch (thrown) {
        phase.value = thrown instanceof EntryRefused ? 'refused' : 'lost'
      }
      hurry = new AbortController()
      const wait = phase.value === 'refused' ? hourMs : retryDelay(failures++)
      await pause(wait, AbortSignal.any([closing.signal, hurry.signal]))
    }
  }
  void keep()

  return {
    phase: readonly(phase),
    async call(run, { signal, limitMs = callLimitMs } = {}) {
      const given = signal ? [signal] : []
      const soon = AbortSignal.any([...given, AbortSignal.timeout(waitForConnectionMs)])
      const { client, gone } = await orAborted(opened.promise, soon).catch(() => {
        throw signal?.aborted ? signal.reason : lost()
      })
      const limit = AbortSignal.any([...given, gone, AbortSignal.timeout(limitMs)])
      // The limit is raced as well: an abort is only a message, and the other side may be the one that hangs.
      return await orAborted(run(client, limit), limit)
    },
    follow(subscribe, following) {
      return followTopic(async (signal) => {
        const { client } = await orAborted(opened.promise, signal)
        return await subscribe(client, signal)
      }, following)
    },
    retry: () => hurry.abort(),
    close: () => closing.abort(),
  }
}

export const linkKey: InjectionKey<Link> = Symbol('link')

/** The link of this console, for stores. */
export function useLink(): Link {
  const link = inject(linkKey)
  if (!link) throw new Error('No link was provided to this console.')
  return link
}
