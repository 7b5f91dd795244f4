/** Notices that the machine slept or its network changed, so that nobody waits for a time-out that was meant for worse. */
import type { Clock } from '../clock.ts'

export interface WakeWatchOptions {
  clock: Clock
  /** The machine's network addresses as one text. */
  addresses: () => string
  woke: () => void
}

const lookMs = 1_000
/** A look that comes so much too late was slept over. */
const sleptMs = 4_000

/** Looks once a second until the answer is called. */
export function watchWaking({ clock, addresses, woke }: WakeWatchOptions): () => void {
  const ending = new AbortController()
  const look = async () => {
    for (let before = addresses(); ;) {
      const lookedAt = clock.now()
      await clock.sleep(lookMs, ending.signal)
      const now = addresses()
      if (now !== before || clock.now() - lookedAt > lookMs + sleptMs) woke()
      before = now
    }
  }
  look().catch(() => undefined)
  return () => ending.abort()
}
