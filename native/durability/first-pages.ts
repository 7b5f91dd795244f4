/**
 * A copy of the few pages without which nothing of the database can be read (its first one and the list of its tables), as they lie on the
 * disk: encrypted. With a mark of the key, so that a wrong key and a damaged first page, which look alike, can be told apart.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { deriveKey, openEncrypted } from '../database/encrypted.ts'
import { replaceFile } from './durable-files.ts'

const schema = z.object({
  keyMark: z.string().regex(/^[0-9a-f]{64}$/),
  pages: z.array(z.object({ number: z.int().min(1), content: z.base64() })),
})

const pageBytes = 4096
const markOf = (key: string) => createHmac('sha256', deriveKey(key, 'key mark')).update('console.db').digest()

/**
 * Writes out the write-ahead log first: what is copied must be what lies in the file. What can no longer be read there does not replace what
 * was kept; then it throws what SQLite says of it.
 */
export function saveFirstPages(database: Database, file: string, target: string, key: string): void {
  database.pragma('wal_checkpoint(TRUNCATE)')
  const numbers = database
    .prepare<[], number>(`SELECT pageno FROM dbstat('main', 0) WHERE name = 'sqlite_schema' ORDER BY pageno`)
    .pluck()
    .all()
  requireReadable(file, key)
  const descriptor = openSync(file, 'r')
  try {
    const pages = numbers.map((number) => {
      const content = Buffer.alloc(pageBytes)
      readSync(descriptor, content, 0, pageBytes, (number - 1) * pageBytes)
      return { number, content: content.toString('base64') }
    })
    replaceFile(target, JSON.stringify({ keyMark: markOf(key).toString('hex'), pages }))
  } finally {
    closeSync(descriptor)
  }
}

/** By a connection of its own, because the others remember these pages. */
function requireReadable(file: string, key: string): void {
  const fresh = openEncrypted(file, key, { readonly: true, timeout: 5_000 })
  try {
    fresh.prepare('SELECT count(*) FROM sqlite_schema').get()
  } finally {
    fresh.close()
  }
}

function readFirstPages(target: string): z.infer<typeof schema> | null {
  try {
    return schema.parse(JSON.parse(readFileSync(target, 'utf8')))
  } catch {
    return null
  }
}

/** Whether the database was opened with this key before; null: nobody knows. */
export function isKnownKey(target: string, key: string): boolean | null {
  const kept = readFirstPages(target)
  return kept && timingSafeEqual(Buffer.from(kept.keyMark, 'hex'), markOf(key))
}

/** Writes the pages over those of a copy of the database. False when there are none to write. */
export function patchFirstPages(copy: string, target: string): boolean {
  const kept = readFirstPages(target)
  if (!kept) return false
  const descriptor = openSync(copy, 'r+')
  try {
    for (const { number, content } of kept.pages) {
      writeSync(descriptor, Buffer.from(content, 'base64'), 0, pageBytes, (number - 1) * pageBytes)
    }
    return true
  } finally {
    closeSync(descriptor)
  }
}
