/**
 * Steps taken here before the hub has confirmed them. A case keeps its whole head as `body`; columns repeat what lists
 * and views ask for. Cached cases are dropped and fetched again from the hub: nothing of them was made here yet.
 */
import type { Database } from 'better-sqlite3'

export function addOwnSteps(database: Database): void {
  database.exec(`
    DROP TABLE cases;
    DELETE FROM case_steps;
    DELETE FROM case_counts;
    UPDATE feed_position SET epoch = NULL, cursor = 0;

    CREATE TABLE cases (
      row_id           INTEGER PRIMARY KEY,
      id               TEXT NOT NULL UNIQUE,
      number           TEXT NOT NULL,
      class_code       TEXT NOT NULL,
      channel          TEXT NOT NULL,
      state            TEXT NOT NULL,
      is_open          INTEGER NOT NULL,
      urgency          TEXT NOT NULL,
      place            TEXT NOT NULL,
      longitude        REAL NOT NULL,
      latitude         REAL NOT NULL,
      grid_code        TEXT NOT NULL,
      reported_at      INTEGER NOT NULL,
      due_order        INTEGER NOT NULL,  -- when it must be looked at: stopped and unlimited cases come last
      supervised       INTEGER NOT NULL,
      is_returned      INTEGER NOT NULL,
      is_call_back_due INTEGER NOT NULL,
      worked_by        TEXT,              -- the operator of a desk who took the last step
      version          INTEGER NOT NULL,
      pending          INTEGER NOT NULL,  -- steps in the outbox that the hub has not confirmed
      parked           INTEGER NOT NULL,  -- steps in the outbox that the hub refused
      body             TEXT NOT NULL,     -- JSON of the whole head as shown: confirmed state and pending steps
      generation       INTEGER NOT NULL   -- the snapshot that last confirmed this row
    ) STRICT;
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
    CREATE INDEX cases_open_by_due ON cases (due_order, row_id) WHERE is_open = 1;
    CREATE INDEX cases_by_report ON cases (reported_at, row_id);
    CREATE INDEX cases_by_state ON cases (state, due_order, row_id);
    CREATE INDEX cases_supervised ON cases (due_order, row_id) WHERE is_open = 1 AND supervised = 1;
    CREATE INDEX cases_returned ON cases (due_order, row_id) WHERE is_returned = 1;
    CREATE INDEX cases_to_call_back ON cases (due_order, row_id) WHERE is_call_back_due = 1;
    CREATE INDEX cases_by_worker ON cases (worked_by, due_order, row_id) WHERE is_open = 1 AND worked_by IS NOT NULL;

    ALTER TABLE case_classes ADD COLUMN limits TEXT;

    -- What the hub confirmed last, of cases with pending steps only.
    CREATE TABLE case_confirmed (
      case_id TEXT PRIMARY KEY,
      body    TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Written in the transaction of the step, sent in order, removed when the feed brings the step back.
    CREATE TABLE outbox (
      client_seq   INTEGER PRIMARY KEY AUTOINCREMENT,
      op_id        TEXT NOT NULL UNIQUE,
      case_id      TEXT NOT NULL,
      kind         TEXT NOT NULL,
      base_version INTEGER NOT NULL,
      at           INTEGER NOT NULL,
      body         TEXT NOT NULL,         -- JSON of the operation
      state        TEXT NOT NULL,         -- waiting, accepted (the hub said yes, the feed has not brought it yet), parked;
                                          -- unanswered, yet not waited for: doubted, withdrawn
      why          TEXT                   -- of a parked one
    ) STRICT;
    CREATE INDEX outbox_by_case ON outbox (case_id, client_seq);
    CREATE INDEX outbox_unanswered ON outbox (client_seq) WHERE state IN ('waiting', 'doubted', 'withdrawn');

    -- One row: the calendar that limits run in.
    CREATE TABLE working_calendar (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      body TEXT NOT NULL
    ) STRICT;
  `)
}
