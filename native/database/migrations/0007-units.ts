/** Whom cases may be dispatched to. Asks the hub for everything once more: what it sent of units before was set aside. */
import type { Database } from 'better-sqlite3'

export function addUnits(database: Database): void {
  database.exec(`
    CREATE TABLE units (
      id         TEXT PRIMARY KEY,
      body       TEXT NOT NULL,            -- JSON of the whole unit
      generation INTEGER NOT NULL          -- the snapshot that last confirmed this row
    ) STRICT, WITHOUT ROWID;
    UPDATE feed_position SET epoch = NULL;
  `)
}
