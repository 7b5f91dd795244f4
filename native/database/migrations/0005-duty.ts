/** What a shift watches: when a case warns, the alarms that were raised, and the queue with supervised cases first. */
import type { Database } from 'better-sqlite3'

export function addDuty(database: Database): void {
  database.exec(`
    -- Urgent and supervised cases warn when the last quarter of their limit begins (the yellow light); any other half an
    -- hour before its end, but not before its light turns yellow either.
    ALTER TABLE cases ADD COLUMN warn_at INTEGER GENERATED ALWAYS AS (
      due_order - CASE WHEN supervised = 1 OR urgency <> 'normal'
        THEN (due_order - (body ->> '$.limit.startedAt')) / 4
        ELSE min((due_order - (body ->> '$.limit.startedAt')) / 4, 1800000) END
    ) VIRTUAL;
    CREATE INDEX cases_open_by_warning ON cases (warn_at, due_order) WHERE is_open = 1;
    -- A case under supervision is somebody's question about this very case: it comes before what is merely due earlier.
    CREATE INDEX cases_open_by_rank ON cases (supervised DESC, due_order, row_id) WHERE is_open = 1;

    -- One row, since the first cases were here: what was over by then is history and raises nothing.
    CREATE TABLE alarm_watch (
      only  INTEGER PRIMARY KEY CHECK (only = 1),
      since INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE alarms (
      id                   TEXT PRIMARY KEY,
      kind                 TEXT NOT NULL,
      raised_at            INTEGER NOT NULL,
      grown_at             INTEGER NOT NULL,
      acknowledged_at      INTEGER,
      acknowledged_by      TEXT,
      acknowledged_by_name TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX alarms_by_time ON alarms (raised_at);
    CREATE INDEX alarms_unacknowledged ON alarms (kind) WHERE acknowledged_at IS NULL;
    -- At most one alarm for one cause, for ever.
    CREATE TABLE alarm_causes (
      case_id  TEXT NOT NULL,
      kind     TEXT NOT NULL,
      mark     TEXT NOT NULL,             -- the limit's end, or the step that put the case under supervision
      at       INTEGER NOT NULL,
      alarm_id TEXT,                      -- null: known, and no alarm was raised for it
      PRIMARY KEY (case_id, kind, mark)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX alarm_causes_by_alarm ON alarm_causes (alarm_id, at) WHERE alarm_id IS NOT NULL;

    CREATE INDEX cases_with_request ON cases (due_order, row_id) WHERE is_open = 1 AND body ->> '$.request' IS NOT NULL;
    CREATE TABLE hand_overs (
      id      TEXT PRIMARY KEY,
      at      INTEGER NOT NULL,
      body    TEXT NOT NULL,              -- JSON of the whole record; a record is never changed
      sent_at INTEGER                     -- null: the hub has not been told; no hub of today asks for it
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX hand_overs_by_time ON hand_overs (at);
    -- One row: what the shift that runs has noted for the next one.
    CREATE TABLE hand_over_notes (
      only  INTEGER PRIMARY KEY CHECK (only = 1),
      notes TEXT NOT NULL
    ) STRICT;

    -- To handsets in the field: those that wait here, and what the hub tells of all.
    CREATE TABLE instructions (
      id         TEXT PRIMARY KEY,
      at         INTEGER NOT NULL,
      body       TEXT NOT NULL,           -- JSON of the instruction
      state      TEXT NOT NULL,           -- waiting, sent, refused
      why        TEXT,                    -- of a refused one: the hub's words
      generation INTEGER NOT NULL         -- the snapshot that last confirmed it; 0: only here
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX instructions_by_time ON instructions (at);
    CREATE INDEX instructions_waiting ON instructions (at) WHERE state = 'waiting';
  `)
}
