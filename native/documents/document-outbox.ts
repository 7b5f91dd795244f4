/** What was saved here and the hub has not answered for: per document a chain of saves, of which the first may be on its way. */
import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { SentDocument } from './document.ts'
import { copyName } from './copy-name.ts'
import { bodyOf, type DocumentRow, type SavedDocument, textOf } from './document-row.ts'

export interface QueuedDocument extends DocumentRow {
  number: number
  base: number | null
  is_sent: 0 | 1
}

/** Every call belongs into a transaction of the caller. */
export interface DocumentOutbox {
  /** `present`: the version that the hub has, as far as is known here; 0: none. */
  add(saved: SavedDocument, present: number): void
  find(opId: string): QueuedDocument | undefined
  /** The first of those that may be sent and are not `held`; from now on it is as it is. */
  next(held: ReadonlySet<string>): SentDocument | null
  /** The hub has taken it as `version`: what was saved on top of it was made from that. */
  settle(queued: QueuedDocument, version: number): void
  /**
   * The hub has something newer, which stays: what was saved here becomes a document of its own, whose ids follow from the save, so that
   * two workstations that send the same save make one copy. A removal is given up.
   */
  setApart(queued: QueuedDocument, workstation: string): void
  /** Sends again, with its own id and before what stands on it, what the hub has lost. */
  again(lost: DocumentRow & { version: number }, base: number): void
  /** What was made from version `from` of a document was made from `to`; null: from what the save before it becomes. */
  rebase(document: Pick<DocumentRow, 'kind' | 'id'>, from: number, to: number | null): void
  count(): number
}

const columns = 'op_id, kind, id, name, body, author, at'
const values = '@op_id, @kind, @id, @name, @body, @author, @at'

export function createDocumentOutbox(database: Database, newId: () => string): DocumentOutbox {
  const insert = database.prepare(
    `INSERT INTO document_outbox (${columns}, base, is_sent) VALUES (${values}, @base, 0)`,
  )
  const insertFirst = database.prepare(
    `INSERT INTO document_outbox (number, ${columns}, base, is_sent)
     SELECT ifnull(min(number), 1) - 1, ${values}, @base, 1 FROM document_outbox WHERE true ON CONFLICT (op_id) DO UPDATE SET base = @base`,
  )
  const last = database.prepare<[string, string], QueuedDocument>(
    'SELECT * FROM document_outbox WHERE kind = ? AND id = ? ORDER BY number DESC LIMIT 1',
  )
  const rewrite = database.prepare(
    'UPDATE document_outbox SET name = @name, body = @body, author = @author, at = @at WHERE number = @number',
  )
  const drop = database.prepare('DELETE FROM document_outbox WHERE number = ?')
  const find = database.prepare<[string], QueuedDocument>('SELECT * FROM document_outbox WHERE op_id = ?')
  const sendable = database
    .prepare<[], string>('SELECT op_id FROM document_outbox WHERE base IS NOT NULL ORDER BY number')
    .pluck()
  const mark = database.prepare('UPDATE document_outbox SET is_sent = 1 WHERE number = ? AND is_sent = 0')
  const follow = database.prepare(
    `UPDATE document_outbox SET base = ? WHERE base IS NULL AND number =
     (SELECT min(number) FROM document_outbox WHERE kind = ? AND id = ?)`,
  )
  // What is not there needs no removal.
  const prune = database.prepare('DELETE FROM document_outbox WHERE base = 0 AND body IS NULL')
  const rename = database.prepare(
    'UPDATE document_outbox SET id = ?, name = ? WHERE kind = ? AND id = ? AND (number = ? OR base IS NULL)',
  )
  const becomeCopy = database.prepare('UPDATE document_outbox SET op_id = ?, base = 0, is_sent = 0 WHERE number = ?')
  const rebase = database.prepare('UPDATE document_outbox SET base = ? WHERE kind = ? AND id = ? AND base = ?')
  const count = database.prepare<[], number>('SELECT count(*) FROM document_outbox').pluck()

  function settle({ number, kind, id, body }: QueuedDocument, version: number): void {
    drop.run(number)
    follow.run(body === null ? 0 : version, kind, id)
    prune.run()
  }
  return {
    add({ kind, id, name, body, by, at }, present) {
      const row = { kind, id, name, body: textOf(body), author: JSON.stringify(by), at }
      const before = last.get(kind, id)
      if (before && !before.is_sent) {
        if (body === null && before.base === 0) drop.run(before.number)
        else rewrite.run({ ...row, number: before.number })
      } else if (before || body !== null || present > 0) {
        insert.run({ ...row, op_id: newId(), base: before ? null : present })
      }
    },
    find: (opId) => find.get(opId),
    next(held) {
      const opId = sendable.all().find((one) => !held.has(one))
      const queued = opId === undefined ? undefined : find.get(opId)
      if (!queued) return null
      mark.run(queued.number)
      return sentOf(queued)
    },
    settle,
    setApart(queued, workstation) {
      const { number, op_id: opId, kind, id, name, body, at } = queued
      if (body === null) return settle(queued, 0)
      rename.run(opId, copyName(name, workstation, at), kind, id, number)
      becomeCopy.run(createHash('sha256').update(opId).digest('hex'), number)
    },
    again: ({ version: _, ...lost }, base) => void insertFirst.run({ ...lost, base }),
    rebase: ({ kind, id }, from, to) => void rebase.run(to, kind, id, from),
    count: () => count.get() ?? 0,
  }
}

function sentOf({ op_id: opId, kind, id, base, name, body, author }: QueuedDocument): SentDocument {
  const by = JSON.parse(author) as SentDocument['by']
  return { opId, kind, id, base: base ?? 0, name, body: bodyOf(body), by }
}
