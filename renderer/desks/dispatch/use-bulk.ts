/** A step on many cases, portion by portion: progress while it runs, a summary when it is over. */
import { shallowRef } from 'vue'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import { readFault } from '../../link/faults.ts'
import { useCaseWorkStore } from '../../stores/case-work.ts'
import { type BulkJob, type BulkSummary, type Failure, portions, summarise } from './bulk.ts'

export interface BulkRun {
  kind: StepKind
  total: number
  done: number
  /** Null while it runs. */
  summary: BulkSummary | null
}

export function useBulk() {
  const work = useCaseWorkStore()
  const run = shallowRef<BulkRun | null>(null)

  async function start(jobs: readonly BulkJob[], kind: StepKind): Promise<BulkSummary> {
    const failures: Failure[] = []
    const caseIds = jobs.flatMap((job) => job.caseIds)
    const tasks = jobs.flatMap(({ caseIds: ofJob, input }) => portions(ofJob).map((portion) => ({ portion, input })))
    run.value = { kind, total: caseIds.length, done: 0, summary: null }
    for (const { portion, input } of tasks) {
      try {
        failures.push(...(await work.stepMany(portion, kind, input)))
      } catch (thrown) {
        // The portion failed as a whole; those before it are kept, and the next may well succeed.
        const { code } = readFault(thrown)
        failures.push(...portion.map((caseId) => ({ caseId, fault: code })))
      }
      run.value = { ...run.value, done: run.value.done + portion.length }
    }
    const summary = summarise(caseIds, failures)
    run.value = { ...run.value, summary }
    return summary
  }

  return { run, start, forget: () => void (run.value = null) }
}
