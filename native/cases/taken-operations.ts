/** What the hub has said yes to, kept so that it can be sent again to a hub that has lost it. */
import type { Database } from 'better-sqlite3'

export interface TakenOperations {
  /** Keeps an operation of the outbox that the hub has just said yes to. */
  keep(opId: string): void
  /**
   * After a snapshot of a hub that has lost state: puts what the snapshot does not hold back into the outbox, before what waits there,
   * with numbers that nobody has used (PROTOCOL.md ). Answers the cases that this is about. `generation`: the snapshot's.
   */
  sendLostAgain(generation: number): string[]
}

/** More than a workstation does in the seven days for which a hub keeps its changes: no backup should be older. */
const mostKept = 10_000

const columns = 'op_id, case_id, kind, base_version, at, body, context'
/**
 * Not among the confirmed steps of the snapshot: accepted ones stand there by a replay only, and those of a case that it does not hold
 * have not been removed yet. A case that has been retired is no longer read.
 */
const isLost = `
  (EXISTS (SELECT 1 FROM outbox o WHERE o.op_id = t.op_id AND o.state = 'accepted')
    OR NOT EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = t.case_id AND s.id = t.op_id)
    OR NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = t.case_id AND c.generation = ?))
  AND t.case_id NOT IN (SELECT case_id FROM retired_cases)`

/** Every call belongs into a transaction of the caller. */
export function createTakenOperations(database: Database): TakenOperations {
  const keep = database.prepare(
    `INSERT OR REPLACE INTO taken_operations (${columns}) SELECT ${columns} FROM outbox WHERE op_id = ?`,
  )
  const trim = database.prepare(
    'DELETE FROM taken_operations WHERE number <= (SELECT max(number) FROM taken_operations) - ?',
  )
  const lost = database.prepare<[number], { op_id: string; case_id: string }>(
    `SELECT op_id, case_id FROM taken_operations t WHERE ${isLost} ORDER BY number`,
  )
  const dropAnswered = database.prepare('DELETE FROM outbox WHERE op_id = ?')
  const unanswered = database
    .prepare<[], string>(
      `SELECT op_id FROM outbox WHERE state IN ('waiting', 'doubted', 'withdrawn') ORDER BY client_seq`,
    )
    .pluck()
  const lastNumber = database.prepare<[], number>(`SELECT seq FROM sqlite_sequence WHERE name = 'outbox'`).pluck()
  const queueAgain = database.prepare(
    `INSERT INTO outbox (client_seq, ${columns}, state) SELECT ?, ${columns}, 'waiting' FROM taken_operations WHERE op_id = ?`,
  )
  const renumber = database.prepare('UPDATE outbox SET client_seq = ? WHERE op_id = ?')
  // What no longer held on the snapshot may hold again on what it lacks.
  const hopeAgain = database.prepare(
    `UPDATE outbox SET state = 'waiting', why = NULL WHERE state = 'doubted' AND case_id = ?`,
  )
  const setLastNumber = database.prepare(`UPDATE sqlite_sequence SET seq = ? WHERE name = 'outbox'`)

  return {
    keep(opId) {
      keep.run(opId)
      trim.run(mostKept)
    },
    sendLostAgain(generation) {
      const again = lost.all(generation)
      if (again.length === 0) return []
      let number = lastNumber.get() ?? 0
      for (const { op_id: opId } of again) dropAnswered.run(opId)
      const later = unanswered.all()
      for (const { op_id: opId } of again) queueAgain.run((number += 1), opId)
      for (const opId of later) renumber.run((number += 1), opId)
      setLastNumber.run(number)
      const caseIds = [...new Set(again.map(({ case_id: caseId }) => caseId))]
      for (const caseId of caseIds) hopeAgain.run(caseId)
      return caseIds
    },
  }
}
