/** The one interface of all players: what plays a granted watch into a `<video>` and tells the truth about it. */
import type { StreamTrouble } from '../../native/contract/media-wire.ts'

/** Why there is no (new) picture; each has words in the locale. */
export type PlayerTrouble =
  | StreamTrouble
  /** The connection to the media gateway is down. */
  | 'wire'
  /** This browser does not decode the codec. */
  | 'codec'
  /** The decoder failed again and again. */
  | 'decoder'
  /** The HLS playlist or its segments cannot be had. */
  | 'playlist'

export interface PlayerReading {
  phase: 'connecting' | 'playing' | 'stale' | 'failed'
  /** Why it is not playing, as far as known. */
  trouble: PlayerTrouble | null
  /** Age of the picture on the screen in ms; null before the first one. */
  ageMs: number | null
  /**
   * How the age was measured. `frame`: now minus when the gateway received the shown frame (exact to one display
   * refresh). `program-date`: now minus the source's own wall clock (EXT-X-PROGRAM-DATE-TIME). `buffer`: distance to the
   * end of what was loaded plus the time since then: a lower bound.
   */
  ageBy: 'frame' | 'program-date' | 'buffer'
  /** Frames shown and thrown away since opening. */
  shown: number
  dropped: number
  /** RFC 6381, e.g. `avc1.640016`. */
  codec: string | null
}

export interface Player {
  /** Cheap and without side effects: a shared ticker calls it several times a second. `now` in ms since 1970. */
  read(now: number): PlayerReading
  /** Resolves when this player gave up; never rejects, never resolves after close(). */
  readonly ended: Promise<PlayerTrouble>
  /** Lets go of decoder, track, streams and the element's source. Idempotent. */
  close(): void
}

export interface PlayerTarget {
  video: HTMLVideoElement
}

/** A picture older than this (beyond what its path delays anyway) is stale. */
export const staleAfterMs = 2000

/** The phase as the tile shows it, from what every player knows. `pathDelayMs` is what the path delays by design. */
export function phaseOf(facts: { failed: boolean; ageMs: number | null }, pathDelayMs: number): PlayerReading['phase'] {
  if (facts.failed) return 'failed'
  if (facts.ageMs === null) return 'connecting'
  return facts.ageMs > staleAfterMs + pathDelayMs ? 'stale' : 'playing'
}
