/** Remembers for a while which path failed for which camera, so that a tile does not stumble over the same stone at every opening. */
import type { PlayerPath } from './player.ts'

export interface Bar {
  reason: 'codec' | 'decoder' | 'no-stills'
  /** Until when the path is not tried, ms since 1970. */
  until: number
}

export interface PathMemory {
  bar(key: string, path: PlayerPath, reason: Bar['reason'], now: number): void
  /** Those that hold at this moment. */
  barsOf(key: string, now: number): ReadonlyMap<PlayerPath, Bar>
}

/** A decoder that gave up may have been short of something; a codec stays what it is until somebody changes the camera. */
const firstHoldMs = { decoder: 60_000, codec: 300_000, 'no-stills': 300_000 }
const longestHoldMs = 900_000
/** Cameras with a memory; the oldest goes first. */
const mostKeys = 2000

export function createPathMemory(): PathMemory {
  const kept = new Map<string, Map<PlayerPath, Bar & { failures: number }>>()
  return {
    bar(key, path, reason, now) {
      const bars = kept.get(key) ?? new Map<PlayerPath, Bar & { failures: number }>()
      const before = bars.get(path)
      // What went well for so long is no repetition.
      const failures = before && now - before.until < longestHoldMs ? before.failures + 1 : 0
      const hold = Math.min(firstHoldMs[reason] * 2 ** Math.min(failures, 8), longestHoldMs)
      bars.set(path, { reason, until: now + hold, failures })
      kept.delete(key)
      kept.set(key, bars)
      if (kept.size > mostKeys) kept.delete(kept.keys().next().value!)
    },
    barsOf: (key, now) => new Map([...(kept.get(key) ?? [])].filter(([, { until }]) => until > now)),
  }
}
