/** Cameras of the sub-center's own, what is set for a camera here, and each camera's log. */
import type { Database } from 'better-sqlite3'

export function addCameraKeeping(database: Database): void {
  database.exec(`
    CREATE TABLE own_cameras (
      id          TEXT PRIMARY KEY,
      device_code TEXT NOT NULL UNIQUE,
      body        TEXT NOT NULL,           -- JSON of the whole camera, credentials included
      version     INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX cameras_by_device_code ON cameras (body ->> 'deviceCode');

    -- Of any camera, the hub's too; a row outlives a camera that the hub takes away for a while.
    CREATE TABLE camera_settings (
      camera_id   TEXT PRIMARY KEY,
      guard       TEXT,                    -- JSON, null: none
      is_followed INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE camera_log (
      id            INTEGER PRIMARY KEY AUTOINCREMENT,
      camera_id     TEXT NOT NULL,
      at            INTEGER NOT NULL,
      kind          TEXT NOT NULL,
      reason        TEXT,
      operator_name TEXT,
      detail        TEXT NOT NULL
    ) STRICT;
    CREATE INDEX camera_log_by_camera ON camera_log (camera_id, id);
  `)
}
