/** Which case comes after the one that was just worked. Pure. */
import type { QueueRow } from '../../../native/contract/case.ts'
import type { StepKind } from '../../../native/contract/vocabulary.ts'

/**
 * The next row below `caseId` that waits for the same step, else the first one above; null when none is left among the
 * rows held. A row with steps on their way, or one that a person must look at, is not waiting.
 */
export function nextWaiting(rows: readonly QueueRow[], caseId: string, kind: StepKind): QueueRow | null {
  const at = rows.findIndex(({ id }) => id === caseId)
  const done = rows[at]
  if (!done) return null
  const waits = (row: QueueRow) =>
    row.id !== caseId && row.parked === 0 && (kind === 'call-back' ? row.isCallBackDue : row.state === done.state)
  return [...rows.slice(at + 1), ...rows.slice(0, at)].find(waits) ?? null
}
