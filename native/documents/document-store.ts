/** Keeps documents: what the hub tells of shared ones, what was saved here on top of it, and those of one person. */
import type { Database } from 'better-sqlite3'
import { createEmitter, type Signal } from '../signal.ts'
import type { SentDocument, SharedDocument } from './document.ts'
import { createDocumentOutbox } from './document-outbox.ts'
import { bodyOf, type DocumentRow, type SavedDocument, textOf } from './document-row.ts'

/** As this workstation shows it. */
export interface ShownDocument {
  id: string
  name: string
  /** What was saved, maybe by a newer console. */
  body: unknown
  isShared: boolean
  by: SentDocument['by']
  at: number
  isWaiting: boolean
}

export interface DocumentStore {
  changed: Signal<void>
  /** Shared ones and those of `owner`, by name. */
  list(kind: string, owner: string): ShownDocument[]
  /** Whose it is, when it is one person's; `''` for a shared one, null when there is none. */
  ownerOf(kind: string, id: string): string | null
  /** Keeps what is to be shared and queues it. Belongs into a transaction of the caller, like all that follows. */
  share(saved: SavedDocument): void
  keepPrivate(saved: SavedDocument): void
  removePrivate(kind: string, id: string): void

  /** What the hub tells replaces what was kept, unless its answer was faster. */
  put(document: SharedDocument, generation: number): void
  putOfSnapshot(document: SharedDocument, generation: number): void
  /** What the snapshot did not hold goes; `isNewEpoch`: what the hub had and has lost is sent again. */
  endSnapshot(generation: number, isNewEpoch: boolean): void

  /** The next to be sent, but those `held`; afterwards it may be at the hub. */
  next(held: ReadonlySet<string>): SentDocument | null
  /** The hub took it, as change `seq` of its feed. */
  saved(opId: string, version: number, seq: number): void
  stale(opId: string): void
  waitingCount(): number
}

interface SharedRow extends DocumentRow {
  version: number
  generation: number
}
interface ShownRow extends DocumentRow {
  owner: string
  is_waiting: 0 | 1
}

/** No backup of a hub should be older: until then it may bring back what was removed. */
const removedKeptMs = 30 * 86_400_000

const columns = 'op_id, kind, id, name, body, author, at'
const values = '@op_id, @kind, @id, @name, @body, @author, @at'
const shownRows = `
  SELECT ${columns}, '' AS owner, 1 AS is_waiting FROM document_outbox o
    WHERE number = (SELECT max(number) FROM document_outbox l WHERE l.kind = o.kind AND l.id = o.id)
  UNION ALL
  SELECT ${columns}, owner, 0 AS is_waiting FROM documents d
    WHERE owner <> '' OR NOT EXISTS (SELECT 1 FROM document_outbox o WHERE o.kind = d.kind AND o.id = d.id)`

