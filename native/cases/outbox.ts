/** Steps taken here that the hub has not confirmed: kept in the order in which they were taken. */
import type { Database } from 'better-sqlite3'
import type { Operation } from '../hub/protocol.ts'
import { createTakenOperations } from './taken-operations.ts'

export interface OutboxEntry {
  operation: Operation
  /** `accepted`: the hub said yes, the feed has not brought the step back yet. */
  state: 'waiting' | 'accepted' | 'parked'
  /** Of a parked one: the hub's words, or what no longer holds. */
  why: string | null
  /** The hub has said yes or no. */
  isAnswered: boolean
  context: StepContext
}

/** What the author of a step saw of the case. */
export interface StepContext {
  /** The last step that the hub had confirmed; null where there was none, or nobody knows. */
  seen: { id: string; hubAt: number } | null
  /** Own steps that were not confirmed yet. */
  ownBefore: string[]
  /** Those of them without which this one is not possible. */
  dependsOn: string[]
}

const nothingKnown: StepContext = { seen: null, ownBefore: [], dependsOn: [] }

export interface Outbox {
  /** Asked for every change of the feed: answered from memory for cases that nobody works here. */
  has(caseId: string): boolean
  ofCase(caseId: string): OutboxEntry[]
  /** Gives the operation its sequence. */
  add(operation: Omit<Operation, 'clientSeq'>, context: StepContext): Operation
  /** The next ones to send, oldest first, at most `most` and about `maxBytes` of JSON; at least one where there is one. */
  nextBatch(most: number, maxBytes: number): Operation[]
  /** The hub said yes. */
  accept(opId: string): void
  /** The hub said no. */
  park(opId: string, why: string): void
  /** Parked here, before the hub has answered. It is sent all the same: the hub decides, and its numbers have no gaps. */
  doubt(opId: string, why: string): void
  /** A person has looked at a parked one: it is shown no more, and goes as soon as the hub has answered for it. */
  withdraw(opId: string): void
  /**
   * The feed brought the step back. One that the hub has not answered for is still sent: it may have come by another
   * workstation, and then its number would be missing.
   */
  remove(opId: string): void
  /** The hub has lost state, its snapshot is here: what it took and no longer has waits again. Answers whose cases those are. */
  sendLostAgain(generation: number): string[]
  /** Shown with its case, and not answered by the feed alone: a refusal of another one is no news. */
  isShown(opId: string): boolean
  /** The hub said yes, the feed has not brought the step back. */
  agreed(): { opId: string; caseId: string }[]
  /** One of those goes again, under its id and number. */
  sendAgain(opId: string): void
  /** The hub misses earlier numbers: all that it has answered for and that is still here goes again. */
  sendAllAgain(): void
  counts(): { waiting: number; parked: number; bytes: number }
}

/** What can never be sent must never be queued: the hub takes messages of up to a megabyte. */
export const maxOperationBytes = 200_000

export interface StoredEntry {
  client_seq: number
  body: string
  /** `doubted` and `withdrawn` are still sent. */
  state: OutboxEntry['state'] | 'doubted' | 'withdrawn'
  why: string | null
  context: string | null
}

