/** Evidence that lies on this workstation, sealed: its keys, and how far it is on its way to the hub. */
import type { Database } from 'better-sqlite3'

export function addEvidence(database: Database): void {
  database.exec(`
    CREATE TABLE evidence_files (
      id         TEXT PRIMARY KEY,
      case_id    TEXT,              -- null while no step refers to it
      kind       TEXT NOT NULL,
      name       TEXT NOT NULL,
      type       TEXT NOT NULL,     -- media type, from the content
      bytes      INTEGER NOT NULL,
      sha256     TEXT NOT NULL,
      key        BLOB NOT NULL,     -- of the sealed file
      state      TEXT NOT NULL,     -- draft, waiting, failed (both: not at the hub yet), kept (the hub has it, this is a copy)
      trouble    TEXT,
      upload_url TEXT,              -- where an upload goes on
      made_at    INTEGER NOT NULL,
      used_at    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX evidence_to_send ON evidence_files (made_at, id) WHERE state IN ('waiting', 'failed');
    CREATE INDEX evidence_kept ON evidence_files (used_at) WHERE state = 'kept';
  `)
}
