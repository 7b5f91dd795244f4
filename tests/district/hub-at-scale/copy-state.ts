/** Takes over the state of an embedded hub that has been stopped: the way from one machine's SQLite to the shared database. */
import Sqlite from 'better-sqlite3'
import { type Database, inTransaction, layOut, type Transaction } from './database.ts'

/** Every table but the facts: the new database has an epoch of its own, because the old file could be used again. */
const columns = {
  sub_centers: ['code', 'name', 'letters', 'head', 'compacted', 'total'],
  workstations: ['code', 'sub_center', 'token_hash'],
  accounts: ['account', 'id', 'name', 'role', 'sub_center', 'salt', 'hash'],
  sessions: ['token_hash', 'account', 'expires_at'],
  changes: ['sub_center', 'seq', 'at', 'put'],
  items: ['sub_center', 'item_key', 'put'],
  clients: ['sub_center', 'client_id', 'last_seq'],
  operations: ['sub_center', 'op_id', 'client_id', 'client_seq', 'status', 'why', 'at'],
  document_saves: ['sub_center', 'op_id', 'version', 'seq'],
  serials: ['sub_center', 'day', 'last'],
  claims: ['sub_center', 'case_id', 'workstation', 'until', 'body'],
} as const
const rowsAtOnce = 500

/** `path` is the stopped hub's `hub.sqlite`. False when the database has a state already, which then stays. */
export async function copyState(path: string, database: Database): Promise<boolean> {
  await layOut(database)
  const file = new Sqlite(path, { readonly: true })
  try {
    return await inTransaction(database, async (transaction) => {
      await transaction.query('LOCK TABLE sub_centers IN EXCLUSIVE MODE')
      const { rowCount } = await transaction.query('SELECT 1 FROM sub_centers LIMIT 1')
      if (rowCount) return false
      for (const [table, names] of Object.entries(columns)) await copyTable(file, transaction, table, names)
      await copyRestored(file, transaction)
      return true
    })
  } finally {
    file.close()
  }
}

async function copyTable(file: Sqlite.Database, to: Transaction, table: string, names: readonly string[]) {
  const list = names.join(', ')
  let rows: unknown[][] = []
  const write = async () => {
    const places = rows.map((_, row) => `(${names.map((_name, column) => `$${row * names.length + column + 1}`)})`)
    await to.query(`INSERT INTO ${table} (${list}) VALUES ${places.join(', ')}`, rows.flat())
    rows = []
  }
  for (const row of file.prepare<[], unknown[]>(`SELECT ${list} FROM ${table}`).raw().iterate()) {
    rows.push(row)
    if (rows.length === rowsAtOnce) await write()
  }
  if (rows.length > 0) await write()
}

/** A hub that was restored from a backup believes the first number of a workstation that it does not know; so does this one. */
async function copyRestored(file: Sqlite.Database, to: Transaction): Promise<void> {
  const isRestored = file.prepare(`SELECT 1 FROM facts WHERE name = 'restored'`).get()
  if (isRestored) await to.query(`INSERT INTO facts VALUES ('restored', 'yes') ON CONFLICT DO NOTHING`)
}
