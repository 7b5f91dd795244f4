/** Serves a topic of the contract: a snapshot, then what differs each time the state has changed. */
import type { Clock } from './clock.ts'
import type { Topic } from './contract/contract.ts'
import type { Signal } from './signal.ts'

export interface TopicSource<State, Delta> {
  /** Says that `read` may answer something else now. */
  changed: Signal<unknown>
  read(): State
  /** Undefined when nothing that this subscriber sees has changed; null is a value like any other. */
  differ(before: State, after: State): Delta | undefined
}

/** How soon after one delta the next may follow, in ms: bursts become one delta. */
const pace = 50

/**
 * Yields until `signal` aborts. A slow reader costs nothing: the state is read when the reader asks,
 * so it skips what came in between instead of queueing it.
 */
export async function* followTopic<State, Delta>(
  source: TopicSource<State, Delta>,
  clock: Clock,
  signal: AbortSignal | undefined,
): AsyncGenerator<Topic<State, Delta>, void, void> {
  let isDirty = false
  let wake: (() => void) | null = null
  const touch = () => {
    isDirty = true
    wake?.()
  }
  const unsubscribe = source.changed.subscribe(touch)
  signal?.addEventListener('abort', touch)
  try {
    let state = source.read()
    let sequence = 0
    yield { kind: 'snapshot', sequence, snapshot: state }
    while (!signal?.aborted) {
      if (!isDirty) {
        await new Promise<void>((resolve) => (wake = resolve))
        wake = null
      }
      if (signal?.aborted) return
      isDirty = false
      const next = source.read()
      const delta = source.differ(state, next)
      state = next
      if (delta === undefined) continue
      sequence += 1
      yield { kind: 'delta', sequence, delta }
      await clock.sleep(pace, signal).catch(() => undefined)
    }
  } finally {
    unsubscribe()
    signal?.removeEventListener('abort', touch)
  }
}

/** For a small state that is sent whole whenever it is another one. */
export function wholeState<State>(changed: Signal<unknown>, read: () => State): TopicSource<State, State> {
  return {
    changed,
    read,
    differ: (before, after) => (JSON.stringify(before) === JSON.stringify(after) ? undefined : after),
  }
}
