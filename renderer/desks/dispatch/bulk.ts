/** Steps on many cases: which make sense, in what portions they go, and what the answer comes to. Pure. */
import type { StepField, StepInput } from '../../../native/contract/case.ts'
import type { FaultCode } from '../../../native/contract/faults.ts'
import type { CaseState } from '../../../native/contract/vocabulary.ts'
import type { OwnSuggestion } from '../../../native/contract/unit.ts'
import type { DeskStep } from './steps/step-keys.ts'

/**
 * What is worth offering for many cases at once, by the state they are in. Native decides each case by the workflow;
 * a test holds this to it.
 */
const bulkSteps: Partial<Record<CaseState, readonly DeskStep[]>> = {
  reported: ['accept', 'reject'],
  accepted: ['file', 'escalate'],
  filed: ['dispatch', 'escalate'],
  dispatched: ['start', 'return'],
  handling: ['resolve', 'return'],
  suspended: ['resume'],
  resolved: ['check-pass', 'check-fail'],
  checked: ['close'],
}

/** Steps that at least one of the cases can take, most common first. */
export function bulkStepsFor(states: readonly CaseState[]): DeskStep[] {
  const counts = new Map<DeskStep, number>()
  for (const state of states) {
    for (const kind of bulkSteps[state] ?? []) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const steps = [...counts].toSorted(([, a], [, b]) => b - a).map(([kind]) => kind)
  return states.length > 0 ? [...steps, 'remark'] : []
}

/** Cases of one command: small enough that progress is seen. */
export const portionSize = 20

export function portions<T>(items: readonly T[], size = portionSize): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

/** Cases that the same is done to. */
export interface BulkJob {
  caseIds: string[]
  input: StepInput
}

/** With `each`, a job for each unit; cases that no unit fits are in none. */
export function jobsOf(caseIds: readonly string[], input: StepInput, each?: readonly OwnSuggestion[]): BulkJob[] {
  if (!each) return [{ caseIds: [...caseIds], input }]
  const wanted = each.filter(({ caseId, assignee }) => assignee !== null && caseIds.includes(caseId))
  return [...Map.groupBy(wanted, ({ assignee }) => assignee?.id)].map(([, ofUnit]) => ({
    caseIds: ofUnit.map(({ caseId }) => caseId),
    input: { ...input, assignee: ofUnit[0]?.assignee ?? null },
  }))
}

/** How many go to which unit, most first, and how many to none. */
export function countEach(each: readonly OwnSuggestion[]): {
  units: { name: string; count: number }[]
  without: number
} {
  const byUnit = Map.groupBy(each, ({ assignee }) => assignee?.id ?? '')
  const without = byUnit.get('')?.length ?? 0
  byUnit.delete('')
  const units = [...byUnit.values()].map((ofUnit) => ({ name: ofUnit[0]?.assignee?.name ?? '', count: ofUnit.length }))
  return { units: units.toSorted((a, b) => b.count - a.count), without }
}

export interface Failure {
  caseId: string
  fault: FaultCode
}

export interface BulkSummary {
  taken: number
  /** Cases by why they were not taken, most common first. */
  failed: { fault: FaultCode; caseIds: string[] }[]
}

export function summarise(asked: readonly string[], failures: readonly Failure[]): BulkSummary {
  const byFault = Map.groupBy(
    failures.filter(({ caseId }) => asked.includes(caseId)),
    ({ fault }) => fault,
  )
  const failed = [...byFault].map(([fault, list]) => ({ fault, caseIds: list.map(({ caseId }) => caseId) }))
  const notTaken = new Set(failed.flatMap(({ caseIds }) => caseIds))
  return {
    taken: asked.length - notTaken.size,
    failed: failed.toSorted((a, b) => b.caseIds.length - a.caseIds.length),
  }
}

/** What a step on many must bring; the rest brings a remark when one wants to. Held to the workflow by the same test. */
export const bulkNeeds: Partial<Record<DeskStep, readonly StepField[]>> = {
  reject: ['reason'],
  escalate: ['reason'],
  dispatch: ['assignee'],
  return: ['reason'],
  resolve: ['reason'],
  'check-fail': ['reason'],
  remark: ['reason'],
}
