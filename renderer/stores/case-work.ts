/** What an operator does to cases: steps, steps on many, new cases. Every call answers once native has it on disk. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { NewCase, StepInput } from '../../native/contract/case.ts'
import type { FaultCode } from '../../native/contract/faults.ts'
import type { StepKind } from '../../native/contract/vocabulary.ts'
import { useLink } from '../link/link.ts'

/** A step that is being filled in. */
export interface Draft {
  kind: StepKind
  caseIds: readonly string[]
  /** A parked step that is taken again: what it held. */
  again?: { stepId: string; input: StepInput }
}

export const useCaseWorkStore = defineStore('case-work', () => {
  const link = useLink()
  const draft = shallowRef<Draft | null>(null)

  return {
    draft,
    begin: (kind: StepKind, caseIds: readonly string[], again?: Draft['again']) =>
      void (draft.value = { kind, caseIds, ...(again && { again }) }),
    end: () => void (draft.value = null),
    async step(caseId: string, kind: StepKind, input: StepInput): Promise<void> {
      await link.call((client, signal) => client.cases.step({ caseId, kind, input }, { signal }))
    },
    /** At most 200 cases. */
    async stepMany(
      caseIds: string[],
      kind: StepKind,
      input: StepInput,
    ): Promise<{ caseId: string; fault: FaultCode }[]> {
      return await link.call((client, signal) => client.cases.stepMany({ caseIds, kind, input }, { signal }))
    },
    async report(taken: NewCase): Promise<string> {
      return (await link.call((client, signal) => client.cases.report(taken, { signal }))).caseId
    },
  }
})
