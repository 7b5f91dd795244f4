/** Tells the health of cameras from the streams that are looked at: one that plays is proof that its camera is well. */
import type { Clock } from '../clock.ts'
import type { HealthReason } from '../contract/camera-health.ts'
import type { WatchState } from '../media/media-server.ts'
import type { Signal } from '../signal.ts'
import { troubleReason } from './health-reasons.ts'
import type { WatchedCamera } from './watches.ts'

/** What a playing stream told counts for so long, in ms: it tells again sooner, and somebody may have stopped to look. */
const playingCountsMs = 20_000
/** A camera that is well is not told to be so more often than this, in ms. */
const againMs = 10_000

export interface StreamHealthOptions {
  states: Signal<WatchState>
  cameraOf: (watchId: string) => Pick<WatchedCamera, 'cameraId'> | null
  hear: (cameraId: string, reason: HealthReason | null) => void
  clock: Clock
}

interface Playing {
  cameraId: string
  at: number
}

/** Returns how to stop. */
export function tellHealthOfStreams({ states, cameraOf, hear, clock }: StreamHealthOptions): () => void {
  const playing = new Map<string, Playing>()
  /** When a camera was last told to be well; forgotten when it fails. */
  const toldWell = new Map<string, number>()

  function plays(watchId: string, cameraId: string, at: number): void {
    playing.set(watchId, { cameraId, at })
    if (at - (toldWell.get(cameraId) ?? -Infinity) < againMs) return
    toldWell.set(cameraId, at)
    hear(cameraId, null)
  }
  function fails(watchId: string, cameraId: string, reason: HealthReason): void {
    playing.delete(watchId)
    // Its other profile plays: then the camera is well, whatever ails this stream.
    if ([...playing.values()].some((other) => other.cameraId === cameraId)) return
    toldWell.delete(cameraId)
    hear(cameraId, reason)
  }
  return states.subscribe(({ watchId, state, trouble }) => {
    const at = clock.now()
    for (const [id, one] of playing) if (at - one.at >= playingCountsMs) playing.delete(id)
    const watched = cameraOf(watchId)
    if (!watched || state === 'connecting') return
    if (state === 'playing') return plays(watchId, watched.cameraId, at)
    const reason = trouble && troubleReason(trouble)
    if (reason) fails(watchId, watched.cameraId, reason)
  })
}
