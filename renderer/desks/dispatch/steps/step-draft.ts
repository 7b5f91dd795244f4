/** What is filled in for a step, and what is still missing of it. Pure. */
import type { StepField, StepInput } from '../../../../native/contract/case.ts'
import type { Duration } from '../../../../native/contract/limits.ts'
import type { OwnSuggestion } from '../../../../native/contract/unit.ts'
import { type CallBackAnswers, callBackOf, unanswered } from './call-back.ts'

export interface StepDraft {
  remark: string
  assignee: StepInput['assignee']
  /** Instead of one for all: each case to its own. */
  each: readonly OwnSuggestion[] | null
  duplicateOf: string | null
  duration: Duration | null
  evidence: StepInput['evidence']
  callBack: CallBackAnswers
  /** Of a supervised case; null: half of the time left. */
  dueAt: number | null
}

export const emptyDraft: StepDraft = {
  ...{ remark: '', assignee: null, duplicateOf: null, duration: null, evidence: [], callBack: unanswered },
  ...{ dueAt: null, each: null },
}

/** The form as it was when the step was taken. */
export function draftOf({ callBack, ...input }: StepInput): StepDraft {
  return { ...input, each: null, callBack: callBack ?? unanswered }
}

/** How soon a supervised case has to be done, as it is asked for most often. */
export const usualDueHours: readonly number[] = [1, 2, 4, 8, 24]

/** Whole hours up to 30 days; null for everything else. */
export function dueHours(text: string): number | null {
  const hours = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0
  return hours >= 1 && hours <= 720 ? hours : null
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
  const { remark, assignee, duplicateOf, duration, evidence, dueAt } = draft
  return {
    ...{ remark: remark.trim(), assignee, duplicateOf, duration, evidence, dueAt },
    callBack: callBackOf(draft.callBack),
  }
}

/** What the step needs and the draft does not bring yet. Evidence is brought by those who handle in the field. */
export function missingOf(needs: readonly StepField[], draft: StepDraft): StepField[] {
  const input = inputOf(draft)
  return needs.filter((field) => {
    if (field === 'reason') return [...input.remark].length < 2
    if (field === 'evidence') return false
    if (field === 'assignee' && draft.each?.some(({ assignee }) => assignee !== null)) return false
    return input[field] === null
  })
}
