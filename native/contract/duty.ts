/** Shapes of what a shift has beside single cases: alarms and hand-overs. */
import type { CaseState } from './vocabulary.ts'

/**
 * `soon`: the limit ends before long. `late`: it has ended. `supervised`: the case came under supervision (督办).
 * Only the last two sound until somebody acknowledges them; a warning sounds once.
 */
export type AlarmKind = 'soon' | 'late' | 'supervised'

/** A case that an alarm speaks of, as it stands now. */
export interface AlarmCase {
  caseId: string
  number: string
  classCode: string
  className: string | null
  place: string
  /** The limit that gave the alarm; null for supervision. */
  dueAt: number | null
}

/** One alarm; what comes in a burst is one alarm with a count. Times are the hub's. */
export interface Alarm {
  id: string
  kind: AlarmKind
  raisedAt: number
  /** When the last case joined. */
  grownAt: number
  acknowledged: { at: number; byName: string } | null
  /** The latest ones, newest first, at most `mostAlarmCases`. */
  cases: AlarmCase[]
  /** All of them. */
  count: number
}

/** What the next shift has to know of. One case may stand in several. */
export const matterKinds = ['overdue', 'due-soon', 'supervised', 'returned', 'requests', 'parked', 'waiting'] as const
export type MatterKind = (typeof matterKinds)[number]

export interface Matter {
  caseId: string
  number: string
  classCode: string
  className: string | null
  place: string
  state: CaseState
  dueAt: number | null
  supervised: boolean
  assigneeName: string | null
}

/** The most pressing ones, at most `mostMatters`; the count tells of all. */
export interface Matters {
  kind: MatterKind
  count: number
  cases: Matter[]
}

export interface Person {
  id: string
  name: string
}

/** A shift handed over. Times are the hub's. */
export interface HandOver {
  id: string
  at: number
  /** When the shift that ended was taken over; null for the first. */
  since: number | null
  from: Person
  to: Person
  notes: string
  matters: Matters[]
}

export interface HandOverState {
  matters: Matters[]
  notes: string
  /** When the shift that runs was taken over, and from whom; null before the first hand-over. */
  since: number | null
  /** The latest ones, newest first. */
  past: Pick<HandOver, 'id' | 'at' | 'from' | 'to'>[]
}
