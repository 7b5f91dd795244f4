/** Follows one topic: a snapshot, then deltas in step; a gap or a broken stream means subscribing again. */
import type { Topic } from '../../native/contract/contract.ts'
import { type Fault, isFinal, readFault } from './faults.ts'
import { pause as realPause, type Pause, retryDelay } from './waiting.ts'

export type Subscribe<S, D> = (signal: AbortSignal) => Promise<AsyncIterable<Topic<S, D>>>

export interface Following<S, D> {
  onSnapshot(snapshot: S): void
  /** Returns false when the delta does not fit what is held: that counts as a gap. */
  onDelta(delta: D): boolean | void
  /** Told before every new attempt after a failure, so that a screen can say that it is stale. */
  onFault?(fault: Fault): void
  signal: AbortSignal
  pause?: Pause
}

type Ending = 'gap' | 'ended'

/** Reads one subscription until it ends, fails or falls out of step. `onAlive` is called for its snapshot. */
async function readOnce<S, D>(
  events: AsyncIterable<Topic<S, D>>,
  following: Following<S, D>,
  onAlive: () => void,
): Promise<Ending> {
  let sequence: number | null = null
  for await (const event of events) {
    if (following.signal.aborted) return 'ended'
    if (event.kind === 'snapshot') {
      following.onSnapshot(event.snapshot)
      onAlive()
    } else {
      if (sequence === null || event.sequence !== sequence + 1) return 'gap'
      if (following.onDelta(event.delta) === false) return 'gap'
    }
    sequence = event.sequence
  }
  return 'ended'
}

/**
 * Resolves when the signal is aborted. Rejects only with what cannot get better by asking again
 * (`forbidden`, `not-found`, `invalid`); everything else is tried again after a bounded, growing delay.
 */
export async function followTopic<S, D>(subscribe: Subscribe<S, D>, following: Following<S, D>): Promise<void> {
  const { signal, pause = realPause } = following
  let failures = 0
  while (!signal.aborted) {
    // Each subscription has its own signal, so that leaving it early also closes it on the serving side.
    const subscription = new AbortController()
    const leave = () => subscription.abort()
    signal.addEventListener('abort', leave, { once: true })
    try {
      const events = await subscribe(subscription.signal)
      await readOnce(events, following, () => (failures = 0))
    } catch (thrown) {
      if (signal.aborted) return
      const fault = readFault(thrown)
      if (isFinal(fault)) throw thrown
      following.onFault?.(fault)
    } finally {
      signal.removeEventListener('abort', leave)
      subscription.abort()
    }
    if (!signal.aborted) await pause(retryDelay(failures++), signal)
  }
}
