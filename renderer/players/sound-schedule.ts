/** When a piece of sound is to be heard: in step with the picture, in one piece with what came before, and never later and later. Pure. */

/** How long (ms) after it was received the end of a piece is heard: what a busy machine needs to bring it in time. */
const targetMs = 150
/** How much is left for that at least, and at most: on a machine that brings everything late, for as long as its pictures still count as live. */
const leastSlackMs = 60
const mostSlackMs = 2_000
/** How far from its time it may be heard to stay in one piece with the one before. */
const toleranceMs = 100
/** The soonest that a piece can be begun. */
const soonestMs = 5

export interface SoundPiece {
  /** Of its last packet, ms since 1970. */
  receivedAt: number
  /** How much later the picture of the same instant comes. */
  aheadMs: number
  durationMs: number
}

/** What the pieces of the last seconds took from the gateway to here (ms) decides; a single stall does not. */
export function slackOf(delays: readonly number[]): number {
  const usual = delays.toSorted((a, b) => a - b)[delays.length >> 1] ?? 0
  return Math.min(usual + leastSlackMs, mostSlackMs)
}

/** When its beginning is due, ms since 1970. */
export function dueAt({ receivedAt, aheadMs, durationMs }: SoundPiece, slackMs: number): number {
  return receivedAt + aheadMs + Math.max(targetMs - durationMs, slackMs)
}

export interface Placing {
  /** Ms from now. */
  startsIn: number
  /** What is still to be heard by then ends there: it is too far behind. */
  cuts: boolean
}

/** `dueIn`: ms from now; `queuedMs`: how long what was placed before still sounds, 0 when it is over. Null: too old to be heard. */
export function placeSound({ dueIn, queuedMs }: { dueIn: number; queuedMs: number }): Placing | null {
  if (queuedMs > 0 && Math.abs(queuedMs - dueIn) <= toleranceMs) return { startsIn: queuedMs, cuts: false }
  if (dueIn < -toleranceMs) return null
  const startsIn = Math.max(dueIn, soonestMs)
  return { startsIn, cuts: queuedMs > startsIn }
}
