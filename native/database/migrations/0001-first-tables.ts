/** Cases with their steps and totals, cameras, the class catalogue, the link's place in the feed, session and audit. */
import type { Database } from 'better-sqlite3'

export function createFirstTables(database: Database): void {
  database.exec(`
    CREATE TABLE cases (
      row_id            INTEGER PRIMARY KEY,
      id                TEXT NOT NULL UNIQUE,
      number            TEXT NOT NULL,
      sub_center        TEXT NOT NULL,
      class_code        TEXT NOT NULL,
      channel           TEXT NOT NULL,
      state             TEXT NOT NULL,
      is_open           INTEGER NOT NULL,
      urgency           TEXT NOT NULL,
      description       TEXT NOT NULL,
      place             TEXT NOT NULL,
      longitude         REAL NOT NULL,
      latitude          REAL NOT NULL,
      grid_code         TEXT NOT NULL,
      station_code      TEXT NOT NULL,
      reported_at       INTEGER NOT NULL,
      reporter          TEXT,              -- JSON, personal data
      limit_started_at  INTEGER,
      limit_due_at      INTEGER,
      limit_stopped_at  INTEGER,
      due_order         INTEGER NOT NULL,  -- when it must be looked at: stopped and unlimited cases come last
      assignee          TEXT,              -- JSON
      supervised        INTEGER NOT NULL,
      version           INTEGER NOT NULL,
      extra             TEXT,              -- JSON of fields that this version does not know
      generation        INTEGER NOT NULL   -- the snapshot that last confirmed this row
    ) STRICT;
    CREATE INDEX cases_open_by_due ON cases (due_order, row_id) WHERE is_open = 1;
    CREATE INDEX cases_by_report ON cases (reported_at, row_id);

    CREATE TABLE case_steps (
      case_id TEXT NOT NULL,
      id      TEXT NOT NULL,
      hub_at  INTEGER NOT NULL,
      body    TEXT NOT NULL,               -- JSON of the whole step
      PRIMARY KEY (case_id, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE case_counts (
      state TEXT PRIMARY KEY,
      cases INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER cases_counted AFTER INSERT ON cases BEGIN
      INSERT INTO case_counts (state, cases) VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET cases = cases + 1;
    END;
    CREATE TRIGGER cases_recounted AFTER UPDATE OF state ON cases WHEN old.state <> new.state BEGIN
      UPDATE case_counts SET cases = cases - 1 WHERE state = old.state;
      INSERT INTO case_counts (state, cases) VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET cases = cases + 1;
    END;
    CREATE TRIGGER cases_uncounted AFTER DELETE ON cases BEGIN
      UPDATE case_counts SET cases = cases - 1 WHERE state = old.state;
    END;

    CREATE TABLE case_classes (
      code   TEXT PRIMARY KEY,
      kind   TEXT NOT NULL,
      name   TEXT NOT NULL,
      parent TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE cameras (
      id         TEXT PRIMARY KEY,
      body       TEXT NOT NULL,            -- JSON of the whole camera, credentials included
      generation INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- One row: where this workstation stands in the hub's feed.
    CREATE TABLE feed_position (
      only         INTEGER PRIMARY KEY CHECK (only = 1),
      client_id    TEXT NOT NULL,
      epoch        TEXT,
      cursor       INTEGER NOT NULL,
      generation   INTEGER NOT NULL,
      last_data_at INTEGER
    ) STRICT;

    -- What the hub sent and this version could not understand, as it came.
    CREATE TABLE feed_set_aside (
      epoch  TEXT NOT NULL,
      seq    INTEGER NOT NULL,
      at     INTEGER NOT NULL,
      reason TEXT NOT NULL,
      raw    TEXT NOT NULL,
      PRIMARY KEY (epoch, seq)
    ) STRICT, WITHOUT ROWID;

    -- One row: who is signed in at this workstation.
    CREATE TABLE operator_session (
      only       INTEGER PRIMARY KEY CHECK (only = 1),
      operator   TEXT NOT NULL,
      token      TEXT NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE audit (
      id          INTEGER PRIMARY KEY,
      at          INTEGER NOT NULL,
      operator_id TEXT NOT NULL,
      action      TEXT NOT NULL,
      subject     TEXT NOT NULL,
      reason      TEXT
    ) STRICT;
  `)
}
