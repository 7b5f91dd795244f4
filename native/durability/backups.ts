/** Backups as one part: made every hour and on request, verified, rotated, restored. */
import type { BackupRow, BackupState, CaseTotal } from '../contract/backup.ts'
import type { Operator } from '../contract/case.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'

export interface BackupReference {
  id: string
  place: 'data' | 'second'
}

export interface Backups {
  state(): BackupState
  changed: Signal<unknown>
  /** Faults: `conflict` (work-under-way), `internal` (storage-full, backup-failed). */
  now(operator: Operator): Promise<BackupRow>
  /** Faults: `not-found`, `conflict` (work-under-way). */
  verify(reference: BackupReference): Promise<BackupRow>
  /** Faults: `not-found`, `conflict` (work-under-way, backup-unfit). Resolves when the program is about to begin anew. */
  restore(operator: Operator, request: BackupReference & { reason: string }): Promise<void>
  acknowledge(operator: Operator, recoveryId: string): void
  /** Months such as `2018-06`, both included. */
  totals(from: string, to: string): CaseTotal[]
}

export function createBackups(): Backups {
  const none = () => {
    throw new Fault('internal', 'not built yet')
  }
  return {
    state: () => ({
      ...{ rows: [], work: null, nextAt: null, lastGoodAt: null, failure: null, secondFolder: null, folder: '' },
      ...{ lastRecovery: null, retentionYears: 3 },
    }),
    changed: createEmitter<void>(),
    ...{ now: none, verify: none, restore: none, acknowledge: none },
    totals: () => [],
  }
}
