/** Opens the hub's state file (SQLite) and lays out its tables. */
import { randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'

export type StateFile = Database.Database

/**
 * `items` is the present state (what a snapshot shows), `changes` the feed since `compacted`.
 * `open` marks cases that are not over.
 * `item_key` starts with a rank so that classes and cameras come before the cases that refer to them.
 * `clients` keeps for ever how far each workstation has come, `operations` what each of its operations was answered,
 * `document_saves` what each save of a document became (no version: it was stale).
 */
const tables = `
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sub_centers (
  code TEXT PRIMARY KEY, name TEXT NOT NULL, letters TEXT NOT NULL,
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
CREATE TABLE IF NOT EXISTS clients (
  sub_center TEXT NOT NULL, client_id TEXT NOT NULL, last_seq INTEGER NOT NULL, PRIMARY KEY (sub_center, client_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS operations (
  sub_center TEXT NOT NULL, op_id TEXT NOT NULL, client_id TEXT NOT NULL, client_seq INTEGER NOT NULL,
  status TEXT NOT NULL, why TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (sub_center, op_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document_saves (
  sub_center TEXT NOT NULL, op_id TEXT NOT NULL, version INTEGER, seq INTEGER, PRIMARY KEY (sub_center, op_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS document_versions ON document_saves (sub_center, version);
CREATE TABLE IF NOT EXISTS serials (
  sub_center TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (sub_center, day)
) STRICT, WITHOUT ROWID;
`
/** Grows when what older programs wrote can no longer be served. Cases of format 0 lack what a head has now. */
const format = 1

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
    forgetOldFormat(file)
    file.exec(tables)
    return file
  } catch (error) {
    file.close()
    throw error
  }
}

/** A simulated district may begin again: it needs no migrations, only a new epoch. */
function forgetOldFormat(file: StateFile): void {
  if (file.pragma('user_version', { simple: true }) === format) return
  const names = file
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all()
  file.pragma('foreign_keys = OFF')
  for (const name of names) file.exec(`DROP TABLE "${name}"`)
  file.pragma('foreign_keys = ON')
  file.pragma(`user_version = ${format}`)
}

/**
 * The epoch names one unbroken history of sequences. It is kept with the state; whoever restores an older
 * state must ask for a new one, because sequences would be given out twice. How far the workstations had come is then
 * not known either: each may begin at any number.
 */
export function readEpoch(file: StateFile, renew: boolean): string {
  const row = file.prepare<[], { value: string }>(`SELECT value FROM facts WHERE name = 'epoch'`).get()
  if (row && !renew) return row.value
  const epoch = randomUUID()
  file.prepare(`INSERT OR REPLACE INTO facts (name, value) VALUES ('epoch', ?)`).run(epoch)
  if (row) {
    file.exec(`DELETE FROM clients; INSERT OR REPLACE INTO facts (name, value) VALUES ('restored', 'yes')`)
  }
  return epoch
}
