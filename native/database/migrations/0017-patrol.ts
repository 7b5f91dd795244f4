/** Remote patrol: revisions of routes as they were seen, this workstation's own walks, and what was looked at here. */
import type { Database } from 'better-sqlite3'

export function addPatrol(database: Database): void {
  database.exec(`
    CREATE TABLE patrol_revisions (
      route_id  TEXT NOT NULL,
      revision  INTEGER NOT NULL,
      digest    TEXT NOT NULL,            -- of name and body: two workstations may have saved one revision each
      at        INTEGER NOT NULL,
      name      TEXT NOT NULL,
      author    TEXT NOT NULL,            -- JSON of id and name
      is_shared INTEGER NOT NULL,
      body      TEXT NOT NULL,
      PRIMARY KEY (route_id, revision, digest)
    ) STRICT;

    CREATE TABLE patrol_walks (
      id         TEXT PRIMARY KEY,
      started_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      is_ended   INTEGER NOT NULL,
      is_shared  INTEGER NOT NULL,        -- its document is at the hub or on its way; it is removed after a month, this row never
      body       TEXT NOT NULL,           -- JSON of the walk; what was looked at lies in patrol_looked
      stops      TEXT NOT NULL            -- JSON of the route's stops as they are walked
    ) STRICT;
    CREATE INDEX patrol_walks_by_start ON patrol_walks (started_at);
    CREATE INDEX patrol_walks_open ON patrol_walks (started_at) WHERE is_ended = 0;
    CREATE INDEX patrol_walks_shared ON patrol_walks (started_at) WHERE is_shared = 1;

    CREATE TABLE patrol_looked (
      walk_id   TEXT NOT NULL,
      stop_id   TEXT NOT NULL,
      looked_ms INTEGER NOT NULL,
      reason    TEXT NOT NULL,            -- as it was stated last; '': none was asked for
      PRIMARY KEY (walk_id, stop_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE looks (
      hour        INTEGER NOT NULL,       -- hours since 1970, by the hub's clock where it is known
      camera_id   TEXT NOT NULL,
      operator_id TEXT NOT NULL,
      looked_ms   INTEGER NOT NULL,
      looks       INTEGER NOT NULL,       -- how often somebody began to look
      last_at     INTEGER NOT NULL,
      PRIMARY KEY (hour, camera_id, operator_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE look_last (
      camera_id TEXT PRIMARY KEY,
      last_at   INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE look_reasons (
      hour        INTEGER NOT NULL,
      camera_id   TEXT NOT NULL,
      operator_id TEXT NOT NULL,
      reason      TEXT NOT NULL,
      by_name     TEXT NOT NULL,
      at          INTEGER NOT NULL,       -- first so in this hour
      PRIMARY KEY (hour, camera_id, operator_id, reason)
    ) STRICT, WITHOUT ROWID;
  `)
}