/** Writing calls belong into a transaction of the caller. */
export function createOutbox(database: Database): Outbox {
  const insert = database.prepare(
    `INSERT INTO outbox (op_id, case_id, kind, base_version, at, body, state, context)
     VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?)`,
  )
  const ofCase = database.prepare<[string], StoredEntry>(
    `SELECT * FROM outbox WHERE case_id = ? AND state <> 'withdrawn' ORDER BY client_seq`,
  )
  const unanswered = database.prepare<[], StoredEntry>(
    `SELECT * FROM outbox WHERE state IN ('waiting', 'doubted', 'withdrawn') ORDER BY client_seq`,
  )
  const withdraw = database.prepare(
    `UPDATE outbox SET state = 'withdrawn' WHERE op_id = ? AND state IN ('waiting', 'doubted')`,
  )
  const isWithdrawn = database
    .prepare<[string], number>(`SELECT state = 'withdrawn' FROM outbox WHERE op_id = ?`)
    .pluck()
  const isShown = database
    .prepare<[string], number>(`SELECT EXISTS (SELECT 1 FROM outbox WHERE op_id = ? AND state <> 'withdrawn')`)
    .pluck()
  const agreed = database.prepare<[], { opId: string; caseId: string }>(
    `SELECT op_id AS opId, case_id AS caseId FROM outbox WHERE state = 'accepted' ORDER BY client_seq`,
  )
  const sendAgain = database.prepare(`UPDATE outbox SET state = 'waiting' WHERE op_id = ? AND state = 'accepted'`)
  const sendAllAgain = database.prepare(
    `UPDATE outbox SET state = CASE state WHEN 'accepted' THEN 'waiting' ELSE 'doubted' END
     WHERE state IN ('accepted', 'parked')`,
  )
  const setState = database.prepare('UPDATE outbox SET state = ?, why = ? WHERE op_id = ?')
  const drop = database.prepare('DELETE FROM outbox WHERE op_id = ?')
  const counts = database.prepare<[], { waiting: number; parked: number; bytes: number }>(
    `SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state IN ('parked', 'doubted')) AS parked,
       ifnull(sum(length(body)) FILTER (WHERE state = 'waiting'), 0) AS bytes FROM outbox`,
  )
  const anyOf = database.prepare<[string], number>('SELECT EXISTS (SELECT 1 FROM outbox WHERE case_id = ?)').pluck()
  // Cases only ever join, because a removal may be rolled back: for all others the answer needs no look at the disk.
  const cases = new Set(database.prepare<[], string>('SELECT DISTINCT case_id FROM outbox').pluck().all())
  const taken = createTakenOperations(database)
  const forget = (opId: string) => void drop.run(opId)
  function answer(opId: string, state: 'accepted' | 'parked', why: string | null): void {
    if (isWithdrawn.get(opId) === 1) forget(opId)
    else setState.run(state, why, opId)
  }
  return {
    has: (caseId) => cases.has(caseId) && anyOf.get(caseId) === 1,
    ofCase: (caseId) => ofCase.all(caseId).map(entryOf),
    add(operation, context) {
      const { opId, caseId, kind, baseVersion, actorAt } = operation
      const { lastInsertRowid } = insert.run(
        ...[opId, caseId, kind, baseVersion, actorAt, JSON.stringify(operation), JSON.stringify(context)],
      )
      cases.add(caseId)
      return { ...operation, clientSeq: Number(lastInsertRowid) }
    },
    nextBatch(most, maxBytes) {
      const batch: Operation[] = []
      let bytes = 0
      for (const entry of unanswered.iterate()) {
        bytes += Buffer.byteLength(entry.body)
        if (batch.length === most || (batch.length > 0 && bytes > maxBytes)) break
        batch.push(operationOf(entry))
      }
      return batch
    },
    accept(opId) {
      taken.keep(opId)
      answer(opId, 'accepted', null)
    },
    park: (opId, why) => answer(opId, 'parked', why),
    doubt: (opId, why) => void setState.run('doubted', why, opId),
    withdraw(opId) {
      if (withdraw.run(opId).changes === 0) forget(opId)
    },
    remove(opId) {
      if (withdraw.run(opId).changes === 0) forget(opId)
    },
    sendLostAgain(generation) {
      const lost = taken.sendLostAgain(generation)
      for (const caseId of lost) cases.add(caseId)
      return lost
    },
    isShown: (opId) => isShown.get(opId) === 1,
    agreed: () => agreed.all(),
    sendAgain: (opId) => void sendAgain.run(opId),
    sendAllAgain: () => void sendAllAgain.run(),
    counts: () => counts.get() ?? { waiting: 0, parked: 0, bytes: 0 },
  }
}

/** An entry as it is read. */
export function entryOf(stored: StoredEntry): OutboxEntry {
  return {
    operation: operationOf(stored),
    state: shownState(stored),
    why: stored.why,
    isAnswered: stored.state === 'accepted' || stored.state === 'parked',
    context: stored.context === null ? nothingKnown : (JSON.parse(stored.context) as StepContext),
  }
}

function operationOf({ client_seq, body }: StoredEntry): Operation {
  return { ...(JSON.parse(body) as Operation), clientSeq: client_seq }
}

function shownState({ state }: StoredEntry): OutboxEntry['state'] {
  return state === 'doubted' || state === 'withdrawn' ? 'parked' : state
}
