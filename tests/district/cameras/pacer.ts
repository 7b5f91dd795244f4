/** Calls back once for every frame that falls due by the wall clock. */
import { dueAt, frameNumberAt, frameRate } from './loop.ts'

export interface PacerOptions {
  /** Milliseconds since 1970. */
  now: () => number
  signal: AbortSignal
  onFrame: (frame: number) => void
}

/** After a pause longer than this (a suspended machine) the missed frames are skipped, not caught up. */
const mostMissed = 2 * frameRate

/** Runs until the signal aborts. A late timer is caught up frame by frame; a clock set back starts anew from there. */
export function startPacer({ now, signal, onFrame }: PacerOptions): void {
  let last = frameNumberAt(now())
  let timer: NodeJS.Timeout
  const step = (): void => {
    const newest = frameNumberAt(now())
    if (newest - last > mostMissed || newest < last) last = newest - 1
    while (last < newest) onFrame(++last)
    timer = setTimeout(step, Math.max(1, dueAt(last + 1) - now()))
  }
  timer = setTimeout(step, Math.max(1, dueAt(last + 1) - now()))
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
}
