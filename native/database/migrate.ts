/** Runs the migrations that a database has not seen, each in a transaction of its own. */
import type { Database } from 'better-sqlite3'
import { StartFailure } from '../start-failure.ts'
import { migrations } from './migrations/index.ts'

/** `PRAGMA user_version` is the number of the last migration. A database of a newer console is refused, untouched. */
export function migrate(database: Database, file: string): void {
  const version = database.pragma('user_version', { simple: true }) as number
  if (version > migrations.length) {
    throw new StartFailure(
      'newer-database',
      `数据库 ${file} 由更新版本的指挥台建立 (版本 ${version});文件未改动,请升级本机程序`,
      `${file} was made by a newer console (schema ${version}, known ${migrations.length}); update this program`,
    )
  }
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue
    database
      .transaction(() => {
        step(database)
        database.pragma(`user_version = ${index + 1}`)
      })
      .immediate()
  }
}
