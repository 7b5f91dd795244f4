/** What goes back to where a case came from when it is over: the words, kept in the case's head. */
import type { CaseHead, CaseStep } from '../../../native/contract/case.ts'
import type { Channel } from '../../../native/contract/vocabulary.ts'

/** Channels behind which somebody waits for an answer; the others are the district's and the sub-center's own finding. */
const answered: readonly string[] = [
  'field-handset',
  'hotline-12345',
  'wechat',
  'city-platform',
  'department',
  'leader',
] satisfies Channel[]

/** The head after `step`, with the answer that this step sends up; unchanged when nobody waits for one. */
export function withAnswer(head: CaseHead, step: CaseStep, steps: readonly CaseStep[]): CaseHead {
  if (!answered.includes(head.channel) || !head.origin) return head
  const text = answerText(step, steps)
  return text === null ? head : { ...head, origin: { ...head.origin, answer: { at: step.hubAt, text } } }
}

function answerText({ kind, remark }: CaseStep, steps: readonly CaseStep[]): string | null {
  if (kind === 'reject') return `经核实不予受理:${remark}`
  if (kind === 'duplicate') return '您反映的问题已有在办案件,已合并办理'
  if (kind !== 'close') return null
  const done = steps.findLast((step) => step.kind === 'resolve' || step.kind === 'self-handle')
  return `您反映的问题已办结:${done?.remark ?? remark}`
}
