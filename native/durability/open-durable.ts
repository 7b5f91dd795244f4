/** Opens the workstation's database at the start: carries out what was ordered, recovers from damage, backs up before migrations. */
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import { openEncrypted } from '../database/encrypted.ts'
import { storageFailure } from '../database/failure.ts'
import { migrations } from '../database/migrations/index.ts'
import { openDatabase } from '../database/open.ts'
import { StartFailure } from '../start-failure.ts'
import { makeBackup, removePartial } from './backup-copy.ts'
import { listBackups } from './backup-list.ts'
import { isKnownKey, saveFirstPages } from './first-pages.ts'
import { recover } from './recover.ts'
import { giveOrder, readOrder } from './recovery-order.ts'

export interface DurableOptions {
  dataFolder: string
  key: string
  /** Where else backups lie; null: nowhere. */
  secondFolder: string | null
  app: string
  now: () => number
  newId: () => string
  log: Logger
}

export const databaseFile = (dataFolder: string) => join(dataFolder, 'console.db')
export const backupFolder = (dataFolder: string) => join(dataFolder, 'backups')
export const headFile = (dataFolder: string) => join(dataFolder, 'console.head')

/**
 * Throws `StartFailure` for a wrong key, a newer database, a full disk or a file that was never ours: nothing is changed then.
 * What is damaged is set aside and its rows are carried over; see `recover.ts`.
 */
export function openDurable(options: DurableOptions): Database {
  const { dataFolder } = options
  removePartial(backupFolder(dataFolder))
  rmSync(`${headFile(dataFolder)}.new`, { force: true })
  carryOutOrder(options)
  try {
    return openChecked(options)
  } catch (error) {
    const detail = damageOf(error, options)
    if (detail === null) throw error
    options.log.error({ error, detail }, 'the database is damaged')
    orderRecovery(options, detail)
    carryOutOrder(options)
    return openChecked(options)
  }
}

/** Damage was found: the next start recovers from it. */
export function orderRecovery(
  { dataFolder, now, newId }: Pick<DurableOptions, 'dataFolder' | 'now' | 'newId'>,
  detail: string,
): void {
  const nobody = { by: null, reason: null, backup: null }
  giveOrder(dataFolder, { id: newId(), at: now(), kind: 'damaged', detail, ...nobody })
}

function carryOutOrder(options: DurableOptions): void {
  const { dataFolder, secondFolder, key } = options
  const order = readOrder(dataFolder)
  if (!order) return
  const folders = [backupFolder(dataFolder), ...(secondFolder ? [secondFolder] : [])]
  const schema = migrations.length
  try {
    recover({ ...options, file: databaseFile(dataFolder), key, schema, head: headFile(dataFolder), folders }, order)
  } catch (error) {
    throw explain(error, dataFolder)
  }
}

function openChecked(options: DurableOptions): Database {
  const { dataFolder, key } = options
  const file = databaseFile(dataFolder)
  const isThere = existsSync(file)
  if (isThere) backUpBeforeMigration(options, file)
  else if (listBackups([backupFolder(dataFolder)], key).some(({ manifest }) => typeof manifest === 'object')) {
    throw new Missing()
  }
  const database = openDatabase(file, key)
  try {
    if (isThere) check(database, file)
    saveFirstPages(database, file, headFile(dataFolder), key)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** There was a database, and its backups are still there. */
class Missing extends Error {
  override name = 'Missing'
}

/** Small tables that cannot be had again, which are looked at whole; the rest is read by the next backup. */
const precious = ['feed_position', 'outbox', 'case_confirmed', 'evidence_files', 'hand_over_notes', 'operator_session']

class Damaged extends Error {
  override name = 'Damaged'
}

/** Cheap enough for every start. A file that was cut short may still open: its pages are counted. */
function check(database: Database, file: string): void {
  database.pragma('wal_checkpoint(TRUNCATE)')
  const pages = database.pragma('page_count', { simple: true }) as number
  const { size } = statSync(file)
  if (size < pages * 4096) throw new Damaged(`the file has ${size} bytes, its ${pages} pages need ${pages * 4096}`)
  for (const table of precious) {
    const told = database.pragma(`quick_check("${table}")`, { simple: true })
    if (told !== 'ok') throw new Damaged(`${table}: ${String(told).slice(0, 300)}`)
  }
}

function backUpBeforeMigration({ dataFolder, key, app, now, log }: DurableOptions, file: string): void {
  if (schemaOf(file, key) >= migrations.length) return
  const copy = { file, folder: backupFolder(dataFolder), key, cause: 'before-migration' as const, app, at: now() }
  try {
    const { id } = makeBackup(copy)
    log.info({ id }, 'backed up before the database is brought up to date')
  } catch (error) {
    throw storageFailure(error) === 'corrupt' ? error : explain(error, dataFolder)
  }
}

/** As one that is up to date where nothing is to be said: opening says what is wrong. */
function schemaOf(file: string, key: string): number {
  if (statSync(file).size === 0) return migrations.length
  const database = openEncrypted(file, key, { timeout: 5_000 })
  try {
    return database.pragma('user_version', { simple: true }) as number
  } catch {
    return migrations.length
  } finally {
    database.close()
  }
}

/** What is wrong with the file, in words for a technician; null when it is not damage. */
function damageOf(error: unknown, { dataFolder, key }: DurableOptions): string | null {
  if (error instanceof Missing) return 'the database file is gone'
  if (error instanceof Damaged) return error.message
  if (error instanceof StartFailure) {
    const couldBeDamage = error.code === 'wrong-key' || error.code === 'not-a-database'
    // A file that is not ours looks like one whose beginning is damaged: only a database that was opened here before is missed.
    if (couldBeDamage && isOurs(dataFolder, key)) return error.message
    return error.code === 'storage' && storageFailure(error.cause) === 'corrupt' ? error.message : null
  }
  return storageFailure(error) === 'corrupt' ? String(error) : null
}

function isOurs(dataFolder: string, key: string): boolean {
  const known = isKnownKey(headFile(dataFolder), key)
  if (known !== null) return known
  return listBackups([backupFolder(dataFolder)], key).some(({ manifest }) => typeof manifest === 'object')
}

function explain(error: unknown, dataFolder: string): unknown {
  if (error instanceof StartFailure) return error
  const failure = storageFailure(error)
  if (!failure) return error
  const chinese = { full: '磁盘已满', readonly: '不可写', corrupt: '数据库已损坏', busy: '数据库被占用' }[failure]
  return new StartFailure(
    'storage',
    `数据文件夹 ${dataFolder}:${chinese},备份或恢复没有完成。原有数据都在,处理后重新启动,将接着做完`,
    `${dataFolder}: ${failure} while backing up or restoring; all data is still there, start again when there is room`,
    error,
  )
}
