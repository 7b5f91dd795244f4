/** Shapes of what a shift watches beside single cases: alarms. */

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
