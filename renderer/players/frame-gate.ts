/**
 * Decides which access units go into the decoder. WebCodecs has no back-pressure: without this, overload grows into
 * seconds of lag. Frames are dropped up to a key frame, so the picture jumps but never falls behind.
 */

export interface GateLimits {
  /** A frame that spent less than this in the decoder (ms) proves that it keeps up. How late it came there is not its fault. */
  freshMs: number
  /** How long (ms) the decoder may be late, e.g. while it works through the cached group of pictures. */
  graceMs: number
  /** Units waiting in the decoder that count as a queue at all. */
  queue: number
  /** Units that may wait whatever their age. */
  mostQueued: number
}

export const wallLimits: GateLimits = { freshMs: 300, graceMs: 600, queue: 3, mostQueued: 120 }

/** `restart`: throw away what waits in the decoder; the unit itself is dropped unless it is a key frame. */
export type Verdict = 'decode' | 'drop' | 'restart'

export interface FrameGate {
  /** `queued` is the decoder's `decodeQueueSize`. */
  admit(unit: { key: boolean }, queued: number, now: number): Verdict
  /** A frame came out of the decoder after so long (ms). */
  decoded(spentMs: number, now: number): void
  /** The chain of frames broke (error, gap, new codec): wait for a key frame. */
  broken(): void
}

export function createFrameGate(limits: GateLimits): FrameGate {
  let awaitsKey = true
  let freshAt = 0

  return {
    admit(unit, queued, now) {
      if (awaitsKey) {
        if (!unit.key) return 'drop'
        awaitsKey = false
        freshAt = now
        return 'decode'
      }
      const isLate = queued >= limits.queue && now - freshAt > limits.graceMs
      if (!isLate && queued < limits.mostQueued) return 'decode'
      awaitsKey = !unit.key
      freshAt = now
      return 'restart'
    },
    decoded(spentMs, now) {
      if (spentMs < limits.freshMs) freshAt = now
    },
    broken() {
      awaitsKey = true
    },
  }
}
