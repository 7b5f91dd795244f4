/** Records of snapshots and clips, each chained to the one before by its hash. */
import type { Database } from 'better-sqlite3'

export function addVideoEvidence(database: Database): void {
  database.exec(`
    CREATE TABLE video_records (
      sequence INTEGER PRIMARY KEY,
      body     TEXT NOT NULL,       -- canonical JSON, exactly what was hashed
      hash     TEXT NOT NULL        -- SHA-256 of the body
    ) STRICT;
    CREATE UNIQUE INDEX video_records_by_file ON video_records (body ->> '$.file.id');
  `)
}
