/**
 * Makes and verifies one backup. Everything here blocks: it runs in a thread of its own (backup-worker.ts), or before anything else has begun.
 *
 * The copy is SQLite's `VACUUM INTO`, its documented alternative to the backup API (https://sqlite.org/lang_vacuum.html#vacuuminto): one
 * consistent state read past the write-ahead log while others write on, encrypted with the key of its source. The backup API itself is
 * refused for encrypted databases by this driver, whose call cannot give the target a key.
 */
import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { BackupCause, BackupProblem, BackupWork } from '../contract/backup.ts'
import { openEncrypted } from '../database/encrypted.ts'
import { storageFailure } from '../database/failure.ts'
import { type Content, contentOf } from './digest.ts'
import { syncFile, syncFolder } from './durable-files.ts'
import { backupId, type Manifest, readManifest, writeManifest } from './manifest.ts'

export interface CopyTask {
  /** The database to copy. */
  file: string
  folder: string
  key: string
  cause: BackupCause
  app: string
  at: number
}

export type Tell = (step: BackupWork['step']) => void

export class BackupFailure extends Error {
  override name = 'BackupFailure'
  readonly problem: BackupProblem
  constructor(problem: BackupProblem, message: string, cause?: unknown) {
    super(message, { cause })
    this.problem = problem
  }
}

export const databaseOf = (folder: string, id: string) => join(folder, `${id}.db`)
export const manifestOf = (folder: string, id: string) => join(folder, `${id}.json`)
/** What is not finished bears this ending. */
const partial = '.partial'

/** Throws what SQLite says of a damaged source or a full disk, and `BackupFailure` of a copy that does not stand up to verification. */
export function makeBackup(task: CopyTask, tell: Tell = () => undefined): Manifest {
  const { folder, key } = task
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unfinished = join(folder, `console${partial}`)
  rmSync(unfinished, { force: true })
  try {
    tell('copy')
    copyInto(task.file, unfinished, key)
    tell('digest')
    const read = readCopy(unfinished, key)
    const id = freeId(folder, backupId(task.at, read.schema))
    const { bytes, sha256 } = readBytes(unfinished)
    const manifest = { format: 1 as const, id, at: task.at, cause: task.cause, app: task.app, bytes, sha256, ...read }
    putInPlace(folder, id, unfinished, writeManifest(manifest, key))
    return manifest
  } finally {
    // SQLite leaves its journal behind where there was no room.
    for (const ending of ['', '-journal']) rmSync(unfinished + ending, { force: true })
  }
}

/** Compares a backup with its manifest: its bytes, its structure, every row. Throws `BackupFailure`. */
export function verifyBackup(
  folder: string,
  id: string,
  key: string,
  mostSchema: number,
  tell: Tell = () => undefined,
): Manifest {
  const manifest = readManifest(manifestOf(folder, id), key)
  if (manifest === 'missing') throw new BackupFailure('no-manifest', `${id} has no manifest`)
  if (manifest === 'foreign')
    throw new BackupFailure('foreign-manifest', `the manifest of ${id} was not written with this key`)
  if (manifest.id !== id) throw new BackupFailure('changed', `the manifest of ${id} belongs to ${manifest.id}`)
  if (manifest.schema > mostSchema)
    throw new BackupFailure('newer', `${id} was made by a newer console (${manifest.schema})`)
  const file = databaseOf(folder, id)
  tell('check')
  const { bytes, sha256 } = readBytes(file)
  if (bytes !== manifest.bytes || sha256 !== manifest.sha256)
    throw new BackupFailure('changed', `${id} is not as it was made`)
  tell('digest')
  const read = readCopy(file, key)
  if (read.digest !== manifest.digest) throw new BackupFailure('damaged', `${id} does not hold what its manifest says`)
  return manifest
}

/** Puts a second copy of a verified backup into another folder; verified byte by byte there. */
export function copyBackup(
  from: string,
  to: string,
  manifest: Manifest,
  key: string,
  tell: Tell = () => undefined,
): void {
  tell('second-copy')
  mkdirSync(to, { recursive: true, mode: 0o700 })
  const unfinished = join(to, `${manifest.id}${partial}`)
  try {
    copyFileSync(databaseOf(from, manifest.id), unfinished)
    if (readBytes(unfinished).sha256 !== manifest.sha256)
      throw new BackupFailure('changed', 'the second copy is not the first')
    putInPlace(to, manifest.id, unfinished, writeManifest(manifest, key))
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/** What stays of a backup that was interrupted; nobody else writes in this folder. */
export function removePartial(folder: string): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) if (name.includes(partial)) rmSync(join(folder, name), { force: true })
}

function copyInto(file: string, target: string, key: string): void {
  const source = openEncrypted(file, key, { readonly: true, timeout: 5_000 })
  try {
    source.prepare('VACUUM INTO ?').run(target)
  } finally {
    source.close()
  }
}

type Read = Content & Pick<Manifest, 'schema' | 'clientId' | 'epoch' | 'cursor'>

/** Every page and every row of a copy. Throws `BackupFailure` (`damaged`). */
function readCopy(file: string, key: string): Read {
  let database: Database | null = null
  try {
    database = openEncrypted(file, key, { readonly: true })
    const schema = database.pragma('user_version', { simple: true }) as number
    const told = database.pragma('quick_check', { simple: true })
    if (told !== 'ok')
      throw new BackupFailure('damaged', `SQLite finds the copy damaged: ${String(told).slice(0, 200)}`)
    return { schema, ...contentOf(database), ...placeOf(database) }
  } catch (error) {
    if (storageFailure(error) !== 'corrupt') throw error
    throw new BackupFailure('damaged', `the copy cannot be read: ${String(error)}`, error)
  } finally {
    database?.close()
  }
}

/** Where the workstation stood in the hub's feed. */
function placeOf(database: Database): Pick<Manifest, 'clientId' | 'epoch' | 'cursor'> {
  const place = database
    .prepare<[], Pick<Manifest, 'clientId' | 'epoch' | 'cursor'>>(
      'SELECT client_id AS clientId, epoch, cursor FROM feed_position',
    )
    .get()
  return place ?? { clientId: null, epoch: null, cursor: null }
}

/** The manifest first: a database without one is never taken for a good backup, a manifest without a database for none. */
function putInPlace(folder: string, id: string, unfinished: string, manifest: string): void {
  syncFile(unfinished)
  const told = manifestOf(folder, id) + partial
  writeFileSync(told, manifest, { mode: 0o600 })
  syncFile(told)
  renameSync(told, manifestOf(folder, id))
  renameSync(unfinished, databaseOf(folder, id))
  syncFolder(folder)
}

function freeId(folder: string, id: string): string {
  for (let more = 0; ; more += 1) {
    const candidate = more === 0 ? id : `${id}-${more}`
    if (!existsSync(databaseOf(folder, candidate))) return candidate
  }
}

function readBytes(file: string): { bytes: number; sha256: string } {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(1 << 20)
  const descriptor = openSync(file, 'r')
  try {
    let bytes = 0
    for (;;) {
      const read = readSync(descriptor, buffer)
      if (read === 0) return { bytes, sha256: hash.digest('hex') }
      hash.update(buffer.subarray(0, read))
      bytes += read
    }
  } finally {
    closeSync(descriptor)
  }
}
