/** Decides by which path a granted watch is shown in this browser now, and says why not by a better one. */
import type { Watch } from '../../native/contract/camera.ts'
import type { Bar, PathMemory } from './path-memory.ts'
import type { Degradation, PlayerPath } from './player.ts'
import { trackGenerator } from './track-stage.ts'

export interface PlaybackCapabilities {
  /** VideoDecoder: in secure contexts only. */
  webCodecs: boolean
  /** MediaStreamTrackGenerator: Chromium only. */
  trackGenerator: boolean
  /** Media Source Extensions. */
  mediaSource: boolean
}

export interface ChoiceFacts {
  player: Watch['player']
  can: PlaybackCapabilities
  /** The camera may be asked for still pictures. */
  hasStills: boolean
  bars: ReadonlyMap<PlayerPath, Bar>
}

export type NoPlayer = Degradation | 'no-stills'

/** `againAt`: when a better path is worth trying again, ms since 1970; null: not before this browser is another one. */
export type PlayerChoice = { againAt: number | null } & (
  { path: PlayerPath; degraded: Degradation | null } | { path: null; reason: NoPlayer }
)

/** Best first. */
const ladders: Record<Watch['player'], readonly PlayerPath[]> = {
  'access-units': ['webcodecs', 'mse', 'stills'],
  hls: ['hls'],
}

/** What stands against a path for good. */
function lackOf(path: PlayerPath, { can, hasStills }: ChoiceFacts): NoPlayer | null {
  if (path === 'webcodecs') return !can.webCodecs ? 'no-webcodecs' : can.trackGenerator ? null : 'no-track-generator'
  if (path === 'stills') return hasStills ? null : 'no-stills'
  return can.mediaSource ? null : 'no-media-source'
}

export function choosePlayer(facts: ChoiceFacts): PlayerChoice {
  let degraded: Degradation | null = null
  let againAt: number | null = null
  for (const path of ladders[facts.player]) {
    const lack = lackOf(path, facts)
    const bar = lack ? undefined : facts.bars.get(path)
    const obstacle = lack ?? bar?.reason
    if (!obstacle) return { path, degraded, againAt }
    if (bar) againAt = Math.min(againAt ?? Infinity, bar.until)
    // What a person should read is why there is no video, not that there are no still pictures either.
    if (obstacle !== 'no-stills') degraded = obstacle
  }
  return { path: null, reason: degraded ?? 'no-stills', againAt }
}

export function playbackCapabilities(): PlaybackCapabilities {
  return {
    webCodecs: 'VideoDecoder' in globalThis,
    trackGenerator: trackGenerator() !== null,
    mediaSource: 'MediaSource' in globalThis,
  }
}

/** The choice for one stream of one camera, which learns from what went wrong. */
export interface PathChooser {
  choose(watch: Watch): PlayerChoice
  /** A player gave up. True: the next choice is another path. */
  gaveUp(watch: Watch, path: PlayerPath, trouble: string): boolean
}

export interface PathChooserOptions {
  /** Whose memory it is, e.g. camera and profile. */
  key: string
  hasStills: boolean
  can: PlaybackCapabilities
  memory: PathMemory
  now(): number
}

export function createPathChooser({ key, hasStills, can, memory, now }: PathChooserOptions): PathChooser {
  return {
    choose: ({ player }) => choosePlayer({ player, can, hasStills, bars: memory.barsOf(key, now()) }),
    gaveUp({ player }, path, trouble) {
      const isOfPath = trouble === 'codec' || trouble === 'decoder' || trouble === 'no-stills'
      // The only way there is is tried again like any other trouble.
      if (!isOfPath || ladders[player].length === 1) return false
      memory.bar(key, path, trouble, now())
      return true
    },
  }
}
