/** Workstations that share documents by the reference hub's own code, without sockets: every answer and every page can be lost. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import { openDatabase } from '../../native/database/open.ts'
import type { SharedDocument } from '../../native/documents/document.ts'
import { createDocumentStore } from '../../native/documents/document-store.ts'
import { createFeedStore } from '../../native/hub/feed-store.ts'
import { createDocuments } from '../district/hub/documents.ts'
import { createFeed } from '../district/hub/feed.ts'
import { createSnapshots } from '../district/hub/snapshots.ts'
import { openStateFile, readEpoch } from '../district/hub/state-file.ts'
import { monday, temporaryFolder } from './support.ts'

const subCenter = 'SZ'
const person = { id: 'p-1', account: 'sz-1', name: '王建国', role: 'operator' as const, subCenter, subCenterName: '' }

export function createHub() {
  const folder = temporaryFolder()
  const path = join(folder, 'hub.sqlite')
  const backup = join(folder, 'backup.sqlite')
  let now = monday
  const clock = () => (now += 1_000)
  function open(isRestored: boolean) {
    const file = openStateFile(path)
    // Power cuts are not what this is about.
    file.pragma('synchronous = OFF')
    file
      .prepare('INSERT OR IGNORE INTO sub_centers (code, name, letters) VALUES (?, ?, ?)')
      .run(subCenter, '宋庄镇', subCenter)
    const feed = createFeed(file, clock)
    const documents = createDocuments({
      ...{ file, feed, clock, poke: () => undefined },
      accounts: { person: (_, id) => (id === person.id ? person : null) },
    })
    return { file, feed, documents, epoch: readEpoch(file, isRestored) }
  }
  let hub = open(false)
  onTestFinished(() => void hub.file.close())
  const reopen = (isRestored: boolean, between: () => void) => {
    hub.file.close()
    between()
    hub = open(isRestored)
  }
  const keep = () => reopen(false, () => copyFileSync(path, backup))
  keep()
  return {
    keep,
    restore: () => reopen(true, () => copyFileSync(backup, path)),
    epoch: () => hub.epoch,
    head: () => hub.feed.head(subCenter),
    save: (...sent: Parameters<typeof hub.documents.save> extends [string, ...infer Rest] ? Rest : never) =>
      hub.documents.save(subCenter, ...sent),
    pull: (cursor: number, limit: number) => hub.feed.pull(subCenter, cursor, limit).changes,
    snapshot() {
      const snapshots = createSnapshots(path, subCenter)
      const { snapshotId, asOf } = snapshots.open()
      const { items } = snapshots.page(snapshotId, null, 1000)
      snapshots.closeAll()
      return { asOf, items }
    },
  }
}
export type Hub = ReturnType<typeof createHub>

export function openWorkstation(name: string) {
  const file = join(temporaryFolder(), 'console.db')
  let serial = 0
  const open = () => {
    const database = openDatabase(file, 'ab'.repeat(32))
    database.pragma('synchronous = OFF')
    const store = createDocumentStore(database, () => `${name}-${(serial += 1)}`, name)
    const cases = createCaseParts(database).store
    const cameras = createCameraRegistry(database)
    const feed = createFeedStore(database, cases, cameras, () => name, undefined, undefined, undefined, store)
    return { database, store, feed }
  }
  let parts = open()
  onTestFinished(() => void parts.database.close())
  const shown = () => parts.store.list('note', person.id)
  const at = () => monday + serial
  function takeSnapshot(hub: Hub, isCut: boolean): void {
    const { asOf, items } = hub.snapshot()
    const generation = parts.feed.beginSnapshot()
    parts.feed.applySnapshotItems(generation, isCut ? items.slice(0, items.length / 2) : items)
    if (!isCut) parts.feed.endSnapshot(generation, hub.epoch(), asOf, monday)
  }
  return {
    name,
    shown,
    restart() {
      parts.database.close()
      parts = open()
    },
    share(id: string, title: string, token: string | null) {
      const body = token === null ? null : { token }
      const by = { id: person.id, name: person.name, role: person.role }
      parts.database.transaction(parts.store.share)({ kind: 'note', id, name: title, body, by, at: at() })
    },
    takeSnapshot,
    pull(hub: Hub, most: number) {
      const { epoch, cursor } = parts.feed.position()
      if (epoch !== hub.epoch()) return takeSnapshot(hub, false)
      parts.feed.applyChanges(epoch, hub.pull(cursor, most), monday)
    },
    /** False when nothing could be sent. */
    send(hub: Hub, isAnswerLost: boolean): boolean {
      const { database, store, feed } = parts
      if (feed.position().epoch !== hub.epoch()) return false
      const next = database.transaction(() => store.next(new Set()))()
      if (!next) return false
      const answer = hub.save(next)
      if (isAnswerLost) return true
      database.transaction(() =>
        answer ? store.saved(next.opId, answer.version, answer.seq) : store.stale(next.opId),
      )()
      return true
    },
    clear() {
      parts.database.exec(`DELETE FROM documents; DELETE FROM document_outbox; DELETE FROM documents_doubted;
        UPDATE feed_position SET epoch = NULL, cursor = 0`)
    },
  }
}
export type Workstation = ReturnType<typeof openWorkstation>

/** What the hub has. */
export const documentsOf = (hub: Hub): SharedDocument[] =>
  hub.snapshot().items.map((put) => (put as { document: SharedDocument }).document)

/** Everybody is connected until nothing moves any more. */
export function bringInStep(hub: Hub, workstations: readonly Workstation[]): void {
  for (let before = -1; before !== hub.head();) {
    before = hub.head()
    for (const one of workstations) {
      one.pull(hub, 1000)
      while (one.send(hub, false));
    }
  }
  for (const one of workstations) one.pull(hub, 1000)
}
