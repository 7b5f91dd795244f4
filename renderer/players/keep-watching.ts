/**
 * Keeps one camera watched: asks for the watch, plays it by the best path there is, goes on by the next one when that fails, and when
 * the stream dies or freezes asks again with growing delays, until it is told to stop or nothing but a person can help.
 */
import type { Watch, WatchRequest } from '../../native/contract/camera.ts'
import { type Fault, isFinal, readFault } from '../link/faults.ts'
import type { Player, PlayerPath, PlayerReading, PlayerTrouble } from './player.ts'
import type { NoPlayer, PathChooser, PlayerChoice } from './player-choice.ts'
import type { Timing } from './timing.ts'

/** What stands between the operator and a picture: the gateway's or player's trouble, or a fault of the watch itself. */
export type ViewTrouble = { kind: 'player'; trouble: PlayerTrouble | NoPlayer } | { kind: 'fault'; fault: Fault }

export type ViewPhase = PlayerReading['phase'] | 'refused'

export interface ViewState {
  /** `asking` and `connecting` look the same: no picture yet. `refused`: trying again cannot help. */
  phase: ViewPhase
  trouble: ViewTrouble | null
  /** Since when there is no live picture, ms since 1970; null while playing. */
  since: number | null
  reading: PlayerReading | null
  /** The granted watch that is played; null while there is none. */
  watch: Watch | null
  /** The reading of this very moment, for what must match the picture on the screen; `at`: ms since 1970. */
  readNow?: () => { at: number; reading: PlayerReading | null }
}

export interface KeepWatchingOptions {
  request: WatchRequest
  watch(request: WatchRequest, signal: AbortSignal): Promise<Watch>
  unwatch(watchId: string): Promise<unknown>
  paths: PathChooser
  /** Opens the player of this path. */
  play(watch: Watch, path: PlayerPath, signal: AbortSignal): Promise<Player>
  timing: Timing
}

export interface Watching {
  /** Cheap: for the shared ticker. */
  read(): ViewState
  stop(): void
}

/** Without a first picture for this long, or frozen for this long, the watch is asked for anew (ms). */
const firstPictureLimitMs = 15_000
const frozenLimitMs = 10_000
const checkEveryMs = 1000

/**
 * Delay before the watch is asked for again (ms). Every watch is recorded, so a dead camera is not asked every second;
 * a lost workstation program is no camera's fault and nothing is recorded while it is away.
 */
export function rewatchDelay(failures: number, trouble: ViewTrouble | null): number {
  if (trouble?.kind === 'fault' && trouble.fault.reason === 'workstation-lost') return 1000
  return Math.min(1000 * 2 ** Math.min(failures, 8), 30_000)
}

type Chosen = Extract<PlayerChoice, { path: PlayerPath }>

export function keepWatching({ request, watch, unwatch, paths, play, timing }: KeepWatchingOptions): Watching {
  const stopped = new AbortController()
  const { signal } = stopped
  let player: Player | null = null
  let playing: Watch | null = null
  let chosen: Chosen | null = null
  let trouble: ViewTrouble | null = null
  let since: number | null = timing.now()
  let isRefused = false
  /** Until when no path is worth trying. */
  let quietUntil = 0

  /**
   * Waits until the player ends, freezes for good, a better path is worth trying or the watching stops; resolves with the
   * trouble.
   */
  async function watchOver(opened: Player, betterAt: number | null): Promise<PlayerTrouble | 'better-path' | null> {
    const startedAt = timing.now()
    let ending: PlayerTrouble | null = null
    const over = new AbortController()
    void opened.ended.then((reason) => {
      ending = reason
      over.abort()
    })
    const eitherOver = AbortSignal.any([signal, over.signal])
    while (!eitherOver.aborted) {
      await timing.pause(checkEveryMs, eitherOver)
      const { ageMs, trouble: known } = opened.read(timing.now())
      const waited = timing.now() - startedAt
      const limit = ageMs === null ? firstPictureLimitMs : frozenLimitMs
      // With a known trouble the gateway is alive and trying by itself; without one, something is lost on the way.
      if (known === null && waited > limit && (ageMs ?? limit + 1) > limit) return 'no-media'
      if (betterAt !== null && timing.now() >= betterAt && !eitherOver.aborted) return 'better-path'
    }
    return ending
  }

  /** One player from opening to closing; resolves with its end and whether it showed a picture. */
  async function playOnce(granted: Watch, choice: Chosen) {
    try {
      player = await play(granted, choice.path, signal)
      playing = granted
      chosen = choice
      if (signal.aborted) return { ending: null, hasShown: false }
      const ending = await watchOver(player, choice.againAt)
      const last = player.read(timing.now())
      if (last.ageMs !== null) since = timing.now() - last.ageMs
      return { ending, hasShown: last.shown > 0 }
    } finally {
      player?.close()
      player = null
      playing = null
    }
  }

  /** One watch from asking to giving back, by as many paths as it takes; resolves with whether it ever showed a picture. */
  async function watchOnce(): Promise<boolean> {
    const granted = await watch(request, signal)
    let hasEverShown = false
    try {
      while (!signal.aborted) {
        const choice = paths.choose(granted)
        if (choice.path === null) {
          trouble = { kind: 'player', trouble: choice.reason }
          isRefused = choice.againAt === null
          quietUntil = choice.againAt ?? 0
          break
        }
        const { ending, hasShown } = await playOnce(granted, choice)
        hasEverShown ||= hasShown
        if (ending === 'better-path') continue
        if (ending) trouble = { kind: 'player', trouble: ending }
        if (!ending || !paths.gaveUp(granted, choice.path, ending)) break
      }
      return hasEverShown
    } finally {
      unwatch(granted.watchId).catch(() => {}) // Native gives it back by itself when this window goes.
    }
  }

  async function run() {
    let failures = 0
    while (!signal.aborted && !isRefused) {
      try {
        failures = (await watchOnce()) ? 0 : failures + 1
      } catch (thrown) {
        if (signal.aborted) return
        const fault = readFault(thrown)
        trouble = { kind: 'fault', fault }
        isRefused = isFinal(fault)
        failures += 1
      }
      if (isRefused) return
      const delay = rewatchDelay(Math.max(0, failures - 1), trouble)
      await timing.pause(Math.max(delay, quietUntil - timing.now()), signal)
    }
  }
  void run()

  function read(): ViewState {
    const now = timing.now()
    const own = player?.read(now)
    const reading: PlayerReading | null = own ? { ...own, degraded: chosen?.degraded ?? null } : null
    if (reading?.phase === 'playing') {
      trouble = null
      since = null
      return { phase: 'playing', trouble, since, reading, watch: playing }
    }
    since ??= reading?.ageMs ? now - reading.ageMs : now
    const why: ViewTrouble | null = reading?.trouble ? { kind: 'player', trouble: reading.trouble } : trouble
    if (reading?.phase === 'stale') return { phase: 'stale', trouble: why, since, reading, watch: playing }
    const phase = isRefused ? 'refused' : why ? 'failed' : 'connecting'
    return { phase, trouble: why, since, reading, watch: playing }
  }

  return { read, stop: () => stopped.abort() }
}
