/** Lets starts pass one after another: a scene full of HLS cameras must not load all playlists and first segments in the same moment. */
import type { Timing } from './timing.ts'

/** Resolves when it is one's turn, or the signal is aborted. */
export type StartTurns = (signal: AbortSignal) => Promise<void>

/** `gapMs` lies between two turns. */
export function createStartTurns(gapMs: number, { now, pause }: Timing): StartTurns {
  let freeAt = 0
  return async (signal) => {
    const at = Math.max(now(), freeAt)
    freeAt = at + gapMs
    if (at > now()) await pause(at - now(), signal)
  }
}
