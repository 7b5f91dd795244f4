/** Reads what was done here and has not come back from the hub yet. */
import type { Database } from 'better-sqlite3'
import { mostListed, type SyncState, type UnsentStep } from '../contract/sync.ts'
import type { Operation } from '../hub/protocol.ts'

export type UnsentPart = Pick<SyncState, 'unsent' | 'unsentTotal' | 'unsentBytes' | 'unsentInstructions'>

interface Row {
  body: string
  state: 'waiting' | 'accepted'
  bytes: number
  number: string | null
  place: string | null
}

export function createUnsent(database: Database): () => UnsentPart {
  const listed = database.prepare<[], Row>(
    `SELECT o.body, o.state, length(CAST(o.body AS BLOB)) AS bytes, c.number, c.place
     FROM outbox o LEFT JOIN cases c ON c.id = o.case_id
     WHERE o.state IN ('waiting', 'accepted') ORDER BY o.client_seq LIMIT ${mostListed}`,
  )
  const totals = database.prepare<[], { total: number; bytes: number }>(
    `SELECT count(*) AS total, ifnull(sum(length(CAST(body AS BLOB))), 0) AS bytes FROM outbox WHERE state IN ('waiting', 'accepted')`,
  )
  const instructions = database.prepare<[], number>(`SELECT count(*) FROM instructions WHERE state = 'waiting'`).pluck()
  return () => {
    const { total, bytes } = totals.get() ?? { total: 0, bytes: 0 }
    const unsent = listed.all().map(stepOf)
    return { unsent, unsentTotal: total, unsentBytes: bytes, unsentInstructions: instructions.get() ?? 0 }
  }
}

function stepOf({ body, state, bytes, number, place }: Row): UnsentStep {
  const { opId, caseId, kind, actor, actorAt, report } = JSON.parse(body) as Operation
  return {
    ...{ id: opId, caseId, kind, at: actorAt, actorName: actor.name, bytes },
    ...{ caseNumber: number ?? report?.number ?? caseId, place: place ?? report?.place ?? '' },
    state: state === 'waiting' ? 'waiting' : 'sent',
  }
}
