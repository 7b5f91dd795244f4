/** What stands beside the routes: what is due and how it stands, which runs are under way, and how one gets into a walk. Pure. */
import type { DueWalk, WalkRow } from '../../../../native/contract/patrol.ts'
import { wordsOfRun } from '../../../../native/contract/patrol-run.ts'
import type { Mark } from '../../../parts/mark.ts'
import type { PatrolTime } from '../../../stores/patrol-drafts.ts'

/** A walk begun within this time answers what is due. */
const answerMs = 2 * 3_600_000

export type DueState = 'done' | 'walking' | 'paused' | 'later' | 'now' | 'missed'
export const dueMarks: Record<DueState, Mark> = {
  ...{ done: 'ok', walking: 'soon', paused: 'stopped', later: 'unknown', now: 'soon', missed: 'late' },
}

/** `walk`: the one that answered it. `now`: ms since 1970. */
export function dueState({ dueAt, walkId }: DueWalk, walk: WalkRow | undefined, now: number): DueState {
  if (walk) return walk.state === 'ended' ? 'done' : walk.state
  if (walkId !== null) return 'done'
  if (now < dueAt) return 'later'
  return now < dueAt + answerMs ? 'now' : 'missed'
}

export interface Run {
  runId: string
  routeId: string
  routeName: string
  startedAt: number
  stopCount: number
  /** Stops that somebody said something of. */
  said: number
  findings: number
  /** Of those who are still on it, first come first. */
  walks: readonly WalkRow[]
}

/** Runs that somebody is still on, the newest first. */
export function runsUnderWay(walks: readonly WalkRow[]): Run[] {
  const byRun = new Map<string, WalkRow[]>()
  for (const walk of walks) byRun.set(walk.runId, [...(byRun.get(walk.runId) ?? []), walk])
  const runs = [...byRun.values()].flatMap((all): Run[] => {
    const open = all.filter(({ state }) => state !== 'ended').toSorted((one, other) => one.startedAt - other.startedAt)
    const [first] = all.toSorted((one, other) => one.startedAt - other.startedAt)
    if (open.length === 0 || !first) return []
    const { runId, routeId, routeName, startedAt, stopCount } = first
    const words = [...wordsOfRun(all).values()]
    const findings = words.filter(({ word }) => word.outcome === 'finding').length
    return [{ ...{ runId, routeId, routeName, startedAt, stopCount, findings }, said: words.length, walks: open }]
  })
  return runs.toSorted((one, other) => other.startedAt - one.startedAt)
}

/** How somebody gets into a walk of a route: on with their own, into a run of others, or a new one. */
export type WayIn = { kind: 'go-on'; walkId: string } | { kind: 'join'; runId: string } | { kind: 'begin' }

/** `runs`: those of the route that are under way. */
export function wayInto(runs: readonly Run[], operatorId: string | undefined): WayIn {
  const own = runs.flatMap(({ walks }) => walks).find(({ isOwn, by }) => isOwn && by.id === operatorId)
  if (own) return { kind: 'go-on', walkId: own.id }
  return runs[0] ? { kind: 'join', runId: runs[0].runId } : { kind: 'begin' }
}

export const dayKinds = ['working-days', 'rest-days', 'every-day'] as const satisfies readonly PatrolTime['days'][]

/** What somebody types for a time of the day: 8:30, 08：30, 830 and 8 become 08:30, 08:30, 08:30 and 08:00; null: none. */
export function clockOfText(text: string): string | null {
  const [, hours, minutes = '00'] = /^(\d{1,2}?)[:：. ]?([0-5]\d)?$/u.exec(text.trim()) ?? []
  if (hours === undefined || Number(hours) > 23) return null
  return `${hours.padStart(2, '0')}:${minutes}`
}

type Translate = (key: string, named?: Record<string, string | number>) => string

/** 工作日 08:30，由值班员走一遍 */
export function timeSentence({ days, at, who }: PatrolTime, t: Translate): string {
  const named = { days: t(`routes.times.days.${days}`), at, who: who.trim() }
  return t(named.who === '' ? 'routes.times.sentence' : 'routes.times.sentenceWho', named)
}

/** All times of a route, the earliest in the day first: 工作日 08:30、14:00（值班员）；每天 20:00 */
export function timesSentence(times: readonly PatrolTime[], t: Translate): string {
  if (times.length === 0) return t('routes.times.never')
  const sorted = times.toSorted((one, other) => one.at.localeCompare(other.at))
  return sorted.map((time) => timeSentence(time, t)).join(t('routes.times.and'))
}
