/** Opens a file with the console's encryption, and derives keys for other purposes from the database's. */
import { hkdfSync } from 'node:crypto'
import Database from 'better-sqlite3'

/** SQLCipher 4 page encryption with a raw key (64 hexadecimal digits). Nothing is read yet: a wrong key shows at the first read. */
export function openEncrypted(file: string, key: string, options: Database.Options = {}): Database.Database {
  const database = new Database(file, options)
  database.pragma("cipher = 'sqlcipher'")
  database.pragma(`key = "x'${key}'"`)
  return database
}

/** 32 bytes for one purpose (RFC 5869). */
export function deriveKey(key: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'hex'), '', purpose, 32))
}
