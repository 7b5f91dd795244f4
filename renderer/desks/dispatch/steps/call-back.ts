/** Answers of a call-back while they are being given. Pure. */
import type { CallBack } from '../../../../native/contract/case.ts'

export const questions = ['reached', 'solved', 'satisfied'] as const
export type CallBackAnswers = Readonly<Record<(typeof questions)[number], boolean | null>>

export const unanswered: CallBackAnswers = { reached: null, solved: null, satisfied: null }

export function answersOf(before: CallBackAnswers, question: keyof CallBackAnswers, isYes: boolean): CallBackAnswers {
  const after = { ...before, [question]: isYes }
  return after.reached === false ? { ...after, solved: null, satisfied: null } : after
}

/** Null until every question that is asked has its answer. */
export function callBackOf({ reached, solved, satisfied }: CallBackAnswers): CallBack | null {
  if (reached === null) return null
  if (!reached) return { reached, solved: null, satisfied: null }
  return solved === null || satisfied === null ? null : { reached, solved, satisfied }
}
