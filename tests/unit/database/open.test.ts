/** Opening the database: what is wrong is said, and the file is left as it was. */
import { readFileSync, writeFileSync, chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { loadKey } from '../../../native/database/key.ts'
import { migrations } from '../../../native/database/migrations/index.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { StartFailure } from '../../../native/start-failure.ts'
import { temporaryFolder } from '../support.ts'

const key = 'ab'.repeat(32)

function failureOf(action: () => unknown): StartFailure {
  try {
    action()
  } catch (error) {
    if (error instanceof StartFailure) return error
    throw error
  }
  throw new Error('nothing failed')
}

function place(content?: Buffer) {
  const file = join(temporaryFolder(), 'console.db')
  if (content) writeFileSync(file, content)
  return file
}

describe('the database', () => {
  test('is in WAL mode with synchronous=FULL, brought up to date, and unreadable without its key', () => {
    const file = place()
    const database = openDatabase(file, key)
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(database.pragma('synchronous', { simple: true })).toBe(2)
    expect(database.pragma('user_version', { simple: true })).toBe(migrations.length)
    database.prepare("INSERT INTO case_classes (code, kind, name) VALUES ('S0101', 'event', '暴露垃圾')").run()
    database.close()
    expect(readFileSync(file).includes('暴露垃圾')).toBe(false)
    const again = openDatabase(file, key)
    expect(again.prepare('SELECT name FROM case_classes').pluck().get()).toBe('暴露垃圾')
    again.close()
  })

  test('with a wrong key says so and leaves the file alone', () => {
    const file = place()
    openDatabase(file, key).close()
    const before = readFileSync(file)
    expect(failureOf(() => openDatabase(file, 'cd'.repeat(32))).code).toBe('wrong-key')
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test.each([
    ['a text', Buffer.from('这不是数据库')],
    ['an empty file', Buffer.alloc(0)],
    ['a plain SQLite database', plainDatabase()],
  ])('that is %s is refused and left alone', (_name, content) => {
    const file = place(content)
    expect(failureOf(() => openDatabase(file, key)).code).toBe('not-a-database')
    expect(readFileSync(file).equals(content)).toBe(true)
  })

  test('of a newer console is refused', () => {
    const file = place()
    const database = openDatabase(file, key)
    database.pragma('user_version = 9999')
    database.close()
    expect(failureOf(() => openDatabase(file, key)).code).toBe('newer-database')
  })
})

describe('the key', () => {
  test('is made once, readable by its owner only', () => {
    const folder = temporaryFolder()
    const [keyFile, file] = [join(folder, 'console.key'), join(folder, 'console.db')]
    const made = loadKey(keyFile, file)
    expect(made).toMatch(/^[0-9a-f]{64}$/)
    expect(loadKey(keyFile, file)).toBe(made)
    chmodSync(keyFile, 0o644)
    expect(failureOf(() => loadKey(keyFile, file)).code).toBe('key-unreadable')
  })

  test('is not made anew for a database that exists', () => {
    const folder = temporaryFolder()
    const [keyFile, file] = [join(folder, 'console.key'), join(folder, 'console.db')]
    openDatabase(file, loadKey(keyFile, file)).close()
    rmSync(keyFile)
    expect(failureOf(() => loadKey(keyFile, file)).code).toBe('key-missing')
    writeFileSync(keyFile, 'half a key', { mode: 0o600 })
    expect(failureOf(() => loadKey(keyFile, file)).code).toBe('key-unreadable')
  })
})

function plainDatabase(): Buffer {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE other (a)')
  const content = database.serialize()
  database.close()
  return content
}
