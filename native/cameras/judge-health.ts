/** Decides from what was heard of a camera how it is. Pure. */
import type { CameraHealth, HealthReason } from '../contract/camera-health.ts'

/** What one look at a camera told. */
export interface Heard {
  at: number
  /** Null: it is well. */
  reason: HealthReason | null
  /** How long the answer took, in ms; null without one. */
  answerMs: number | null
  source: CameraHealth['source']
}

/** What is known of a camera, with what the next decision needs. */
export interface Known extends CameraHealth {
  /** Good or bad answers one after the other. */
  inRow: number
  wasGood: boolean
  /** Since when it has failed; null: its last answer was good. */
  failedSince: number | null
}

/** So many good answers make an unstable camera a good one. */
const goodInRow = 3
/** So many bad ones make it one that is down; one alone may be a lost packet. */
const badInRow = 2

export function unknownHealth(cameraId: string, now: number): Known {
  return {
    ...{ cameraId, state: 'unknown', since: now, reason: null, checkedAt: null, answerMs: null, source: 'round' },
    ...{ inRow: 0, wasGood: false, failedSince: null },
  }
}

export function judgeHealth(before: Known, heard: Heard): Known {
  const isGood = heard.reason === null
  const inRow = before.checkedAt !== null && before.wasGood === isGood ? before.inRow + 1 : 1
  const failedSince = isGood ? null : (before.failedSince ?? heard.at)
  const state = nextState(before, isGood, inRow)
  // One that is down has been since it first failed, not since that was certain.
  const since = state === before.state ? before.since : state === 'down' ? (failedSince ?? heard.at) : heard.at
  const reason = isGood ? (state === 'online' ? null : before.reason) : heard.reason
  const { at: checkedAt, answerMs, source } = heard
  return {
    cameraId: before.cameraId,
    state,
    since,
    reason,
    checkedAt,
    answerMs,
    source,
    inRow,
    wasGood: isGood,
    failedSince,
  }
}

function nextState({ state }: Known, isGood: boolean, inRow: number): CameraHealth['state'] {
  if (isGood) {
    if (state === 'unknown' || state === 'online') return 'online'
    return state === 'unstable' && inRow >= goodInRow ? 'online' : 'unstable'
  }
  return state === 'unknown' || state === 'down' || inRow >= badInRow ? 'down' : 'unstable'
}
