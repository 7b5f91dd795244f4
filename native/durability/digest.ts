/** What a database holds, as numbers that two copies share only when they hold the same: rows of each table and a chained digest. */
import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'

export interface Content {
  /** Rows of each table. */
  counts: Record<string, number>
  /** 64 hexadecimal digits: each table's digest is chained to the one before. */
  digest: string
}

/** What cannot be had again comes first, in this order; the others follow by name. */
const first = [
  'feed_position',
  'outbox',
  'audit',
  'cases',
  'case_steps',
  'evidence_files',
  'video_records',
  'hand_overs',
]

/** The ordinary tables in the fixed order. The search index is not among them: it is made from the cases. */
export function contentTables(database: Database): string[] {
  const names = database
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
       AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'case\\_search\\_%' ESCAPE '\\' ORDER BY name`,
    )
    .pluck()
    .all()
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length)
  return names.sort((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1))
}

/** Reads every row; may throw what SQLite says of a damaged file. To be called in a transaction where others write. */
export function contentOf(database: Database): Content {
  const counts: Record<string, number> = {}
  let chain = ''
  for (const table of contentTables(database)) {
    const hash = createHash('sha256').update(`${chain}\n${table}\n`)
    let rows = 0
    for (const row of database
      .prepare(`SELECT * FROM "${table}" ORDER BY ${orderOf(database, table)}`)
      .raw()
      .iterate()) {
      hash.update(JSON.stringify(row)).update('\n')
      rows += 1
    }
    counts[table] = rows
    chain = hash.update(String(rows)).digest('hex')
  }
  return { counts, digest: chain }
}

/** Numbers of the primary key's columns, in which the table lies on the disk: nothing is sorted. */
function orderOf(database: Database, table: string): string {
  const columns = database.pragma(`table_info("${table}")`) as { name: string; pk: number }[]
  const key = columns.filter(({ pk }) => pk > 0).sort((left, right) => left.pk - right.pk)
  return key.length === 0 ? 'rowid' : key.map(({ name }) => `"${name}"`).join(', ')
}
