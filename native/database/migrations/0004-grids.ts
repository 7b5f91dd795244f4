/** Grids of the sub-center. Asks the hub for everything once more: what it sent of grids before was set aside. */
import type { Database } from 'better-sqlite3'

export function addGrids(database: Database): void {
  database.exec(`
    CREATE TABLE grids (
      code       TEXT PRIMARY KEY,
      body       TEXT NOT NULL,            -- JSON of the whole grid
      generation INTEGER NOT NULL          -- the snapshot that last confirmed this row
    ) STRICT, WITHOUT ROWID;
    UPDATE feed_position SET epoch = NULL;
  `)
}
