/** Decides a step and computes the case after it. Values in, values out: the console predicts with it, a hub decides. */
import type { CaseHead, CaseStep, StepBlock, StepField, StepInput, StepOffer, TimeLimit } from '../contract/case.ts'
import type { Duration, StageLimits, WorkingCalendar } from '../contract/limits.ts'
import type { ActorRole, CaseState, StepKind } from '../contract/vocabulary.ts'
import { addTime, lengthOf, runningTime } from './clocks.ts'
import { type LimitEffect, stepOrder, workflow } from './workflow.ts'

/** What the decision needs to know beside the case. */
export interface Terms {
  calendar: WorkingCalendar
  /** Limits of the case's class. */
  limits: StageLimits
}

export interface TakenStep {
  /** Identifies the step for ever; the same id is the same step. */
  id: string
  kind: StepKind
  actor: CaseStep['actor']
  actorAt: number
  input: StepInput
}

export type Refusal =
  | { code: 'unknown-step' }
  /** Not legal in this state. */
  | { code: 'state'; state: CaseState }
  | { code: 'role' }
  | { code: 'missing'; fields: StepField[] }
  | { code: 'guard'; guard: StepBlock }

export type Decision = { head: CaseHead; step: CaseStep } | { refusal: Refusal }

/** The steps that the table knows for this state and role. */
export function offersFor(head: CaseHead, role: ActorRole): StepOffer[] {
  return stepOrder.flatMap((kind) => {
    const { from, by, needs, guard } = workflow[kind]
    if (!from.includes(head.state) || !by.includes(role)) return []
    return [{ kind, needs, blocked: guard?.(head) ?? null }]
  })
}

/** `hubAt` is the deciding clock: the hub's, or the console's best guess of it. */
export function decide(head: CaseHead, taken: TakenStep, hubAt: number, terms: Terms): Decision {
  const { kind, actor, input } = taken
  if (kind === 'report') return { refusal: { code: 'unknown-step' } }
  const { from, to, by, needs, guard, limit } = workflow[kind]
  if (!from.includes(head.state)) return { refusal: { code: 'state', state: head.state } }
  if (!(by as readonly string[]).includes(actor.role)) return { refusal: { code: 'role' } }
  const fields = missingOf(needs, input, head)
  if (fields.length > 0) return { refusal: { code: 'missing', fields } }
  const failure = guard?.(head)
  if (failure) return { refusal: { code: 'guard', guard: failure } }
  const state = to === 'same' ? head.state : to
  return {
    head: {
      ...head,
      ...fieldsAfter(head, taken, hubAt),
      state,
      limit: limitAfter(head, limit, taken, hubAt, terms),
      version: head.version + 1,
    },
    step: {
      ...{ id: taken.id, caseId: head.id, kind, from: head.state, to: state, actor, actorAt: taken.actorAt, hubAt },
      ...{ remark: input.remark, evidence: input.evidence },
    },
  }
}

/** Which of what a step needs its input does not bring. */
export function missingOf(needs: readonly StepField[], input: StepInput, head: CaseHead): StepField[] {
  return needs.filter((field) => !isGiven(field, input, head))
}

function isGiven(field: StepField, input: StepInput, head: CaseHead): boolean {
  switch (field) {
    case 'reason':
      return [...input.remark.trim()].length >= 2
    case 'duplicateOf':
      return input.duplicateOf !== null && input.duplicateOf !== head.id
    case 'evidence':
      return input.evidence.length > 0
    case 'callBack':
      return input.callBack !== null && (!input.callBack.reached || input.callBack.solved !== null)
    default:
      return input[field] !== null
  }
}

const requestKinds = {
  'request-extension': 'extension',
  'request-suspension': 'suspension',
  'request-decision': 'decision',
} as const

/** The request for a decision stays until the leader has given it; other requests end with the stage that they are about. */
const undecided = ({ request }: CaseHead) => (request?.kind === 'decision' ? request : null)

const district: NonNullable<CaseHead['assignee']> = { kind: 'department', id: 'district', name: '区网格监督指挥中心' }

/** What a step changes beside state and limit. */
function fieldsAfter(head: CaseHead, { kind, input, actor }: TakenStep, hubAt: number): Partial<CaseHead> {
  switch (kind) {
    case 'dispatch':
      return { assignee: input.assignee }
    case 'return':
      return { assignee: null, request: undecided(head), returns: head.returns + 1 }
    case 'escalate':
      return { assignee: district, request: undecided(head) }
    case 'duplicate':
      return { duplicateOf: input.duplicateOf }
    case 'reopen':
      return { duplicateOf: null, callBack: null, assignee: null, supervised: false }
    case 'check-fail':
      return { failedChecks: head.failedChecks + 1, callBack: null }
    case 'request-extension':
    case 'request-suspension':
    case 'request-decision':
      return {
        request: {
          kind: requestKinds[kind],
          ...{ by: actor, at: hubAt, reason: input.remark, duration: input.duration },
        },
      }
    case 'extend':
    case 'suspend':
    case 'refuse-request':
    case 'give-decision':
      return { request: null }
    case 'resolve':
    case 'self-handle':
      return { request: undecided(head) }
    case 'supervise':
      return { supervised: true }
    case 'call-back':
      return { callBack: input.callBack }
    default:
      return {}
  }
}

function start({ calendar }: Terms, { kind, amount }: Duration, at: number): TimeLimit {
  return { startedAt: at, dueAt: addTime(calendar, kind, at, lengthOf(kind, amount)), stoppedAt: null, kind }
}

function limitAfter(head: CaseHead, effect: LimitEffect, taken: TakenStep, at: number, terms: Terms): TimeLimit | null {
  const { limit } = head
  switch (effect) {
    case 'verify':
    case 'dispatch':
    case 'handle':
    case 'check':
      return start(terms, terms.limits[effect], at)
    case 'clear':
      return null
    case 'keep':
      return limit
    default:
      return limit && changeLimit(limit, effect, head, taken, at, terms)
  }
}

/** Changes of a running limit. */
function changeLimit(
  limit: TimeLimit,
  effect: 'extend' | 'stop' | 'resume' | 'shorten',
  head: CaseHead,
  { input }: TakenStep,
  at: number,
  { calendar }: Terms,
): TimeLimit {
  switch (effect) {
    case 'extend': {
      const { kind, amount } = head.request?.duration ?? { kind: limit.kind, amount: 0 }
      return { ...limit, dueAt: addTime(calendar, kind, Math.max(limit.dueAt, at), lengthOf(kind, amount)) }
    }
    case 'stop':
      return { ...limit, stoppedAt: at }
    case 'resume': {
      if (limit.stoppedAt === null) return limit
      const left = runningTime(calendar, limit.kind, limit.stoppedAt, limit.dueAt)
      // A limit that was past when it stopped stays past by as much.
      const dueAt = left > 0 ? addTime(calendar, limit.kind, at, left) : at - (limit.stoppedAt - limit.dueAt)
      return { ...limit, dueAt, stoppedAt: null }
    }
    case 'shorten': {
      const half = Math.round((at + limit.dueAt) / 2)
      const wanted = input.dueAt ?? half
      return { ...limit, dueAt: Math.min(limit.dueAt, Math.max(wanted, Math.min(at, limit.dueAt))) }
    }
  }
}
