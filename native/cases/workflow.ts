/**
 * A case's life as one table: which step is legal in which state, where it leads, who may take it, what it must bring and
 * what it does to the time limit. The console offers and pre-checks steps by it; a hub decides by it.
 */
import type { CaseHead, StepBlock, StepField } from '../contract/case.ts'
import type { ActorRole, CaseState, StepKind } from '../contract/vocabulary.ts'

/** What happens to the limit: a stage's limit starts, or the running one is changed. */
export type LimitEffect =
  'verify' | 'dispatch' | 'handle' | 'check' | 'keep' | 'clear' | 'extend' | 'stop' | 'resume' | 'shorten'

export interface Transition {
  from: readonly CaseState[]
  /** `same` leaves the state as it is. */
  to: CaseState | 'same'
  by: readonly ActorRole[]
  needs: readonly StepField[]
  limit: LimitEffect
  guard?: (head: CaseHead) => StepBlock | null
}

const open: readonly CaseState[] = [
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

/** Roles of the console that work cases; each may do what the one before may. */
const desk: readonly ActorRole[] = ['operator', 'duty-leader', 'section-chief']
const leaders: readonly ActorRole[] = ['duty-leader', 'section-chief']
const handlers: readonly ActorRole[] = ['grid-member', 'auxiliary', 'station', 'department', 'joint-duty-team']
const checkers: readonly ActorRole[] = [...desk, 'supervisor', 'grid-member']

const pending = (head: CaseHead) => (head.request === null ? null : 'request-pending')
const requested = (kind: NonNullable<CaseHead['request']>['kind']) => (head: CaseHead) =>
  head.request?.kind === kind ? null : 'no-request'
/** What was put before the duty leader is not ended by anybody else meanwhile. */
const undecided = (head: CaseHead) => (head.request?.kind === 'decision' ? 'request-pending' : null)

/** Hotline cases, and WeChat reports that left a phone, are called back before they are closed. */
export function isCallBackDue(head: Pick<CaseHead, 'channel' | 'reporter' | 'callBack'>): boolean {
  const hasPhone = Boolean(head.reporter?.phone)
  return head.callBack === null && hasPhone && (head.channel === 'hotline-12345' || head.channel === 'wechat')
}

function callable(head: CaseHead): StepBlock | null {
  if (head.callBack?.reached) return 'already-called-back'
  return isCallBackDue({ ...head, callBack: null }) ? null : 'no-phone'
}

/** Every step that exists, `report` aside: a report makes a case. */
export const workflow: Readonly<Record<Exclude<StepKind, 'report'>, Transition>> = {
  accept: { from: ['reported'], to: 'accepted', by: desk, needs: [], limit: 'keep' },
  reject: { from: ['reported'], to: 'rejected', by: desk, needs: ['reason'], limit: 'clear', guard: undecided },
  duplicate: {
    from: ['reported', 'accepted'],
    to: 'duplicate',
    by: desk,
    needs: ['duplicateOf'],
    limit: 'clear',
    guard: undecided,
  },
  file: { from: ['accepted'], to: 'filed', by: desk, needs: [], limit: 'dispatch' },
  'self-handle': {
    from: ['accepted'],
    to: 'resolved',
    by: [...desk, 'grid-member'],
    needs: ['reason'],
    limit: 'check',
  },
  dispatch: { from: ['filed'], to: 'dispatched', by: desk, needs: ['assignee'], limit: 'handle' },
  start: { from: ['dispatched'], to: 'handling', by: [...desk, ...handlers], needs: [], limit: 'keep' },
  return: {
    from: ['dispatched', 'handling'],
    to: 'filed',
    by: [...desk, ...handlers],
    needs: ['reason'],
    limit: 'dispatch',
  },
  'request-extension': {
    from: ['dispatched', 'handling'],
    to: 'same',
    by: [...desk, ...handlers],
    needs: ['reason', 'duration'],
    limit: 'keep',
    guard: pending,
  },
  extend: {
    from: ['dispatched', 'handling'],
    to: 'same',
    by: leaders,
    needs: [],
    limit: 'extend',
    guard: requested('extension'),
  },
  'request-suspension': {
    from: ['dispatched', 'handling'],
    to: 'same',
    by: [...desk, ...handlers],
    needs: ['reason'],
    limit: 'keep',
    guard: pending,
  },
  suspend: {
    from: ['dispatched', 'handling'],
    to: 'suspended',
    by: leaders,
    needs: [],
    limit: 'stop',
    guard: requested('suspension'),
  },
  'refuse-request': {
    from: ['dispatched', 'handling'],
    to: 'same',
    by: leaders,
    needs: ['reason'],
    limit: 'keep',
    guard: (head) => (head.request === null || head.request.kind === 'decision' ? 'no-request' : null),
  },
  resume: { from: ['suspended'], to: 'handling', by: [...desk, ...handlers], needs: [], limit: 'resume' },
  // What was escalated is handled by the district, which reports the result back or hands it down again.
  resolve: {
    from: ['handling', 'escalated'],
    to: 'resolved',
    by: [...desk, ...handlers, 'district'],
    needs: ['reason'],
    limit: 'check',
  },
  'check-pass': { from: ['resolved'], to: 'checked', by: checkers, needs: [], limit: 'clear' },
  'check-fail': { from: ['resolved'], to: 'handling', by: checkers, needs: ['reason'], limit: 'handle' },
  close: {
    from: ['checked'],
    to: 'closed',
    by: desk,
    needs: [],
    limit: 'clear',
    guard: (head) => undecided(head) ?? (isCallBackDue(head) ? 'call-back-missing' : null),
  },
  reopen: {
    from: ['closed', 'rejected', 'duplicate'],
    to: 'accepted',
    by: [...leaders, 'district'],
    needs: ['reason'],
    limit: 'verify',
  },
  escalate: {
    from: ['accepted', 'filed', 'dispatched'],
    to: 'escalated',
    by: desk,
    needs: ['reason'],
    limit: 'handle',
  },
  supervise: {
    from: open,
    to: 'same',
    by: [...leaders, 'district', 'leader'],
    needs: ['reason'],
    limit: 'shorten',
    guard: (head) => (head.supervised ? 'already-supervised' : null),
  },
  // What a desk cannot settle by itself, such as a step that another's step has overtaken.
  'request-decision': {
    from: open,
    to: 'same',
    by: desk,
    needs: ['reason'],
    limit: 'keep',
    guard: pending,
  },
  'give-decision': {
    from: open,
    to: 'same',
    by: leaders,
    needs: ['reason'],
    limit: 'keep',
    guard: requested('decision'),
  },
  consult: { from: open, to: 'same', by: desk, needs: ['reason'], limit: 'keep' },
  'call-back': {
    from: ['resolved', 'checked', 'closed'],
    to: 'same',
    by: [...desk, 'hotline'],
    needs: ['callBack'],
    limit: 'keep',
    guard: callable,
  },
  remark: {
    from: [...open, 'closed', 'rejected', 'duplicate'],
    to: 'same',
    by: [...desk, ...handlers, 'supervisor', 'district', 'leader'],
    needs: ['reason'],
    limit: 'keep',
  },
}

/** Kinds in the order in which a desk offers them. */
export const stepOrder = Object.keys(workflow) as (keyof typeof workflow)[]
