/** Replays what was done here on what the hub has confirmed. Values in, values out. */
import type { CaseHead, CaseStep } from '../contract/case.ts'
import type { Operation } from '../hub/protocol.ts'
import { decide, type Refusal, type Terms } from './decide.ts'

export interface Rebased {
  head: CaseHead
  /** Steps that still hold, as they would be taken now. */
  steps: CaseStep[]
  /** Operations that no longer hold on the new state. */
  refused: { opId: string; refusal: Refusal }[]
}

export function takenStepOf({ opId, kind, actor, actorAt, input }: Omit<Operation, 'clientSeq'>) {
  return { id: opId, kind, actor, actorAt, input }
}

/** Ids of the pending operations without which `next` would not have been possible. */
export function dependenciesOf(
  confirmed: CaseHead | null,
  pending: readonly Operation[],
  next: Omit<Operation, 'clientSeq'>,
  terms: Terms,
): string[] {
  const without = (left: Operation) => pending.filter((one) => one !== left)
  return pending
    .filter((left) => {
      const rest = rebase(confirmed, without(left), terms)
      return !rest || 'refusal' in decide(rest.head, takenStepOf(next), next.actorAt, terms)
    })
    .map(({ opId }) => opId)
}

/** `confirmed` is null for a case that only this workstation knows yet: then the first operation is its report. */
export function rebase(confirmed: CaseHead | null, operations: readonly Operation[], terms: Terms): Rebased | null {
  let head = confirmed
  const steps: CaseStep[] = []
  const refused: Rebased['refused'] = []
  for (const operation of operations) {
    if (operation.kind === 'report') {
      // The hub has it already when there is a confirmed head.
      head ??= operation.report
      continue
    }
    if (!head) {
      refused.push({ opId: operation.opId, refusal: { code: 'unknown-step' } })
      continue
    }
    const decision = decide(head, takenStepOf(operation), operation.actorAt, terms)
    if ('refusal' in decision) {
      refused.push({ opId: operation.opId, refusal: decision.refusal })
    } else {
      head = decision.head
      steps.push(decision.step)
    }
  }
  return head && { head, steps, refused }
}
