/** What happens to a walk. Values in, values out. */
import type { Operator } from '../contract/case.ts'
import type { PatrolRoute, PatrolStop, PatrolWalk, WalkedStop, WalkRow } from '../contract/patrol.ts'

/** A walk of another workstation that says nothing for so long is over, in ms: its page or its machine is gone. */
export const silentMs = 12 * 3_600_000

export interface WalkBegin {
  runId: string
  route: { id: string; name: string; body: PatrolRoute }
  workstation: string
  operator: Pick<Operator, 'id' | 'name'>
  at: number
}

export function beginWalk({ runId, route, workstation, operator, at }: WalkBegin): PatrolWalk {
  const { revision, stops } = route.body
  return {
    ...{ runId, routeId: route.id, routeName: route.name, revision, stopCount: stops.length, workstation },
    by: { id: operator.id, name: operator.name },
    ...{ startedAt: at, endedAt: null, state: 'walking', at: null, done: [] },
  }
}

/** To come somewhere is to go on. */
export const arrived = (walk: PatrolWalk, stopId: string | null): PatrolWalk => ({
  ...walk,
  at: stopId,
  state: stopId === null ? walk.state : 'walking',
})

export type StopWords = Pick<WalkedStop, 'outcome' | 'why' | 'caseId'>

/** The last word on a stop counts, and stands where the first stood. */
export function marked(walk: PatrolWalk, stop: PatrolStop, words: StopWords, at: number): PatrolWalk {
  const word: WalkedStop = {
    ...{ stopId: stop.id, cameraId: stop.cameraId, ...words, by: walk.by, at, lookedMs: 0, reason: '' },
  }
  const isThere = walk.done.some(({ stopId }) => stopId === stop.id)
  const done = isThere ? walk.done.map((one) => (one.stopId === stop.id ? word : one)) : [...walk.done, word]
  return { ...walk, done }
}

export const paused = (walk: PatrolWalk): PatrolWalk => ({ ...walk, state: 'paused', at: null })
export const resumed = (walk: PatrolWalk): PatrolWalk => ({ ...walk, state: 'walking' })
/** It never ends before it began, also when the clock was put back meanwhile. */
export const ended = <Walk extends PatrolWalk>(walk: Walk, at: number): Walk => ({
  ...walk,
  ...{ state: 'ended', at: null, endedAt: Math.max(at, walk.startedAt) },
})

/** As another workstation's walk is shown: `saidAt` is when it said something last. */
export function shownOfOthers(walk: WalkRow, saidAt: number, now: number): WalkRow {
  return walk.state === 'ended' || now - saidAt < silentMs ? walk : ended(walk, saidAt)
}

export function byStart(one: WalkRow, other: WalkRow): number {
  return other.startedAt - one.startedAt || (one.id < other.id ? -1 : 1)
}
