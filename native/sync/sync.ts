/** Everything that the sync desk shows and does, put together. */
import type { Operator, StepInput } from '../contract/case.ts'
import type { ExportedFile, ImportResult, SyncState } from '../contract/sync.ts'
import type { Role } from '../contract/vocabulary.ts'
import { Fault } from '../fault.ts'
import type { Signal } from '../signal.ts'

export interface Sync {
  changed: Signal<unknown>
  /** As someone of this role sees it. */
  state(role: Role): SyncState
  answers: ConflictAnswers
  files: UnsentFiles
  readSummary(operator: Operator, outageId: string): void
}

export interface ConflictAnswers {
  applyAgain(operator: Operator, stepId: string, input: StepInput | null): void
  handToLeader(operator: Operator, stepId: string, remark: string): void
  withdraw(operator: Operator, stepId: string): void
}

export interface UnsentFiles {
  exportUnsent(operator: Operator, passPhrase: string): Promise<ExportedFile>
  readExport(id: string, offset: number): Promise<Buffer>
  closeExport(id: string): void
  beginImport(bytes: number): { id: string }
  appendImport(id: string, offset: number, piece: Buffer): Promise<void>
  finishImport(operator: Operator, id: string, passPhrase: string): Promise<ImportResult>
}

export function createSync({ changed }: { changed: Signal<unknown> }): Sync {
  const notYet = (): never => {
    throw new Fault('internal', 'not built yet')
  }
  return {
    changed,
    state: () => ({
      ...{ unsent: [], unsentTotal: 0, unsentBytes: 0, unsentInstructions: 0, conflicts: [], outage: null },
    }),
    answers: { applyAgain: notYet, handToLeader: notYet, withdraw: notYet },
    files: {
      ...{ exportUnsent: notYet, readExport: notYet, closeExport: notYet },
      ...{ beginImport: notYet, appendImport: notYet, finishImport: notYet },
    },
    readSummary: notYet,
  }
}
