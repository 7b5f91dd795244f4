/** Instructions to the field, put together: kept here first, sent by their own small queue, followed by what the hub tells. */
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import type { Operator } from '../contract/case.ts'
import type { InstructionRow, InstructionTarget, SentInstruction, TargetOffer } from '../contract/instruction.ts'
import type { Signal } from '../signal.ts'
import { createInstructionSender, type InstructionSenderOptions } from './instruction-sender.ts'
import { createInstructionTargets, type InstructionTargetsOptions } from './instruction-targets.ts'

export interface Instructions {
  changed: Signal<void>
  list(): InstructionRow[]
  targets(kind: InstructionTarget['kind'], text: string): TargetOffer[]
  /** Idempotent by id. */
  send(operator: Operator, what: Omit<SentInstruction, 'by' | 'at'>): void
  close(): void
}

export interface InstructionsOptions extends InstructionSenderOptions, InstructionTargetsOptions {
  database: Database
  recordAudit: RecordAudit
  hubNow: () => number
}

export function createInstructions(options: InstructionsOptions): Instructions {
  const { database, store, recordAudit, hubNow } = options
  const sender = createInstructionSender(options)
  const targets = createInstructionTargets(options)
  const keep = database.transaction(({ id, name, role }: Operator, what: Omit<SentInstruction, 'by' | 'at'>) => {
    if (!store.add({ ...what, by: { id, name, role }, at: hubNow() }, targets.nameOf(what.to))) return
    recordAudit({ operatorId: id, action: 'instruction.sent', subject: what.instructionId, reason: null })
  })
  return {
    changed: store.changed,
    list: store.list,
    targets: targets.find,
    send(operator, what) {
      keep.immediate(operator, what)
      sender.poke()
    },
    close: sender.close,
  }
}
