/** Opens the hub's state file (SQLite) and lays out its tables. */
import { randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'

export type StateFile = Database.Database

/**
 * `items` is the present state (what a snapshot shows), `changes` the feed since `compacted`.
 * `open` marks cases that are not over.
 * `item_key` starts with a rank so that classes and cameras come before the cases that refer to them.
 */
const tables = `
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sub_centers (
  code TEXT PRIMARY KEY, name TEXT NOT NULL,
  head INTEGER NOT NULL DEFAULT 0, compacted INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS workstations (
  code TEXT PRIMARY KEY, sub_center TEXT NOT NULL REFERENCES sub_centers(code), token_hash BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS changes (
  id INTEGER PRIMARY KEY, sub_center TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, put TEXT NOT NULL,
  UNIQUE (sub_center, seq)
) STRICT;
CREATE TABLE IF NOT EXISTS items (
  id INTEGER PRIMARY KEY, sub_center TEXT NOT NULL, item_key TEXT NOT NULL, put TEXT NOT NULL,
  open INTEGER NOT NULL, UNIQUE (sub_center, item_key)
) STRICT;
CREATE INDEX IF NOT EXISTS open_items ON items (sub_center) WHERE open = 1;
CREATE TABLE IF NOT EXISTS accounts (
  account TEXT PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, sub_center TEXT NOT NULL,
  salt BLOB NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
  token_hash BLOB PRIMARY KEY, account TEXT NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
`

/** Opens or creates the file. WAL, because a snapshot reads while the feed is written. */
export function openStateFile(path: string): StateFile {
  const file = new Database(path)
  try {
    // A case with its steps takes about 3 KB: larger pages waste less.
    file.pragma('page_size = 8192')
    file.pragma('journal_mode = WAL')
    file.pragma('synchronous = FULL')
    file.pragma('busy_timeout = 5000')
    // A whole half-year is filled in one transaction: 64 MB of pages spare it much writing.
    file.pragma('cache_size = -65536')
    file.exec(tables)
    return file
  } catch (error) {
    file.close()
    throw error
  }
}

/**
 * The epoch names one unbroken history of sequences. It is kept with the state; whoever restores an older
 * state must ask for a new one, because sequences would be given out twice.
 */
export function readEpoch(file: StateFile, renew: boolean): string {
  const row = file.prepare<[], { value: string }>(`SELECT value FROM facts WHERE name = 'epoch'`).get()
  if (row && !renew) return row.value
  const epoch = randomUUID()
  file.prepare(`INSERT OR REPLACE INTO facts (name, value) VALUES ('epoch', ?)`).run(epoch)
  return epoch
}
