/** Opens the encrypted database the one way it may be opened, and brings it up to date. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { StartFailure } from '../start-failure.ts'
import { openEncrypted } from './encrypted.ts'
import { storageFailure } from './failure.ts'
import { migrate } from './migrate.ts'

export type { Database } from 'better-sqlite3'

/**
 * WAL with `synchronous=FULL` (asserted: WAL's default of NORMAL can lose acknowledged commits in a power cut),
 * SQLCipher 4 page encryption with a raw key. Throws `StartFailure`; a file that cannot be opened is left as it is.
 */
export function openDatabase(file: string, key: string): Database {
  if (existsSync(file)) refusePlainOrPartial(file)
  const database = openEncrypted(file, key, { timeout: 5_000 })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    // Room for the rows of ten thousand open cases, a page each, and their indexes: lists stay flat in a large database.
    database.pragma('cache_size = -131072')
    // The log goes home between commits (cases/upkeep.ts): only a long rush of them has to wait for that.
    database.pragma('wal_autocheckpoint = 4000')
    database.pragma('temp_store = MEMORY')
    if (database.pragma('synchronous', { simple: true }) !== 2) throw new Error('synchronous=FULL was not taken')
    migrate(database, file)
    return database
  } catch (error) {
    database.close()
    throw explain(error, file)
  }
}

const pageBytes = 4096

function refusePlainOrPartial(file: string): void {
  const { size } = statSync(file)
  const head = Buffer.alloc(16)
  const descriptor = openSync(file, 'r')
  readSync(descriptor, head)
  closeSync(descriptor)
  const isPlain = head.toString('latin1').startsWith('SQLite format 3')
  if (size === 0 || size % pageBytes !== 0 || isPlain) throw notOurs(file)
}

function notOurs(file: string, cause?: unknown): StartFailure {
  return new StartFailure(
    'not-a-database',
    `${file} 不是本指挥台的数据库;文件未改动,请移走它或恢复备份后重新启动`,
    `${file} is not a database of this console; it was left as it is, move it away or restore a backup`,
    cause,
  )
}

function explain(error: unknown, file: string): unknown {
  if (error instanceof StartFailure) return error
  const code = (error as { code?: string }).code
  if (code === 'SQLITE_NOTADB') {
    return new StartFailure(
      'wrong-key',
      `密钥打不开数据库 ${file};文件未改动,请放回与它配套的密钥后重新启动`,
      `the key does not open ${file}; it was left as it is, put back the key that belongs to it`,
      error,
    )
  }
  const failure = storageFailure(error)
  if (!failure) return error
  return new StartFailure(
    'storage',
    { full: '磁盘已满', readonly: '数据库所在位置不可写', corrupt: '数据库已损坏', busy: '数据库被占用' }[failure] +
      `:${file}。数据未改动,处理后重新启动`,
    `database ${file}: ${failure} (${code})`,
    error,
  )
}
