/** What happens to a case next, when, and by whom: chances follow the published half-year. */
import { addTime, lengthOf } from '../../../native/cases/clocks.ts'
import { isCallBackDue } from '../../../native/cases/workflow.ts'
import type { CaseState, StepKind } from '../../../native/contract/vocabulary.ts'
import { termsOf } from './catalogue.ts'
import { channelShares } from './channel.ts'
import type { Life } from './report.ts'
import type { Scene } from './scene.ts'
import type { NextStep } from './step.ts'
import { wordStep } from './wording.ts'
import { dayMs, hourMs, minuteMs } from './working-time.ts'

/** Of 375,967 reports 325 were rejected or duplicate; which of them were which is not published. */
const rejectedShare = 162 / 375_967
const duplicateShare = 163 / 375_967
/** 188,042 of 375,642 valid cases were closed on the spot, all from the field. */
const selfHandledShare = 188_042 / 375_642 / channelShares['field-handset']
/** 97.33 % were closed within the limit. */
const lateShare = 1 - 0.9733
/** First pass 99.92 %. */
const failedCheckShare = 0.0008
const returnedShare = 0.012
const extendedShare = 0.01
const suspendedShare = 0.004
const refusedShare = 0.1
const supervisedShare = 0.008
const escalatedShare = 0.002

interface Plan {
  kind: StepKind
  at: number
}
interface Moment extends Life, Scene {
  /** When the last step was taken. */
  since: number
  has(kind: StepKind): boolean
}

/** The next step of a case, or null when its life is over. Its time may be past for a case that waited. */
export function nextStep(life: Life, scene: Scene): NextStep | null {
  const since = life.steps.at(-1)?.hubAt ?? life.head.reportedAt
  const has = (kind: StepKind) => life.steps.some((step) => step.kind === kind)
  const plan = planners[life.head.state]?.({ ...life, ...scene, since, has })
  return plan ? { ...plan, at: Math.round(plan.at), ...wordStep(plan.kind, life.head, scene) } : null
}

/** Desks are staffed day and night. */
const desk = ({ since, random }: Moment, meanMinutes: number) =>
  since + (0.3 + Math.min(random.exponential(meanMinutes), meanMinutes * 5)) * minuteMs

/** Handlers keep the hours of the class. */
function share({ head, since, random }: Moment, low: number, high: number): number {
  const { calendar, limits } = termsOf(head.classCode)
  const { kind, amount } = limits.handle
  const from = head.limit?.startedAt ?? since
  return Math.max(addTime(calendar, kind, from, lengthOf(kind, amount) * random.between(low, high)), since + minuteMs)
}

/** What is done in office hours, soon after the last step. */
function officeHours({ head, since, random }: Moment, low: number, high: number): number {
  return addTime(termsOf(head.classCode).calendar, 'working-hours', since, random.between(low, high) * hourMs)
}

/** What the duty leader says to a request. */
function answerRequest(moment: Moment, kind: 'extend' | 'suspend'): Plan {
  const refused = moment.random.chance(refusedShare)
  return { kind: refused ? 'refuse-request' : kind, at: desk(moment, 10) }
}

const planners: Partial<Record<CaseState, (moment: Moment) => Plan>> = {
  reported(moment) {
    const draw = moment.random.next()
    const rejected = draw < rejectedShare
    const repeats = draw < rejectedShare + duplicateShare && moment.earlierLike(moment.head) !== null
    return { kind: rejected ? 'reject' : repeats ? 'duplicate' : 'accept', at: desk(moment, 4) }
  },
  accepted(moment) {
    const { random, head } = moment
    if (head.channel === 'field-handset' && random.chance(selfHandledShare))
      return { kind: 'self-handle', at: desk(moment, 25) }
    return { kind: random.chance(escalatedShare) ? 'escalate' : 'file', at: desk(moment, 6) }
  },
  filed: (moment) => ({ kind: 'dispatch', at: desk(moment, 8) }),
  dispatched(moment) {
    const { request } = moment.head
    if (request) return answerRequest(moment, request.kind === 'extension' ? 'extend' : 'suspend')
    return { kind: 'start', at: share(moment, 0.02, 0.2) }
  },
  handling(moment) {
    const { random, has, head } = moment
    if (head.request) return answerRequest(moment, head.request.kind === 'extension' ? 'extend' : 'suspend')
    if (random.chance(returnedShare) && !has('return')) return { kind: 'return', at: share(moment, 0.2, 0.3) }
    if (random.chance(suspendedShare) && !has('request-suspension'))
      return { kind: 'request-suspension', at: share(moment, 0.2, 0.4) }
    if (random.chance(supervisedShare) && !head.supervised) return { kind: 'supervise', at: share(moment, 0.2, 0.4) }
    if (random.chance(extendedShare) && !has('request-extension'))
      return { kind: 'request-extension', at: share(moment, 0.5, 0.7) }
    const late = random.chance(lateShare)
    return { kind: 'resolve', at: late ? share(moment, 1.05, 3) : share(moment, 0.25, 0.95) }
  },
  suspended: ({ since, random }) => ({ kind: 'resume', at: since + random.between(2, 10) * dayMs }),
  escalated: ({ since, random }) => ({ kind: 'resolve', at: since + random.between(0.5, 2.5) * dayMs }),
  resolved(moment) {
    const { random, head } = moment
    if (isCallBackDue(head) && random.chance(0.95)) return { kind: 'call-back', at: officeHours(moment, 0.1, 1) }
    const kind = random.chance(failedCheckShare) ? 'check-fail' : 'check-pass'
    return { kind, at: officeHours(moment, 0.1, 1.8) }
  },
  checked: (moment) => ({ kind: isCallBackDue(moment.head) ? 'call-back' : 'close', at: desk(moment, 10) }),
}
