/** Judges an access-unit stream from what the gateway says and from what is really shown: words alone are not trusted. */
import type { MediaNotice } from '../../native/contract/media-wire.ts'
import { phaseOf, type PlayerReading, type PlayerTrouble } from './player.ts'

type StateNotice = Extract<MediaNotice, { type: 'state' }>

/**
 * Frames that must be shown after every start before a picture counts as live: a frozen camera gives each newcomer one old
 * key frame, and that must not look like a recovery.
 */
const provingFrames = 2
/**
 * How much earlier (ms) than its age says a picture is called stale: what is read now stands on the tile until the next reading, a quarter of a
 * second later and late on a busy machine, and the picture left the camera before the gateway received it.
 */
const saidEarlierMs = 500

export interface StreamHealth {
  /** `shown`: frames shown until now. */
  told(notice: StateNotice, shown: number): void
  /** The wire broke: nothing is known until the gateway says something again. */
  lost(): void
  ended(reason: PlayerTrouble): void
  judge(shown: number, ageMs: number | null): Pick<PlayerReading, 'phase' | 'trouble'>
}

export function createStreamHealth(): StreamHealth {
  let trouble: PlayerTrouble | null = null
  let hasEnded = false
  let isDown = false
  let liveFrom = Infinity

  return {
    told(notice, shown) {
      if (notice.trouble) trouble = notice.trouble
      if (notice.state === 'failed') isDown = true
      if (notice.state !== 'playing') liveFrom = Infinity
      else if (liveFrom === Infinity) liveFrom = shown + provingFrames
    },
    lost() {
      trouble ??= 'wire'
      liveFrom = Infinity
    },
    ended(reason) {
      hasEnded = true
      trouble = reason
    },
    judge(shown, ageMs) {
      if (shown >= liveFrom && !hasEnded) {
        trouble = null
        isDown = false
      }
      const isProven = shown >= Math.min(liveFrom, provingFrames)
      const phase = phaseOf({ failed: isDown || hasEnded, ageMs: isProven ? ageMs : null }, -saidEarlierMs)
      return { phase, trouble: phase === 'playing' ? null : trouble }
    },
  }
}
