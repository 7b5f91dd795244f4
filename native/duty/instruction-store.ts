/** Keeps instructions: those that wait to be sent, and what the hub tells of all. */
import type { Database } from 'better-sqlite3'
import type { CaseHead } from '../contract/case.ts'
import type { Instruction, InstructionRow, SentInstruction } from '../contract/instruction.ts'
import { createEmitter, type Signal } from '../signal.ts'

export interface InstructionStore {
  changed: Signal<void>
  /** What the hub tells replaces what was kept. Belongs into a transaction of the caller. */
  put(instruction: Instruction, generation: number): void
  /** Those that only this workstation has stay. Belongs into a transaction of the caller. */
  removeOtherGenerations(generation: number): void
  /** Keeps one that is to be sent; `name` is what its target is called. False when its id is known already. */
  add(sent: SentInstruction, name: string): boolean
  /** The oldest that waits. */
  nextWaiting(): SentInstruction | null
  accept(id: string): void
  refuse(id: string, why: string): void
  /** The latest ones, newest first. */
  list(): InstructionRow[]
}

const mostListed = 200

interface Stored {
  body: string
  state: InstructionRow['state']
  why: string | null
  caseBody: string | null
}

export function createInstructionStore(database: Database): InstructionStore {
  const changed = createEmitter<void>()
  const upsert = database.prepare(
    `INSERT INTO instructions (id, at, body, state, generation) VALUES (?, ?, ?, 'sent', ?) ON CONFLICT (id) DO UPDATE
     SET at = excluded.at, body = excluded.body, state = 'sent', why = NULL, generation = excluded.generation`,
  )
  const removeOthers = database.prepare("DELETE FROM instructions WHERE generation <> ? AND state = 'sent'")
  const insert = database.prepare(
    "INSERT OR IGNORE INTO instructions (id, at, body, state, generation) VALUES (?, ?, ?, 'waiting', 0)",
  )
  const waiting = database
    .prepare<[], string>("SELECT body FROM instructions WHERE state = 'waiting' ORDER BY at, id LIMIT 1")
    .pluck()
  // Only one that still waits: the feed may have been faster than the answer.
  const settle = database.prepare("UPDATE instructions SET state = ?, why = ? WHERE id = ? AND state = 'waiting'")
  const list = database.prepare<[], Stored>(
    `SELECT i.body, i.state, i.why, c.body AS caseBody FROM instructions i
     LEFT JOIN cases c ON c.id = i.body ->> '$.caseId' ORDER BY i.at DESC, i.id DESC LIMIT ${mostListed}`,
  )
  return {
    changed,
    put(instruction, generation) {
      upsert.run(instruction.id, instruction.at, JSON.stringify(instruction), generation)
      changed.emit()
    },
    removeOtherGenerations(generation) {
      removeOthers.run(generation)
      changed.emit()
    },
    add({ instructionId, by, at, to, text, caseId }, name) {
      const kept: Instruction = { id: instructionId, at, by, to: { ...to, name }, text, caseId, recipients: [] }
      if (insert.run(instructionId, at, JSON.stringify(kept)).changes === 0) return false
      changed.emit()
      return true
    },
    nextWaiting() {
      const body = waiting.get()
      if (body === undefined) return null
      const { id, by, at, to, text, caseId } = JSON.parse(body) as Instruction
      return { instructionId: id, by, at, to: { kind: to.kind, code: to.code }, text, caseId }
    },
    accept(id) {
      settle.run('sent', null, id)
      changed.emit()
    },
    refuse(id, why) {
      settle.run('refused', why, id)
      changed.emit()
    },
    list: () =>
      list.all().map(({ body, state, why, caseBody }) => ({
        ...(JSON.parse(body) as Instruction),
        ...{ state, why, caseNumber: caseBody === null ? null : (JSON.parse(caseBody) as CaseHead).number },
      })),
  }
}
