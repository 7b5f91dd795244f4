/**
 * Goes on with another database: sets the present one aside, puts the backup (or an empty one) in its place and carries over what can be read.
 * Every step may be repeated, and the database takes its place last: killed anywhere, the next start begins again with the same order.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import { createCaseParts } from '../cases/case-parts.ts'
import type { Recovery } from '../contract/backup.ts'
import { storageFailure } from '../database/failure.ts'
import { openDatabase } from '../database/open.ts'
import { BackupFailure, databaseOf, verifyBackup } from './backup-copy.ts'
import { listBackups } from './backup-list.ts'
import { type Carried, carryOver } from './carry.ts'
import { syncFile, syncFolder } from './durable-files.ts'
import type { Manifest } from './manifest.ts'
import { dropOrder, type RecoveryOrder, setAsideFolder } from './recovery-order.ts'
import { openWreck, type Wreck } from './salvage.ts'

export interface RecoverOptions {
  dataFolder: string
  file: string
  key: string
  /** Number of the last migration that is known here. */
  schema: number
  /** Copy of the first pages. */
  head: string
  /** Where backups lie, the nearest first. */
  folders: readonly string[]
  newId: () => string
  log: Logger
}

const endings = ['', '-wal', '-shm']

/** Throws what the disk says; then nothing is lost and the next start tries again. */
export function recover(options: RecoverOptions, order: RecoveryOrder): void {
  const { dataFolder, file, key, log } = options
  const aside = setAsideFolder(dataFolder, order)
  const old = join(aside, 'console.db')
  const isDone = existsSync(old) && existsSync(file)
  if (!isDone) {
    log.warn({ kind: order.kind, detail: order.detail, aside }, 'going on with another database')
    setAside(file, aside)
    const fresh = `${file}.new`
    for (const ending of endings) rmSync(fresh + ending, { force: true })
    const backup = putBackup(options, order, fresh)
    const database = openDatabase(fresh, key)
    try {
      fill(database, options, order, { aside, old, backup })
      database.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      database.close()
    }
    syncFile(fresh)
    renameSync(fresh, file)
    syncFolder(dataFolder)
  }
  // They are of the database that was set aside.
  rmSync(options.head, { force: true })
  dropOrder(dataFolder)
}

/** The write-ahead log first: a database without its log would be taken for a whole one. */
function setAside(file: string, aside: string): void {
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  for (const ending of endings.toReversed()) {
    if (existsSync(file + ending)) renameSync(file + ending, join(aside, `console.db${ending}`))
  }
  syncFolder(aside)
  syncFolder(dirname(file))
}

/** The backup of the order, or the newest that stands up to verification. */
function putBackup(
  { folders, key, schema, log }: RecoverOptions,
  order: RecoveryOrder,
  target: string,
): Manifest | null {
  const candidates = order.backup
    ? [order.backup]
    : listBackups(folders, key).filter(({ manifest }) => typeof manifest === 'object')
  for (const { folder, id } of candidates) {
    try {
      const manifest = verifyBackup(folder, id, key, schema)
      copyFileSync(databaseOf(folder, id), target)
      return manifest
    } catch (error) {
      if (!(error instanceof BackupFailure) && (error as { code?: unknown }).code !== 'ENOENT') throw error
      log.error({ id, error: String(error) }, 'a backup could not be used')
    }
  }
  return null
}

interface Places {
  aside: string
  old: string
  backup: Manifest | null
}

function fill(database: Database, options: RecoverOptions, order: RecoveryOrder, { aside, old, backup }: Places): void {
  const { dataFolder, key, head, newId, log } = options
  const write = database.transaction((wreck: Wreck | null) => {
    const carried = carryOver(database, wreck, order.kind, newId())
    createCaseParts(database).store.replayOwn()
    forgetMissingEvidence(database, join(dataFolder, 'evidence'), join(aside, 'evidence'))
    keepRecord(database, order, aside, backup, carried)
  })
  const wreck = openWreck(old, key, head)
  try {
    write.immediate(wreck)
  } catch (error) {
    if (storageFailure(error)) throw error
    // Rows that nobody could have written. To start without them is better than not to start; the file is kept for a technician.
    log.error({ error }, 'what could be read of the old database makes no sense; going on without it')
    write.immediate(null)
  } finally {
    wreck?.close()
  }
}

/** Files whose key is gone are of use to nobody here, and are kept all the same; rows without a file are of no use at all. */
function forgetMissingEvidence(database: Database, folder: string, aside: string): void {
  if (!existsSync(folder)) return
  const files = new Set(readdirSync(folder))
  const known = new Set<string>()
  const forget = database.prepare('DELETE FROM evidence_files WHERE id = ?')
  for (const id of database.prepare<[], string>('SELECT id FROM evidence_files').pluck().all()) {
    const name = createHash('sha256').update(id).digest('hex')
    known.add(name)
    if (!files.has(name)) forget.run(id)
  }
  const unknown = [...files].filter((name) => !known.has(name) && statSync(join(folder, name)).isFile())
  if (unknown.length > 0) mkdirSync(aside, { recursive: true, mode: 0o700 })
  for (const name of unknown) renameSync(join(folder, name), join(aside, name))
}

function keepRecord(
  database: Database,
  { id, at, kind, detail, by, reason }: RecoveryOrder,
  setAside: string,
  backup: Manifest | null,
  { rows, caseIds }: Carried,
): void {
  const record: Recovery = {
    ...{ id, at, kind, detail, by, reason, setAside, rows, caseIds },
    backup: backup && { id: backup.id, at: backup.at },
    ...{ acknowledgedAt: null, acknowledgedBy: null },
  }
  database
    .prepare('INSERT OR REPLACE INTO recoveries (id, at, body) VALUES (?, ?, ?)')
    .run(id, at, JSON.stringify(record))
  const audit = database.prepare('INSERT INTO audit (at, operator_id, action, subject, reason) VALUES (?, ?, ?, ?, ?)')
  audit.run(at, by?.id ?? 'console', `database.${kind}`, backup?.id ?? id, reason ?? detail)
}
