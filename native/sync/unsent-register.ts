/** What an export holds of the database, and how an import comes into it: each operation and instruction once, for ever. */
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import type { CaseStore } from '../cases/case-store.ts'
import { entryOf, type StoredEntry } from '../cases/outbox.ts'
import type { Clock } from '../clock.ts'
import type { Operator } from '../contract/case.ts'
import type { Instruction } from '../contract/instruction.ts'
import type { ImportResult } from '../contract/sync.ts'
import type { InstructionStore } from '../duty/instruction-store.ts'
import type { Manifest } from './unsent-file.ts'

export interface UnsentRegister {
  unsent(): Pick<Manifest, 'operations' | 'instructions'>
  exported(operator: Operator, what: Manifest): void
  /** In one transaction with `further`. */
  takeOver(operator: Operator, what: Manifest, further: () => void): Pick<ImportResult, 'taken' | 'known'>
}

export interface UnsentRegisterOptions {
  database: Database
  store: CaseStore
  instructions: InstructionStore
  recordAudit: RecordAudit
  clock: Clock
  /** Called after something was taken over. */
  taken: () => void
}

export function createUnsentRegister(options: UnsentRegisterOptions): UnsentRegister {
  const { database, store, instructions, recordAudit, clock } = options
  const unanswered = database.prepare<[], StoredEntry>(
    `SELECT * FROM outbox WHERE state IN ('waiting', 'doubted') ORDER BY client_seq`,
  )
  const waiting = database
    .prepare<[], string>(`SELECT body FROM instructions WHERE state = 'waiting' ORDER BY at, id`)
    .pluck()
  const isKnown = database
    .prepare<[object], number>(
      `SELECT EXISTS (SELECT 1 FROM outbox WHERE op_id = @opId) OR EXISTS (SELECT 1 FROM imported_operations WHERE op_id = @opId)
       OR EXISTS (SELECT 1 FROM case_steps WHERE case_id = @caseId AND id = @opId)`,
    )
    .pluck()
  const remember = database.prepare('INSERT OR IGNORE INTO imported_operations (op_id, at) VALUES (?, ?)')

  function takeOperation({ operation: { clientSeq: _theirs, ...operation }, context }: Manifest['operations'][number]) {
    if (isKnown.get({ opId: operation.opId, caseId: operation.caseId }) === 1) return false
    remember.run(operation.opId, clock.now())
    store.adopt(operation, context)
    return true
  }

  const takeOver = database.transaction((operator: Operator, what: Manifest, further: () => void) => {
    further()
    const outcomes = [
      ...what.operations.map(takeOperation),
      ...what.instructions.map(({ sent, name }) => instructions.add(sent, name)),
    ]
    const taken = outcomes.filter(Boolean).length
    const reason = JSON.stringify({ from: what.workstation, at: what.at, taken })
    recordAudit({ operatorId: operator.id, action: 'unsent.imported', subject: what.workstation, reason })
    return { taken, known: outcomes.length - taken }
  })
  const exported = database.transaction((operator: Operator, { operations, workstation }: Manifest) => {
    // This file may come back to where it was made, long after what it holds was answered and forgotten.
    for (const { operation } of operations) remember.run(operation.opId, clock.now())
    const reason = JSON.stringify({ operations: operations.length })
    recordAudit({ operatorId: operator.id, action: 'unsent.exported', subject: workstation, reason })
  })

  return {
    unsent: () => ({
      operations: unanswered
        .all()
        .map(entryOf)
        .map(({ operation, context }) => ({ operation, context })),
      instructions: waiting.all().map((body) => {
        const { id, by, at, to, text, caseId } = JSON.parse(body) as Instruction
        const { kind, code, name } = to
        return { sent: { instructionId: id, by, at, to: { kind, code }, text, caseId }, name }
      }),
    }),
    exported: (operator, what) => exported.immediate(operator, what),
    takeOver(operator, what, further) {
      const counted = takeOver.immediate(operator, what, further)
      options.taken()
      return counted
    },
  }
}
