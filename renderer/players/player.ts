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
  /** The camera gives no still pictures. */
  | 'no-stills'

/**
 * How pictures come to the screen, best first: access units through WebCodecs; the same as fragmented MP4 through Media
 * Source; still pictures, about one a second. `hls` is the only and best way of an HLS source.
 */
export type PlayerPath = 'webcodecs' | 'mse' | 'hls' | 'stills'

/** Why the best way is not taken; each has words in the locale. */
export type Degradation =
  /** This browser lacks it. */
  | 'no-webcodecs'
  | 'no-track-generator'
  | 'no-media-source'
  /** It was tried, see `PlayerTrouble`. */
  | 'codec'
  | 'decoder'

export interface PlayerReading {
  phase: 'connecting' | 'playing' | 'stale' | 'failed'
  /** Why it is not playing, as far as known. */
  trouble: PlayerTrouble | null
  /** Age of the picture on the screen in ms; null before the first one. */
  ageMs: number | null
  /**
   * How the age was measured. `frame`: now minus when the gateway received the shown frame (exact to one display
   * refresh). `program-date`: now minus the source's own wall clock (EXT-X-PROGRAM-DATE-TIME). `buffer`: distance to the
   * end of what was loaded plus the time since then: a lower bound. `still`: now minus when the camera was asked for the
   * picture; what the camera itself keeps back is not known.
   */
  ageBy: 'frame' | 'program-date' | 'buffer' | 'still'
  /** Frames shown and thrown away since opening. */
  shown: number
  dropped: number
  /** RFC 6381, e.g. `avc1.640016`. */
  codec: string | null
  path: PlayerPath
  /** Why it is not the best way there is; null when it is. */
  degraded: Degradation | null
  /** What came over the wire in the last seconds; null while there is too little to tell. */
  bitsPerSecond: number | null
}

/** What a player knows by itself: why it was chosen is the chooser's business. */
export type OwnReading = Omit<PlayerReading, 'degraded'>

export interface Player {
  /** Cheap and without side effects: a shared ticker calls it several times a second. `now` in ms since 1970. */
  read(now: number): OwnReading
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
