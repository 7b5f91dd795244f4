/** Snapshots: the present state as of one sequence, read in pages while the feed moves on. */
import { randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'
import { maxPageBytes } from './feed.ts'
import { HubFault } from './hub-fault.ts'

/** Each one pins a read transaction, which keeps the write-ahead log from being reused. */
const maxOpen = 2

export interface Snapshots {
  open(): { snapshotId: string; asOf: number; total: number }
  /** Faults: `snapshot-unknown`. */
  page(snapshotId: string, after: string | null, limit: number): { items: unknown[]; next: string | null }
  close(snapshotId: string): void
  closeAll(): void
}

interface Open {
  file: Database.Database
  read: Database.Statement<[string, string, number], { item_key: string; put: string }>
}

/** The snapshots of one connection; the oldest gives way when more than two are open. */
export function createSnapshots(path: string, subCenter: string): Snapshots {
  const open = new Map<string, Open>()

  function close(snapshotId: string): void {
    open.get(snapshotId)?.file.close()
    open.delete(snapshotId)
  }

  return {
    open() {
      const oldest = open.keys().next()
      if (open.size >= maxOpen && !oldest.done) close(oldest.value)
      const file = new Database(path, { readonly: true })
      try {
        file.exec('BEGIN')
        // The first read fixes what this connection sees until its transaction ends (SQLite, "Isolation", WAL mode).
        const row = file
          .prepare<[string], { head: number; total: number }>('SELECT head, total FROM sub_centers WHERE code = ?')
          .get(subCenter)
        if (!row) throw new Error(`unknown sub-center ${subCenter}`)
        const snapshotId = randomUUID()
        open.set(snapshotId, { file, read: prepareRead(file) })
        return { snapshotId, asOf: row.head, total: row.total }
      } catch (error) {
        file.close()
        throw error
      }
    },
    page(snapshotId, after, limit) {
      const snapshot = open.get(snapshotId)
      if (!snapshot) throw new HubFault('snapshot-unknown', 'this snapshot is not open; open another one')
      return takePage(snapshot.read.iterate(subCenter, after ?? '', limit + 1), limit)
    },
    close,
    closeAll() {
      for (const snapshotId of [...open.keys()]) close(snapshotId)
    },
  }
}

function prepareRead(file: Database.Database): Open['read'] {
  return file.prepare('SELECT item_key, put FROM items WHERE sub_center = ? AND item_key > ? ORDER BY item_key LIMIT ?')
}

function takePage(rows: Iterable<{ item_key: string; put: string }>, limit: number) {
  const items: unknown[] = []
  let last: string | null = null
  let bytes = 0
  for (const { item_key, put } of rows) {
    bytes += Buffer.byteLength(put) + 1
    if (items.length === limit || (items.length > 0 && bytes > maxPageBytes)) return { items, next: last }
    items.push(JSON.parse(put) as unknown)
    last = item_key
  }
  return { items, next: null }
}
