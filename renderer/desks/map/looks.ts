/** What a case, a camera or a person looks like on the map. Pure; the moment is the hub's. */
import type { CasePoint } from '../../../native/contract/places.ts'
import type { CameraOwner, CaseState } from '../../../native/contract/vocabulary.ts'
import { type Light, timeLight } from '../../parts/time-light.ts'

/** From what can wait to what cannot; a cluster shows the last of its members. */
export const lightOrder = ['none', 'green', 'stopped', 'yellow', 'red'] as const satisfies readonly Light[]

/** Index into `lightOrder`. */
export function caseRank({ limit, state }: Pick<CasePoint, 'limit' | 'state'>, now: number): number {
  const { light } = timeLight(limit && { ...limit, kind: 'calendar-days' }, state, now)
  return lightOrder.indexOf(light)
}

/** Whose turn it is: a mark is filled while the sub-center must act, and hollow while somebody else does. */
const others: readonly CaseState[] = ['dispatched', 'handling', 'suspended', 'escalated']
export const isOurTurn = (state: CaseState): boolean => !others.includes(state)

/** Index into `owners` of the contract's vocabulary, said again so that the schema library stays out of this chunk. */
export const ownerOrder = [
  'public-security',
  'land-bureau',
  'civil-defense',
  'own-community',
] as const satisfies readonly CameraOwner[]

const minute = 60_000
/** Handsets tell their position every few seconds. */
const freshMs = 2 * minute
const staleMs = 15 * minute

/** `fading`: he will not be far from there; `stale`: he may be anywhere. */
export type Freshness = 'stale' | 'fading' | 'fresh'
export const freshnessOrder = ['stale', 'fading', 'fresh'] as const satisfies readonly Freshness[]

export interface Age {
  ms: number
  freshness: Freshness
  /** 1 while fresh, down to 0.45 when stale. */
  opacity: number
}

export function positionAge(at: number, now: number): Age {
  const ms = Math.max(0, now - at)
  if (ms < freshMs) return { ms, freshness: 'fresh', opacity: 1 }
  if (ms >= staleMs) return { ms, freshness: 'stale', opacity: 0.45 }
  return { ms, freshness: 'fading', opacity: 1 - (0.55 * (ms - freshMs)) / (staleMs - freshMs) }
}
