/** What a camera's presets show, as small pictures. */
import type { Database } from 'better-sqlite3'

export function addPresetPictures(database: Database): void {
  database.exec(`
    CREATE TABLE preset_pictures (
      camera_id    TEXT NOT NULL,
      preset_token TEXT NOT NULL,
      at           INTEGER NOT NULL,
      jpeg         BLOB NOT NULL,
      PRIMARY KEY (camera_id, preset_token)
    ) STRICT, WITHOUT ROWID;
  `)
}
