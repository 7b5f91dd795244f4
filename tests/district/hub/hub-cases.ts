/** The hub's cases: takes steps by the workflow on the present head, numbers new cases, appends to the feed. */
import { addTime, lengthOf } from '../../../native/cases/clocks.ts'
import { decide, type Refusal, type TakenStep, type Terms } from '../../../native/cases/decide.ts'
import type { CaseHead, CaseStep, TimeLimit } from '../../../native/contract/case.ts'
import type { StageLimits } from '../../../native/contract/limits.ts'
import { withAnswer } from './answers.ts'
import type { Feed } from './feed.ts'
import type { PresentState } from './present-state.ts'
import type { StateFile } from './state-file.ts'

export interface Taken {
  subCenter: string
  head: CaseHead
  step: CaseStep
}

export interface HubCases {
  has(subCenter: string, caseId: string): boolean
  /** Null when the sub-center has no such case. */
  take(subCenter: string, caseId: string, taken: TakenStep): Taken | { refusal: Refusal; steps: CaseStep[] } | null
  /** Makes a case of what was taken down at a desk; null when its id is known already. */
  add(subCenter: string, report: CaseHead, taken: Omit<TakenStep, 'kind'>): Taken | null
  /** The next running number of the day (`20180613`); `given` is the greatest that is known to be given otherwise. */
  nextSerial(subCenter: string, day: string, given: number): number
}

/** What numbers of cases are made of. */
export interface CaseNumbers {
  letters(subCenter: string): string
  /** The last running number of the day, 0 when none was given. */
  lastSerial(subCenter: string, day: string): number
  keepSerial(subCenter: string, day: string, last: number): void
}

export interface HubCasesParts {
  numbers: CaseNumbers
  feed: Pick<Feed, 'append'>
  present: Pick<PresentState, 'findCase' | 'termsOf' | 'lastCaseId'>
  clock: () => number
}

/** Nothing that is put in later than a day after it happened keeps the time that the workstation says. */
const oldestReportMs = 24 * 3_600_000
const zoneMs = 8 * 3_600_000

/** The day of a running number, such as `20180613`, and how the ids of its cases begin. */
export function dayOf(letters: string, at: number): { day: string; prefix: string } {
  const day = new Date(at + zoneMs).toISOString().slice(0, 10).replaceAll('-', '')
  return { day, prefix: `${letters}${day.slice(2)}-` }
}

export function createCaseNumbers(file: StateFile): CaseNumbers {
  const letters = file.prepare<[string], string>('SELECT letters FROM sub_centers WHERE code = ?').pluck()
  const last = file
    .prepare<[string, string], number>('SELECT last FROM serials WHERE sub_center = ? AND day = ?')
    .pluck()
  const keep = file.prepare('INSERT OR REPLACE INTO serials (sub_center, day, last) VALUES (?, ?, ?)')
  return {
    letters: (subCenter) => letters.get(subCenter) ?? '',
    lastSerial: (subCenter, day) => last.get(subCenter, day) ?? 0,
    keepSerial: (...serial) => void keep.run(...serial),
  }
}

/** Writing calls belong into a transaction of the caller; telling workstations is the caller's part too. */
export function createHubCases({ numbers, feed, present, clock }: HubCasesParts): HubCases {
  function nextSerial(subCenter: string, day: string, given: number): number {
    const next = Math.max(numbers.lastSerial(subCenter, day), given) + 1
    numbers.keepSerial(subCenter, day, next)
    return next
  }

  /** Goes on counting where the ids of the sub-center's cases of that day end. */
  function numberOf(subCenter: string, at: number): string {
    const initials = numbers.letters(subCenter)
    const { day, prefix } = dayOf(initials, at)
    const given = Number(present.lastCaseId(subCenter, prefix)?.slice(prefix.length) ?? 0)
    return `${initials}${day}${String(nextSerial(subCenter, day, given)).padStart(5, '0')}`
  }

  function append(subCenter: string, head: CaseHead, step: CaseStep): Taken {
    feed.append(subCenter, [{ kind: 'case', case: head, steps: [step] }])
    return { subCenter, head, step }
  }

  return {
    nextSerial,
    has: (subCenter, caseId) => present.findCase(subCenter, caseId) !== null,
    take(subCenter, caseId, taken) {
      const life = present.findCase(subCenter, caseId)
      if (!life) return null
      const { head, steps } = life
      const decision = decide(head, taken, clock(), present.termsOf(subCenter, head.classCode))
      if ('refusal' in decision) return { refusal: decision.refusal, steps }
      return append(subCenter, withAnswer(decision.head, decision.step, steps), decision.step)
    },
    add(subCenter, report, { id, actor, actorAt, input }) {
      if (present.findCase(subCenter, report.id)) return null
      const hubAt = clock()
      const isRecent = report.reportedAt <= hubAt && report.reportedAt > hubAt - oldestReportMs
      const reportedAt = isRecent ? report.reportedAt : hubAt
      const head: CaseHead = {
        ...report,
        ...{ number: numberOf(subCenter, hubAt), subCenter, state: 'reported', reportedAt },
        limit: startLimit(present.termsOf(subCenter, report.classCode), 'verify', reportedAt),
        origin: report.origin && { ...report.origin, answer: null },
        ...{ assignee: null, supervised: false, request: null, duplicateOf: null, returns: 0, failedChecks: 0 },
        ...{ callBack: null, version: 1 },
      }
      return append(subCenter, head, {
        ...{ id, caseId: head.id, kind: 'report', from: null, to: 'reported', actor, actorAt, hubAt },
        ...{ remark: input.remark, evidence: input.evidence },
      })
    },
  }
}

function startLimit({ calendar, limits }: Terms, stage: keyof StageLimits, at: number): TimeLimit {
  const { kind, amount } = limits[stage]
  return { startedAt: at, dueAt: addTime(calendar, kind, at, lengthOf(kind, amount)), stoppedAt: null, kind }
}
