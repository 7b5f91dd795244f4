/** Reads what can still be read of a damaged database, row by row, without changing it. */
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { openEncrypted } from '../database/encrypted.ts'
import { storageFailure } from '../database/failure.ts'
import { patchFirstPages } from './first-pages.ts'

export type Row = Record<string, unknown>

export interface Salvaged {
  /** Every row could be read. */
  isWhole: boolean
  /** Known to be gone; null: nobody can say. */
  lost: number | null
}

export interface Wreck {
  /** A table that it does not have is whole and empty. */
  read(table: string, take: (row: Row) => void): Salvaged
  close(): void
}

/** So many reads in a row that bring nothing end the search between unreadable pages of a table: halving a gap takes at most 53. */
const mostFruitless = 120

/**
 * `head` holds the file's first pages from better days: where those themselves are damaged, a copy of the file with them is read.
 * Null: nothing of this file can be read.
 */
export function openWreck(file: string, key: string, head: string): Wreck | null {
  const whole = openReadable(file, key)
  if (whole) return createWreck(whole, () => undefined)
  if (!existsSync(file) || !existsSync(head)) return null
  const patched = `${file}.patched`
  const remove = () => {
    for (const ending of ['', '-wal', '-shm']) rmSync(patched + ending, { force: true })
  }
  remove()
  copyFileSync(file, patched)
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${patched}-wal`)
  const readable = patchFirstPages(patched, head) ? openReadable(patched, key) : null
  if (!readable) remove()
  return readable && createWreck(readable, remove)
}

function openReadable(file: string, key: string): Database | null {
  if (!existsSync(file)) return null
  let database: Database | null = null
  try {
    database = openEncrypted(file, key, { readonly: true, timeout: 5_000 })
    // An empty file opens too, as a database without tables: nothing of ours can be read in it.
    if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'feed_position'").get()) return database
    database.close()
    return null
  } catch (error) {
    database?.close()
    if (isUnreadable(error)) return null
    throw error
  }
}

/** A page that is not there at all is told as an input error. */
function isUnreadable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return storageFailure(error) === 'corrupt' || (typeof code === 'string' && code.startsWith('SQLITE_IOERR'))
}

function createWreck(database: Database, removed: () => void): Wreck {
  return {
    read: (table, take) => readTable(database, table, take),
    close() {
      database.close()
      removed()
    },
  }
}

function readTable(database: Database, table: string, take: (row: Row) => void): Salvaged {
  const columns = attempt(() => database.pragma(`table_info("${table}")`) as { name: string; pk: number }[])
  if (columns === undefined) return { isWhole: false, lost: null }
  if (columns.length === 0) return { isWhole: true, lost: 0 }
  const keys = columns.filter(({ pk }) => pk > 0).sort((left, right) => left.pk - right.pk)
  const hasRowId = attempt(() => database.prepare(`SELECT rowid FROM "${table}" LIMIT 0`).all()) !== undefined
  const seen = new Set<string>()
  const takeOnce = (row: Row) => {
    const identity = JSON.stringify(hasRowId ? row['~rowid'] : keys.map(({ name }) => row[name]))
    if (seen.has(identity)) return
    seen.add(identity)
    delete row['~rowid']
    take(row)
  }
  const isWhole = hasRowId
    ? readByRowId(database, table, takeOnce)
    : readFromBothEnds(
        database,
        table,
        keys.map(({ name }) => name),
        takeOnce,
      )
  if (isWhole) return { isWhole, lost: 0 }
  // The count may come from an index that is whole.
  const count = attempt(() => database.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get())
  return { isWhole, lost: count === undefined ? null : Math.max(0, count - seen.size) }
}

/** From the first to the first page that cannot be read, and from the last back to the last such page. */
function readFromBothEnds(database: Database, table: string, keys: string[], take: (row: Row) => void): boolean {
  const order = (way: string) => keys.map((key) => `"${key}" ${way}`).join(', ')
  const all = (way: string) => `SELECT * FROM "${table}" ORDER BY ${order(way)}`
  if (readUntilDamage(database, all('ASC'), [], take)) return true
  readUntilDamage(database, all('DESC'), [], take)
  return false
}

/** Row ids are numbers, so what lies between two damaged pages is found by halving the gap. */
function readByRowId(database: Database, table: string, take: (row: Row) => void): boolean {
  const up = `SELECT rowid AS "~rowid", * FROM "${table}" WHERE rowid BETWEEN ? AND ? ORDER BY rowid`
  let fruitless = 0
  let isWhole = true
  const gaps: [number, number][] = [[Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]]
  for (let gap = gaps.pop(); gap && fruitless < mostFruitless; gap = gaps.pop()) {
    let [low, high] = gap
    fruitless += 1
    const found = (row: Row): number => {
      fruitless = 0
      const id = row['~rowid'] as number
      take(row)
      return id
    }
    if (readUntilDamage(database, up, [low, high], (row) => (low = found(row) + 1))) continue
    isWhole = false
    readUntilDamage(database, `${up} DESC`, [low, high], (row) => (high = found(row) - 1))
    if (low >= high) continue
    const middle = Math.floor(low / 2 + high / 2)
    gaps.push([low, middle], [middle + 1, high])
  }
  return isWhole
}

/** Whether it came to the end. */
function readUntilDamage(database: Database, sql: string, values: number[], take: (row: Row) => void): boolean {
  const done = attempt(() => {
    for (const row of database.prepare<number[], Row>(sql).iterate(...values)) take(row)
    return true
  })
  return done === true
}

/** Undefined where the pages cannot be read. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code
    if (isUnreadable(error) || code === 'SQLITE_ERROR') return undefined
    throw error
  }
}
