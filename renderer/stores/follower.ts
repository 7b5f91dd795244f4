/** One topic at a time for a store: starting again replaces the one before, stopping closes it. */
import { type Ref, shallowRef } from 'vue'
import { type Fault, readFault } from '../link/faults.ts'
import type { Following } from '../link/topic.ts'

/** `stale`: what is shown was true once, and asking again goes on. `failed`: asking again cannot help. */
export type Freshness = 'idle' | 'loading' | 'live' | 'stale' | 'failed'

export interface Follower<S, D> {
  freshness: Ref<Freshness>
  fault: Ref<Fault | null>
  start(follow: (following: Following<S, D>) => Promise<void>): void
  stop(): void
}

export function createFollower<S, D>(handlers: Pick<Following<S, D>, 'onSnapshot' | 'onDelta'>): Follower<S, D> {
  const freshness = shallowRef<Freshness>('idle')
  const fault = shallowRef<Fault | null>(null)
  let running: AbortController | null = null

  function stop(): void {
    running?.abort()
    running = null
    freshness.value = 'idle'
    fault.value = null
  }

  function start(follow: (following: Following<S, D>) => Promise<void>): void {
    const wasLive = freshness.value === 'live' || freshness.value === 'stale'
    running?.abort()
    const mine = new AbortController()
    running = mine
    if (!wasLive) freshness.value = 'loading'
    fault.value = null
    const ifMine = (act: () => void) => running === mine && act()
    follow({
      signal: mine.signal,
      onSnapshot: (snapshot) =>
        ifMine(() => {
          handlers.onSnapshot(snapshot)
          freshness.value = 'live'
          fault.value = null
        }),
      onDelta: (delta) => (running === mine ? handlers.onDelta(delta) : undefined),
      onFault: (failure) =>
        ifMine(() => {
          fault.value = failure
          if (freshness.value === 'live') freshness.value = 'stale'
        }),
    }).catch((thrown: unknown) =>
      ifMine(() => {
        fault.value = readFault(thrown)
        freshness.value = 'failed'
      }),
    )
  }

  return { freshness, fault, start, stop }
}
