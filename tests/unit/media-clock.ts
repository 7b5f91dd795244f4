/** A clock for tests of the gateway: time passes only when a test says so. */
import type { Clock } from '../../native/clock.ts'

export interface ManualClock extends Clock {
  /** Lets this much time pass, waking whoever waited for it, in order. */
  advance(ms: number): Promise<void>
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

export function manualClock(start = 1_700_000_000_000): ManualClock {
  let now = start
  const sleepers = new Set<{ at: number; wake: () => void }>()
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const sleeper = { at: now + ms, wake }
        function wake() {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', aborted)
          resolve()
        }
        function aborted() {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', aborted, { once: true })
      }),
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const next = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        now = next.at
        next.wake()
        await settle()
      }
      now = end
    },
  }
}
