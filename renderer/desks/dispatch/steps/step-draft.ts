/** What is filled in for a step, and what is still missing of it. Pure. */
import type { StepField, StepInput } from '../../../../native/contract/case.ts'
import type { Duration } from '../../../../native/contract/limits.ts'
import { type CallBackAnswers, callBackOf, unanswered } from './call-back.ts'

export interface StepDraft {
  remark: string
  assignee: StepInput['assignee']
  duplicateOf: string | null
  duration: Duration | null
  evidence: StepInput['evidence']
  callBack: CallBackAnswers
}

export const emptyDraft: StepDraft = {
  ...{ remark: '', assignee: null, duplicateOf: null, duration: null, evidence: [], callBack: unanswered },
}

/** How much longer, as it is asked for most often. */
export const usualDurations: readonly Duration[] = [
  { kind: 'working-hours', amount: 4 },
  { kind: 'working-days', amount: 1 },
  { kind: 'working-days', amount: 2 },
  { kind: 'working-days', amount: 3 },
  { kind: 'working-days', amount: 5 },
  { kind: 'calendar-days', amount: 15 },
]

export function inputOf(draft: StepDraft): StepInput {
  const { remark, assignee, duplicateOf, duration, evidence } = draft
  return {
    ...{ remark: remark.trim(), assignee, duplicateOf, duration, dueAt: null, evidence },
    callBack: callBackOf(draft.callBack),
  }
}

/** What the step needs and the draft does not bring yet. Evidence is brought by those who handle in the field. */
export function missingOf(needs: readonly StepField[], draft: StepDraft): StepField[] {
  const input = inputOf(draft)
  return needs.filter((field) => {
    if (field === 'reason') return [...input.remark].length < 2
    if (field === 'evidence') return false
    return input[field] === null
  })
}
