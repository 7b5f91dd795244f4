/** Decides from what was heard of a camera how it is. Pure. */
import type { CameraHealth, HealthReason } from '../contract/camera-health.ts'

/** What one look at a camera told, or its stream. */
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
  /** Since when it is good or bad without a break: when that was first heard. */
  turnedAt: number
  wasGood: boolean
  /** When it last turned bad, the latest times of it. */
  falls: number[]
}

/** In ms. A single bad answer may be a lost packet, a single good one luck. */
const downAfterMs = 12_000
const wellAfterMs = 20_000
/** One that fell so often in so long restarts again and again: it is unstable until it is clearly one or the other. */
const restlessFalls = 3
const restlessMs = 600_000
const restlessDownAfterMs = 60_000
const restlessWellAfterMs = 120_000

export function unknownHealth(cameraId: string, now: number): Known {
  return {
    ...{ cameraId, state: 'unknown', since: now, reason: null, checkedAt: null, answerMs: null, source: 'round' },
    ...{ turnedAt: now, wasGood: true, falls: [] },
  }
}

export function judgeHealth(before: Known, heard: Heard): Known {
  const { at, answerMs, source } = heard
  const isGood = heard.reason === null
  const hasTurned = before.checkedAt === null || before.wasGood !== isGood
  const turnedAt = hasTurned ? at : before.turnedAt
  const falls = hasTurned && !isGood ? [...before.falls, at].slice(-restlessFalls) : before.falls
  const isRestless = falls.length === restlessFalls && at - (falls[0] ?? 0) < restlessMs
  const state = nextState(before.state, { isGood, lastedMs: at - turnedAt, isRestless })
  // One that is down has been since it first failed, not since that was certain.
  const since = state === before.state ? before.since : state === 'down' ? turnedAt : at
  const reason = isGood ? (state === 'online' ? null : before.reason) : heard.reason
  return {
    ...{ cameraId: before.cameraId, state, since, reason, checkedAt: at, answerMs, source },
    ...{ turnedAt, wasGood: isGood, falls },
  }
}

interface Course {
  isGood: boolean
  lastedMs: number
  isRestless: boolean
}

function nextState(state: CameraHealth['state'], { isGood, lastedMs, isRestless }: Course): CameraHealth['state'] {
  if (isGood) {
    if (state === 'unknown' || state === 'online') return 'online'
    const wellMs = isRestless ? restlessWellAfterMs : wellAfterMs
    return state === 'unstable' && lastedMs >= wellMs ? 'online' : 'unstable'
  }
  if (state === 'unknown' || state === 'down') return 'down'
  return lastedMs >= (isRestless ? restlessDownAfterMs : downAfterMs) ? 'down' : 'unstable'
}
