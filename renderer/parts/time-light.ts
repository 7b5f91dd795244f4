/** The time-limit light: what a limit means at a moment. Pure; the moment is the hub's, the caller corrects the clock. */
import type { TimeLimit } from '../../native/contract/case.ts'
import type { CaseState } from '../../native/contract/vocabulary.ts'

/**
 * The contract's `endedStates`, said again because importing them would bring the schema library into the start of the
 * console; a test holds the two together.
 */
const ended: readonly CaseState[] = ['rejected', 'duplicate', 'closed']
export const hasEnded = (state: CaseState): boolean => ended.includes(state)

/** `stopped`: the clock stands while the case is suspended. `none`: no limit runs. */
export type Light = 'green' | 'yellow' | 'red' | 'stopped' | 'none'

export interface TimeLight {
  light: Light
  /** Milliseconds left, negative when past the limit; null when no limit runs. */
  remainingMs: number | null
}

/** Green, yellow in the last quarter of the limit, red when past it. `now` is in ms by the hub's clock. */
export function timeLight(limit: TimeLimit | null, state: CaseState, now: number): TimeLight {
  if (!limit || hasEnded(state)) return { light: 'none', remainingMs: null }
  if (limit.stoppedAt !== null) return { light: 'stopped', remainingMs: limit.dueAt - limit.stoppedAt }
  const remainingMs = limit.dueAt - now
  if (remainingMs < 0) return { light: 'red', remainingMs }
  const quarter = (limit.dueAt - limit.startedAt) / 4
  return { light: remainingMs <= quarter ? 'yellow' : 'green', remainingMs }
}
