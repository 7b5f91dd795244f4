/** A clock that stands until a test moves it; sleepers wake in order, and each wakes before time goes on. */
import type { Clock } from '../../native/clock.ts'

export interface ManualClock extends Clock {
  /** How many sleep now. */
  sleepers(): number
  advance(ms: number): Promise<void>
}

export function manualClock(start: number): ManualClock {
  let now = start
  let sleepers: { at: number; wake: () => void }[] = []
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    now: () => now,
    sleepers: () => sleepers.length,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.push(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper)
          reject(signal.reason)
        })
      }),
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const next = sleepers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (!next) break
        now = Math.max(now, next.at)
        sleepers = sleepers.filter((other) => other !== next)
        next.wake()
        await settle()
      }
      now = end
      await settle()
    },
  }
}
