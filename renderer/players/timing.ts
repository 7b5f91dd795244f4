/** The players' clock and waits, passed in so that tests decide what time it is. */

export interface Timing {
  /** Milliseconds since 1970 by this computer's clock, the one the gateway stamps units with. */
  now(): number
  /** Resolves after `ms`, or as soon as `signal` aborts: look at the signal, nothing is thrown. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export const browserTiming: Timing = {
  now: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
    }),
}

/** Delay before attempt number `attempt` (from 0): doubles from `first` up to `most`, in ms. */
export function backoff(attempt: number, first: number, most: number): number {
  return Math.min(most, first * 2 ** Math.min(attempt, 16))
}