export function createDocumentStore(database: Database, newId: () => string, workstation: string): DocumentStore {
  const changed = createEmitter<void>()
  const outbox = createDocumentOutbox(database, newId)
  const list = database.prepare<[string, string], ShownRow>(
    `SELECT * FROM (${shownRows}) WHERE kind = ? AND body IS NOT NULL AND owner IN ('', ?) ORDER BY name, id`,
  )
  const ownerOf = database
    .prepare<[string, string], string>(
      `SELECT owner FROM (${shownRows}) WHERE kind = ? AND id = ? AND body IS NOT NULL ORDER BY owner LIMIT 1`,
    )
    .pluck()
  const shared = database.prepare<[string, string], SharedRow>(
    `SELECT * FROM documents WHERE kind = ? AND id = ? AND owner = ''`,
  )
  const write = database.prepare(
    `INSERT OR REPLACE INTO documents (${columns}, owner, version, generation) VALUES (${values}, @owner, @version, @generation)`,
  )
  const removePrivate = database.prepare(`DELETE FROM documents WHERE kind = ? AND id = ? AND owner <> ''`)
  const forgetRemoved = database.prepare('DELETE FROM documents WHERE body IS NULL AND at < ?')
  const doubt = database.prepare(
    `INSERT OR IGNORE INTO documents_doubted (${columns}, version)
     SELECT ${columns}, version FROM documents WHERE kind = ? AND id = ? AND owner = ''`,
  )
  const doubtOthers = database.prepare(
    `INSERT OR IGNORE INTO documents_doubted (${columns}, version)
     SELECT ${columns}, version FROM documents WHERE owner = '' AND body IS NOT NULL AND generation <> ?`,
  )
  const doubted = database.prepare<[], DocumentRow & { version: number }>(
    'SELECT * FROM documents_doubted ORDER BY version DESC',
  )
  const believe = database.prepare('DELETE FROM documents_doubted')
  const removeOthers = database.prepare(
    `DELETE FROM documents WHERE owner = '' AND body IS NOT NULL AND generation <> ?`,
  )
  const cursor = database.prepare<[], number>('SELECT cursor FROM feed_position').pluck()

  function writeShared(row: DocumentRow, version: number, generation: number): void {
    write.run({ ...row, owner: '', version, generation })
    if (row.body === null) forgetRemoved.run(row.at - removedKeptMs)
  }
  /** What this workstation had of a hub that came back without it. */
  function sendLostAgain(before: DocumentRow & { version: number }): void {
    const now = shared.get(before.kind, before.id)
    const present = now && now.body !== null ? now.version : 0
    if (now?.op_id === before.op_id) return outbox.rebase(before, before.version, now.version)
    const isOlder = present < before.version
    if (before.body === null && (present === 0 || !isOlder)) return
    outbox.rebase(before, before.version, null)
    // Versions grow over epochs: an older one came with the backup, and this was made from it.
    outbox.again(before, isOlder ? present : before.version)
  }

  return {
    changed,
    list: (kind, owner) => list.all(kind, owner).map(shownOf),
    ownerOf: (kind, id) => ownerOf.get(kind, id) ?? null,
    share(saved) {
      removePrivate.run(saved.kind, saved.id)
      const present = shared.get(saved.kind, saved.id)
      outbox.add(saved, present && present.body !== null ? present.version : 0)
      changed.emit()
    },
    keepPrivate({ kind, id, name, body, by, at }) {
      const row = { op_id: newId(), kind, id, name, body: textOf(body), author: JSON.stringify(by), at }
      write.run({ ...row, owner: by.id, version: 0, generation: 0 })
      changed.emit()
    },
    removePrivate(kind, id) {
      removePrivate.run(kind, id)
      changed.emit()
    },
    put(document, generation) {
      const before = shared.get(document.kind, document.id)
      if (before && before.version > document.version) return
      writeShared(rowOf(document), document.version, generation)
      changed.emit()
    },
    putOfSnapshot(document, generation) {
      const before = shared.get(document.kind, document.id)
      if (before?.op_id === document.opId) outbox.rebase(document, before.version, document.version)
      else doubt.run(document.kind, document.id)
      writeShared(rowOf(document), document.version, generation)
      changed.emit()
    },
    endSnapshot(generation, isNewEpoch) {
      if (isNewEpoch) {
        doubtOthers.run(generation)
        removeOthers.run(generation)
        for (const before of doubted.all()) sendLostAgain(before)
      } else {
        removeOthers.run(generation)
      }
      believe.run()
      changed.emit()
    },
    next: (held) => outbox.next(held),
    saved(opId, version, seq) {
      const queued = outbox.find(opId)
      if (!queued) return
      outbox.settle(queued, version)
      // What the feed has told already is this or newer. The feed will tell this again, as will the next snapshot.
      const { op_id, kind, id, name, body, author, at } = queued
      const isNews = seq > (cursor.get() ?? 0) && version > (shared.get(kind, id)?.version ?? 0)
      if (isNews) writeShared({ op_id, kind, id, name, body, author, at }, version, 0)
      changed.emit()
    },
    stale(opId) {
      const queued = outbox.find(opId)
      if (!queued) return
      outbox.setApart(queued, workstation)
      changed.emit()
    },
    waitingCount: outbox.count,
  }
}

function rowOf({ kind, id, opId, name, body, by, at }: SharedDocument): DocumentRow {
  return { kind, id, op_id: opId, name, body: textOf(body), author: JSON.stringify(by), at }
}

function shownOf({ id, name, body, owner, author, at, is_waiting: isWaiting }: ShownRow): ShownDocument {
  const by = JSON.parse(author) as SentDocument['by']
  return { id, name, body: bodyOf(body), isShared: owner === '', by, at, isWaiting: isWaiting === 1 }
}
