/** The one clock of all clips: loops run in lock-step with the wall clock, so a frame's index tells when it was sent. */

/** Frames a second of every clip. */
export const frameRate = 15
/** Frames of one loop. */
export const loopFrames = 300
/** Length of one loop in ms: 20 s. */
export const loopMs = (loopFrames * 1000) / frameRate

/** Frames due since 1970 at `now` (ms since 1970): the number of the newest one. */
export function frameNumberAt(now: number): number {
  // The half keeps 66.666… ms from falling just short of its own boundary.
  return Math.floor((now * frameRate + 0.5) / 1000)
}

/** When frame number `frame` is due, in ms since 1970. */
export function dueAt(frame: number): number {
  return (frame * 1000) / frameRate
}

/** The index within the loop that frame number `frame` carries in its barcode. */
export function loopIndex(frame: number): number {
  return ((frame % loopFrames) + loopFrames) % loopFrames
}

/**
 * When the frame with this index was last sent, in ms since 1970: the newest such instant not after `now`.
 * Right for any delay below `loopMs`. The sender may be late by its timer (about a millisecond), never early.
 */
export function sentAt(frameIndex: number, now: number): number {
  const newest = frameNumberAt(now)
  return dueAt(newest - loopIndex(newest - frameIndex))
}
