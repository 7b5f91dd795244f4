/** Applies a step to a case: state, time limit, assignee and version follow from the step's kind. */
import type { CaseHead, CaseStep, TimeLimit } from '../../../native/contract/case.ts'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import type { Actor, Assignee } from './cast.ts'
import { classOf } from './catalogue.ts'
import type { Life } from './report.ts'
import { stateAfter } from './transitions.ts'
import { addTime, dayMs, hourMs } from './working-time.ts'

export interface NextStep {
  kind: StepKind
  /** The hub's clock. */
  at: number
  actor: Actor
  remark: string
  /** Only with `dispatch` and `self-handle`. */
  assignee?: Assignee
}

const district: Assignee = { kind: 'department', id: 'district', name: '区网格监督指挥中心' }
const checkMs = 2 * hourMs
const dispatchAgainMs = 2 * hourMs
const districtMs = 3 * dayMs
/** The actor's own clock when it pressed the key, before the hub took the step. */
const transmissionMs = 1200

/** Throws when the step is not legal: traffic must not teach a console wrong lives. */
export function applyStep({ head, steps }: Life, next: NextStep): { head: CaseHead; step: CaseStep } {
  const to = stateAfter(head.state, next.kind)
  if (to === null) throw new Error(`${next.kind} is not legal for ${head.id} in state ${head.state}`)
  const { kind, at, actor, remark } = next
  const step: CaseStep = {
    ...{ id: `${head.id}.${steps.length + 1}`, caseId: head.id, kind, from: head.state, to, actor },
    ...{ actorAt: Math.max(at - transmissionMs, steps.at(-1)?.actorAt ?? 0), hubAt: at, remark, evidence: [] },
  }
  return {
    step,
    head: {
      ...head,
      state: to,
      limit: limitAfter(head, kind, at),
      assignee: assigneeAfter(head, next),
      supervised: head.supervised || kind === 'supervise',
      version: head.version + 1,
    },
  }
}

function assigneeAfter({ assignee }: CaseHead, { kind, assignee: given }: NextStep): CaseHead['assignee'] {
  if (given) return given
  if (kind === 'return') return null
  return kind === 'escalate' ? district : assignee
}

const running = (startedAt: number, dueAt: number): TimeLimit => ({ startedAt, dueAt, stoppedAt: null })

function limitAfter(head: CaseHead, kind: StepKind, at: number): TimeLimit | null {
  const { limit } = head
  const { time, hours } = classOf(head.classCode)
  switch (kind) {
    case 'dispatch':
      return running(at, addTime(time, at, hours * hourMs))
    case 'check-fail':
      return running(at, addTime(time, at, (hours / 2) * hourMs))
    case 'return':
      return running(at, at + dispatchAgainMs)
    case 'resolve':
    case 'self-handle':
      return running(at, addTime('working', at, checkMs))
    case 'escalate':
      return running(at, at + districtMs)
    case 'extend':
      return limit && { ...limit, dueAt: addTime(time, limit.dueAt, (hours / 2) * hourMs) }
    case 'suspend':
      return limit && { ...limit, stoppedAt: at }
    case 'resume':
      return limit && running(limit.startedAt, limit.dueAt + (limit.stoppedAt === null ? 0 : at - limit.stoppedAt))
    case 'supervise':
      return limit && { ...limit, dueAt: Math.min(limit.dueAt, Math.round((at + Math.max(at, limit.dueAt)) / 2)) }
    case 'reject':
    case 'duplicate':
    case 'check-pass':
    case 'close':
      return null
    default:
      return limit
  }
}
