/** Steps taken here that the hub has not confirmed: kept in the order in which they were taken. */
import type { Database } from 'better-sqlite3'
import type { Operation } from '../hub/protocol.ts'

export interface OutboxEntry {
  operation: Operation
  /** `accepted`: the hub said yes, the feed has not brought the step back yet. */
  state: 'waiting' | 'accepted' | 'parked'
  /** Of a parked one: the hub's words. */
  why: string | null
}

export interface Outbox {
  /** Answered from memory: asked for every change of the feed. */
  has(caseId: string): boolean
  ofCase(caseId: string): OutboxEntry[]
  /** Gives the operation its sequence. */
  add(operation: Omit<Operation, 'clientSeq'>): Operation
  /** The next ones to send, oldest first, at most `most` and about `maxBytes` of JSON; at least one where there is one. */
  nextBatch(most: number, maxBytes: number): Operation[]
  accept(opId: string): void
  park(opId: string, why: string): void
  remove(opId: string): void
  counts(): { waiting: number; parked: number; bytes: number }
}

/** What can never be sent must never be queued: the hub takes messages of up to a megabyte. */
export const maxOperationBytes = 200_000

interface StoredEntry {
  client_seq: number
  body: string
  state: OutboxEntry['state']
  why: string | null
}

/** Writing calls belong into a transaction of the caller. */
export function createOutbox(database: Database): Outbox {
  const insert = database.prepare(
    `INSERT INTO outbox (op_id, case_id, kind, base_version, at, body, state) VALUES (?, ?, ?, ?, ?, ?, 'waiting')`,
  )
  const ofCase = database.prepare<[string], StoredEntry>('SELECT * FROM outbox WHERE case_id = ? ORDER BY client_seq')
  const waiting = database.prepare<[], StoredEntry>(`SELECT * FROM outbox WHERE state = 'waiting' ORDER BY client_seq`)
  const setState = database.prepare('UPDATE outbox SET state = ?, why = ? WHERE op_id = ?')
  const caseOf = database.prepare<[string], string>('SELECT case_id FROM outbox WHERE op_id = ?').pluck()
  const remove = database.prepare('DELETE FROM outbox WHERE op_id = ?')
  const countOf = database.prepare<[string], number>('SELECT count(*) FROM outbox WHERE case_id = ?').pluck()
  const counts = database.prepare<[], { waiting: number; parked: number; bytes: number }>(
    `SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'parked') AS parked,
       ifnull(sum(length(body)) FILTER (WHERE state = 'waiting'), 0) AS bytes FROM outbox`,
  )
  const cases = new Set(database.prepare<[], string>('SELECT DISTINCT case_id FROM outbox').pluck().all())
  return {
    has: (caseId) => cases.has(caseId),
    ofCase: (caseId) =>
      ofCase.all(caseId).map((entry) => ({ operation: operationOf(entry), state: entry.state, why: entry.why })),
    add(operation) {
      const { opId, caseId, kind, baseVersion, actorAt } = operation
      const { lastInsertRowid } = insert.run(opId, caseId, kind, baseVersion, actorAt, JSON.stringify(operation))
      cases.add(caseId)
      return { ...operation, clientSeq: Number(lastInsertRowid) }
    },
    nextBatch(most, maxBytes) {
      const batch: Operation[] = []
      let bytes = 0
      for (const entry of waiting.iterate()) {
        bytes += Buffer.byteLength(entry.body)
        if (batch.length === most || (batch.length > 0 && bytes > maxBytes)) break
        batch.push(operationOf(entry))
      }
      return batch
    },
    accept: (opId) => void setState.run('accepted', null, opId),
    park: (opId, why) => void setState.run('parked', why, opId),
    remove(opId) {
      const caseId = caseOf.get(opId)
      remove.run(opId)
      if (caseId !== undefined && countOf.get(caseId) === 0) cases.delete(caseId)
    },
    counts: () => counts.get() ?? { waiting: 0, parked: 0, bytes: 0 },
  }
}

function operationOf({ client_seq, body }: StoredEntry): Operation {
  return { ...(JSON.parse(body) as Operation), clientSeq: client_seq }
}
