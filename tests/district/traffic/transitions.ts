/** The diagram of a case's life as a table: which step is legal in which state, and where it leads. */
import type { CaseState, StepKind } from '../../../native/contract/vocabulary.ts'

interface Rule {
  from: readonly CaseState[]
  /** `same` leaves the state as it is. */
  to: CaseState | 'same'
}

const beforeClosing: readonly CaseState[] = [
  'reported',
  'accepted',
  'filed',
  'dispatched',
  'handling',
  'suspended',
  'resolved',
  'checked',
  'escalated',
]

const rules: Partial<Record<StepKind, Rule>> = {
  accept: { from: ['reported'], to: 'accepted' },
  reject: { from: ['reported'], to: 'rejected' },
  duplicate: { from: ['reported'], to: 'duplicate' },
  file: { from: ['accepted'], to: 'filed' },
  'self-handle': { from: ['accepted'], to: 'resolved' },
  dispatch: { from: ['filed'], to: 'dispatched' },
  start: { from: ['dispatched'], to: 'handling' },
  return: { from: ['dispatched', 'handling'], to: 'filed' },
  extend: { from: ['handling'], to: 'same' },
  suspend: { from: ['handling'], to: 'suspended' },
  resume: { from: ['suspended'], to: 'handling' },
  // What was escalated is handled by the district, which reports the result back.
  resolve: { from: ['handling', 'escalated'], to: 'resolved' },
  'check-pass': { from: ['resolved'], to: 'checked' },
  'check-fail': { from: ['resolved'], to: 'handling' },
  close: { from: ['checked'], to: 'closed' },
  escalate: { from: ['accepted', 'filed', 'dispatched'], to: 'escalated' },
  supervise: { from: beforeClosing, to: 'same' },
  'call-back': { from: ['resolved', 'checked', 'closed'], to: 'same' },
  remark: { from: beforeClosing, to: 'same' },
}

/** The state after the step, or null when the step is not legal in this state. */
export function stateAfter(state: CaseState, kind: StepKind): CaseState | null {
  const rule = rules[kind]
  if (!rule?.from.includes(state)) return null
  return rule.to === 'same' ? state : rule.to
}
