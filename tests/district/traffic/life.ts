/** What happens to a case next, when, and by whom: chances follow the published half-year. */
import type { CaseState, StepKind } from '../../../native/contract/vocabulary.ts'
import type { Random } from '../random.ts'
import type { Cast } from './cast.ts'
import { classOf } from './catalogue.ts'
import { channelShares } from './channel.ts'
import type { Life } from './report.ts'
import type { NextStep } from './step.ts'
import { wordStep } from './wording.ts'
import { addTime, dayMs, hourMs, minuteMs } from './working-time.ts'

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
const supervisedShare = 0.008
const escalatedShare = 0.002

interface Plan {
  kind: StepKind
  at: number
}
interface Moment extends Life {
  /** When the last step was taken. */
  since: number
  random: Random
  has(kind: StepKind): boolean
}

/** The next step of a case, or null when its life is over. Its time may be past for a case that waited. */
export function nextStep(life: Life, cast: Cast, random: Random): NextStep | null {
  const since = life.steps.at(-1)?.hubAt ?? life.head.reportedAt
  const has = (kind: StepKind) => life.steps.some((step) => step.kind === kind)
  const plan = planners[life.head.state]?.({ ...life, since, random, has })
  return plan ? { ...plan, at: Math.round(plan.at), ...wordStep(plan.kind, life.head, cast, random) } : null
}

/** Desks are staffed day and night. */
const desk = ({ since, random }: Moment, meanMinutes: number) =>
  since + (0.3 + Math.min(random.exponential(meanMinutes), meanMinutes * 5)) * minuteMs

/** Handlers and checkers keep the hours of the class. */
function share({ head, since, random }: Moment, low: number, high: number): number {
  const { time, hours } = classOf(head.classCode)
  const from = head.limit?.startedAt ?? since
  return Math.max(addTime(time, from, hours * random.between(low, high) * hourMs), since + minuteMs)
}

const planners: Partial<Record<CaseState, (moment: Moment) => Plan>> = {
  reported(moment) {
    const draw = moment.random.next()
    const rejected = draw < rejectedShare
    const kind = rejected ? 'reject' : draw < rejectedShare + duplicateShare ? 'duplicate' : 'accept'
    return { kind, at: desk(moment, 4) }
  },
  accepted(moment) {
    const { random, head } = moment
    if (head.channel === 'field-handset' && random.chance(selfHandledShare))
      return { kind: 'self-handle', at: desk(moment, 25) }
    return { kind: random.chance(escalatedShare) ? 'escalate' : 'file', at: desk(moment, 6) }
  },
  filed: (moment) => ({ kind: 'dispatch', at: desk(moment, 8) }),
  dispatched: (moment) => ({ kind: 'start', at: share(moment, 0.02, 0.2) }),
  handling(moment) {
    const { random, has } = moment
    if (random.chance(returnedShare) && !has('return')) return { kind: 'return', at: share(moment, 0.2, 0.3) }
    if (random.chance(suspendedShare) && !has('suspend')) return { kind: 'suspend', at: share(moment, 0.2, 0.4) }
    if (random.chance(supervisedShare) && !has('supervise')) return { kind: 'supervise', at: share(moment, 0.2, 0.4) }
    if (random.chance(extendedShare) && !has('extend')) return { kind: 'extend', at: share(moment, 0.5, 0.7) }
    const late = random.chance(lateShare)
    return { kind: 'resolve', at: late ? share(moment, 1.05, 3) : share(moment, 0.25, 0.95) }
  },
  suspended: ({ since, random }) => ({ kind: 'resume', at: since + random.between(2, 10) * dayMs }),
  escalated: ({ since, random }) => ({ kind: 'resolve', at: since + random.between(0.5, 2.5) * dayMs }),
  resolved(moment) {
    const { since, random, has, head } = moment
    const callable = ['hotline-12345', 'wechat'].includes(head.channel) && head.reporter?.phone
    if (callable && !has('call-back') && random.chance(0.95))
      return { kind: 'call-back', at: addTime('working', since, random.between(0.1, 1) * hourMs) }
    const kind = random.chance(failedCheckShare) ? 'check-fail' : 'check-pass'
    return { kind, at: addTime('working', since, random.between(0.1, 1.8) * hourMs) }
  },
  checked: (moment) => ({ kind: 'close', at: desk(moment, 10) }),
}
