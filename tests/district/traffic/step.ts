/** Takes a step of a case that no hub keeps yet, as the hub would: by the workflow. */
import { decide, type TakenStep } from '../../../native/cases/decide.ts'
import type { CaseHead, CaseStep, StepInput } from '../../../native/contract/case.ts'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import { withAnswer } from '../hub/answers.ts'
import type { Actor } from './cast.ts'
import { termsOf } from './catalogue.ts'
import type { Life } from './report.ts'

export interface NextStep {
  kind: StepKind
  /** The hub's clock. */
  at: number
  actor: Actor
  input: StepInput
}

export const noInput: StepInput = {
  ...{ remark: '', assignee: null, duplicateOf: null, duration: null, dueAt: null, evidence: [], callBack: null },
}

/** The actor's own clock when it pressed the key, before the hub took the step. */
const transmissionMs = 1200

export function takenStep({ head, steps }: Life, { kind, at, actor, input }: NextStep): TakenStep {
  const actorAt = Math.max(at - transmissionMs, steps.at(-1)?.actorAt ?? 0)
  return { id: `${head.id}.${steps.length + 1}`, kind, actor, actorAt, input }
}

/** Throws when the step is not legal: traffic must not teach a console wrong lives. */
export function applyStep(life: Life, next: NextStep): { head: CaseHead; step: CaseStep } {
  const { head } = life
  const decision = decide(head, takenStep(life, next), next.at, termsOf(head.classCode))
  if ('refusal' in decision)
    throw new Error(`${next.kind} of ${head.id} in state ${head.state}: ${JSON.stringify(decision.refusal)}`)
  return { ...decision, head: withAnswer(decision.head, decision.step, life.steps) }
}
