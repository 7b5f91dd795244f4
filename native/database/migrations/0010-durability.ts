/** Closed cases that are counted and no longer kept, and the times that this workstation had to go on with another database. */
import type { Database } from 'better-sqlite3'

export function addDurability(database: Database): void {
  database.exec(`
    CREATE TABLE case_totals (
      id         INTEGER PRIMARY KEY,
      month      TEXT NOT NULL,           -- of closing, UTC+8: 2018-06
      class_code TEXT NOT NULL,
      grid_code  TEXT NOT NULL,
      channel    TEXT NOT NULL,
      state      TEXT NOT NULL,
      is_in_time INTEGER NOT NULL,        -- 1, 0, or -1: there was no limit
      cases      INTEGER NOT NULL,
      UNIQUE (month, class_code, grid_code, channel, state, is_in_time)
    ) STRICT;
    -- Each counted case, for ever: the hub may tell of it again, and it may be reopened.
    CREATE TABLE retired_cases (
      case_id  TEXT PRIMARY KEY,
      total_id INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER retired_counted AFTER INSERT ON retired_cases BEGIN
      UPDATE case_totals SET cases = cases + 1 WHERE id = new.total_id;
    END;
    CREATE TRIGGER retired_uncounted AFTER DELETE ON retired_cases BEGIN
      UPDATE case_totals SET cases = cases - 1 WHERE id = old.total_id;
    END;

    CREATE TABLE recoveries (
      id              TEXT PRIMARY KEY,
      at              INTEGER NOT NULL,
      body            TEXT NOT NULL,      -- JSON of the whole record
      acknowledged_at INTEGER,
      acknowledged_by TEXT
    ) STRICT, WITHOUT ROWID;
  `)
}
