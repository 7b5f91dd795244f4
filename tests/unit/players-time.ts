/** A clock for tests of the players: time passes only when a test says so. */
import type { Timing } from '../../renderer/players/timing.ts'

export interface ManualTime extends Timing {
  /** Lets this much time pass, waking whoever waited for it, in order. */
  advance(ms: number): Promise<void>
  readonly pauses: number
}

/** Lets everything that is ready to run do so. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

export function manualTime(start = 1_700_000_000_000): ManualTime {
  let now = start
  const sleepers = new Set<{ at: number; wake: () => void }>()
  return {
    now: () => now,
    pause: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const sleeper = { at: now + ms, wake }
        function wake() {
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.add(sleeper)
        signal.addEventListener('abort', wake)
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
    get pauses() {
      return sleepers.size
    },
  }
}
