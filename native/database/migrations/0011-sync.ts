/** What a refused step needs to be understood and taken again, what was imported, and the times without the district. */
import type { Database } from 'better-sqlite3'

export function addSync(database: Database): void {
  database.exec(`
    ALTER TABLE outbox ADD COLUMN context TEXT; -- JSON: what its author saw of the case; null: of an older console
    CREATE INDEX outbox_parked ON outbox (client_seq) WHERE state IN ('parked', 'doubted');

    -- For ever: the same file may come again long after its operations were answered.
    CREATE TABLE imported_operations (
      op_id TEXT PRIMARY KEY,
      at    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE outages (
      id      TEXT PRIMARY KEY,
      since   INTEGER NOT NULL,
      until   INTEGER,              -- null while it lasts
      sent    INTEGER NOT NULL,
      refused INTEGER NOT NULL,
      is_read INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX outages_by_time ON outages (since);
    CREATE TABLE outage_cases (
      outage_id TEXT NOT NULL,
      case_id   TEXT NOT NULL,
      what      TEXT NOT NULL,      -- changed, added: by others; numbered: taken down here
      temporary TEXT,               -- of a numbered one
      number    TEXT,
      PRIMARY KEY (outage_id, case_id)
    ) STRICT, WITHOUT ROWID;
  `)
}
