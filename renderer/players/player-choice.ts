/** Decides which player shows a granted watch in this browser, and says why in a key that the locale has words for. */
import type { Watch } from '../../native/contract/camera.ts'
import { trackGenerator } from './track-stage.ts'

export interface PlaybackCapabilities {
  /** VideoDecoder: in secure contexts only. */
  webCodecs: boolean
  /** MediaStreamTrackGenerator: Chromium only. */
  trackGenerator: boolean
  /** Media Source Extensions. */
  mediaSource: boolean
}

export type PlayerChoice =
  | { player: 'webcodecs' | 'hls'; reason: 'shortest-path' | 'source-is-hls' }
  | { player: null; reason: 'no-webcodecs' | 'no-track-generator' | 'no-media-source' }

export function choosePlayer(watch: Watch, can: PlaybackCapabilities): PlayerChoice {
  if (watch.player === 'hls') {
    return can.mediaSource ? { player: 'hls', reason: 'source-is-hls' } : { player: null, reason: 'no-media-source' }
  }
  // Access units without WebCodecs go into fragmented MP4 and Media Source one day: that player joins here.
  if (!can.webCodecs) return { player: null, reason: 'no-webcodecs' }
  if (!can.trackGenerator) return { player: null, reason: 'no-track-generator' }
  return { player: 'webcodecs', reason: 'shortest-path' }
}

export function playbackCapabilities(): PlaybackCapabilities {
  return {
    webCodecs: 'VideoDecoder' in globalThis,
    trackGenerator: trackGenerator() !== null,
    mediaSource: 'MediaSource' in globalThis,
  }
}
