/** What the hub has taken is kept for a while: a hub that comes back from an older backup has lost the last of it. */
import type { Database } from 'better-sqlite3'

export function keepTakenOperations(database: Database): void {
  database.exec(`
    CREATE TABLE taken_operations (
      number       INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order of the hub's answers
      op_id        TEXT NOT NULL UNIQUE,
      case_id      TEXT NOT NULL,
      kind         TEXT NOT NULL,
      base_version INTEGER NOT NULL,
      at           INTEGER NOT NULL,
      body         TEXT NOT NULL,
      context      TEXT
    ) STRICT;
  `)
}
