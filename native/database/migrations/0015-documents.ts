/** Documents that workstations share by way of the hub (scenes and tours of the wall first), those of one person, and what waits to be sent. */
import type { Database } from 'better-sqlite3'

export function addDocuments(database: Database): void {
  database.exec(`
    CREATE TABLE documents (
      kind       TEXT NOT NULL,
      id         TEXT NOT NULL,
      owner      TEXT NOT NULL,           -- '': shared, as the hub told it last; else whose it is, on this workstation alone
      version    INTEGER NOT NULL,        -- the hub's; 0 where it is not shared
      op_id      TEXT NOT NULL,           -- the save that made it
      name       TEXT NOT NULL,
      body       TEXT,                    -- JSON as it came, also where this console cannot read it; null: removed
      author     TEXT NOT NULL,           -- JSON of who saved it last
      at         INTEGER NOT NULL,
      generation INTEGER NOT NULL,        -- the snapshot that last confirmed it; 0: only the hub's answer did
      PRIMARY KEY (kind, id, owner)
    ) STRICT;
    CREATE INDEX documents_removed ON documents (at) WHERE body IS NULL;
    CREATE TABLE document_outbox (
      number  INTEGER PRIMARY KEY,        -- in the order in which they were saved
      op_id   TEXT NOT NULL UNIQUE,
      kind    TEXT NOT NULL,
      id      TEXT NOT NULL,
      base    INTEGER,                    -- the version that it was made from, 0: none; null: what the save before it becomes
      name    TEXT NOT NULL,
      body    TEXT,                       -- null: removes the document
      author  TEXT NOT NULL,
      at      INTEGER NOT NULL,
      is_sent INTEGER NOT NULL            -- it may be at the hub: it must not be altered any more
    ) STRICT;
    CREATE INDEX document_outbox_by_document ON document_outbox (kind, id, number);
    -- What a snapshot is about to replace, until it is known whether the hub has lost it.
    CREATE TABLE documents_doubted (
      op_id   TEXT PRIMARY KEY,
      kind    TEXT NOT NULL,
      id      TEXT NOT NULL,
      version INTEGER NOT NULL,
      name    TEXT NOT NULL,
      body    TEXT,
      author  TEXT NOT NULL,
      at      INTEGER NOT NULL
    ) STRICT;
  `)
}
