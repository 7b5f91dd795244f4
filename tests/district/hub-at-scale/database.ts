/** The PostgreSQL database that the hub's processes share: opens it, lays out its tables, runs transactions. */
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import pg from 'pg'

export type Database = pg.Pool
export type Transaction = pg.PoolClient

/**
 * The embedded hub's tables, and `failures`, which the processes must share. Puts are kept as text: `jsonb` would not
 * hold every character of GB 18030 and would order keys anew. Keys are compared by bytes, whatever the database's locale.
 */
const tables = `
CREATE TABLE IF NOT EXISTS facts (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS sub_centers (
  code text PRIMARY KEY, name text NOT NULL, letters text NOT NULL,
  head bigint NOT NULL DEFAULT 0, compacted bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS workstations (
  code text PRIMARY KEY, sub_center text NOT NULL REFERENCES sub_centers(code), token_hash bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS changes (
  sub_center text NOT NULL, seq bigint NOT NULL, at bigint NOT NULL, put text NOT NULL, PRIMARY KEY (sub_center, seq)
);
CREATE TABLE IF NOT EXISTS items (
  sub_center text NOT NULL, item_key text COLLATE "C" NOT NULL, put text NOT NULL, PRIMARY KEY (sub_center, item_key)
);
CREATE TABLE IF NOT EXISTS accounts (
  account text PRIMARY KEY, id text NOT NULL, name text NOT NULL, role text NOT NULL, sub_center text NOT NULL,
  salt bytea NOT NULL, hash bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS failures (account text PRIMARY KEY, count integer NOT NULL, free_at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (token_hash bytea PRIMARY KEY, account text NOT NULL, expires_at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS clients (
  sub_center text NOT NULL, client_id text NOT NULL, last_seq bigint NOT NULL, PRIMARY KEY (sub_center, client_id)
);
CREATE TABLE IF NOT EXISTS operations (
  sub_center text NOT NULL, op_id text NOT NULL, client_id text NOT NULL, client_seq bigint NOT NULL,
  status text NOT NULL, why text NOT NULL, at bigint NOT NULL, PRIMARY KEY (sub_center, op_id)
);
CREATE TABLE IF NOT EXISTS document_saves (
  sub_center text NOT NULL, op_id text NOT NULL, version bigint, seq bigint, PRIMARY KEY (sub_center, op_id)
);
CREATE INDEX IF NOT EXISTS document_versions ON document_saves (sub_center, version);
CREATE TABLE IF NOT EXISTS serials (
  sub_center text NOT NULL, day text NOT NULL, last bigint NOT NULL, PRIMARY KEY (sub_center, day)
);
CREATE TABLE IF NOT EXISTS claims (
  sub_center text NOT NULL, case_id text NOT NULL, workstation text NOT NULL, until bigint NOT NULL, body text NOT NULL,
  PRIMARY KEY (sub_center, case_id)
);
`
/** Any number that the hub's processes agree on: one at a time lays out tables. */
const layoutLock = 110112

export interface PoolOptions {
  url: string
  log: Logger
  /** Connections at most. */
  most: number
  /** A transaction that is left alone for longer is ended by the server, in ms. */
  idleMs: number
}

/** Every wait has a limit below the 10 s that a workstation waits. Connects when it is first asked. */
export function openPool({ url, log, most, idleMs }: PoolOptions): Database {
  const pool = new pg.Pool({
    ...{ connectionString: url, max: most, keepAlive: true, connectionTimeoutMillis: 5_000 },
    ...{ statement_timeout: 8_000, lock_timeout: 7_000, query_timeout: 9_000 },
    idle_in_transaction_session_timeout: idleMs,
    // What is answered must be on the disk, whatever the server's own default is.
    options: '-c synchronous_commit=on',
    types: { getTypeParser: (type, format) => (type === bigint ? Number : pg.types.getTypeParser(type, format)) },
  })
  pool.on('error', (error) => log.warn({ error: String(error) }, 'a connection to the database is lost'))
  return pool
}

/** Sequences and instants stay far below 2^53. */
const bigint = pg.types.builtins.INT8

/** Lays out what is missing. Rejects when the server would lose commits in a power cut. */
export async function layOut(database: Database): Promise<void> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT name FROM pg_settings WHERE setting = 'off' AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')`,
  )
  const [unsafe] = rows
  if (unsafe) throw new Error(`the database server runs with ${unsafe.name} = off: what is committed could be lost`)
  await inTransaction(database, async (transaction) => {
    await transaction.query('SELECT pg_advisory_xact_lock($1)', [layoutLock])
    await transaction.query(tables)
    await transaction.query(`INSERT INTO facts VALUES ('epoch', $1) ON CONFLICT DO NOTHING`, [randomUUID()])
  })
}

/** Names one unbroken history of sequences. */
export async function readEpoch(database: Database): Promise<string> {
  const { rows } = await database.query<{ value: string }>(`SELECT value FROM facts WHERE name = 'epoch'`)
  if (!rows[0]) throw new Error('the database has no epoch')
  return rows[0].value
}

/**
 * For whoever has restored a backup: sequences would be given out twice. How far the workstations had come is then not
 * known either. Processes that run must be started again.
 */
export async function renewEpoch(database: Database): Promise<void> {
  await inTransaction(database, async (transaction) => {
    await transaction.query(`UPDATE facts SET value = $1 WHERE name = 'epoch'`, [randomUUID()])
    await transaction.query(`INSERT INTO facts VALUES ('restored', 'yes') ON CONFLICT DO NOTHING`)
    await transaction.query('DELETE FROM clients')
  })
}

/** Commits when `work` resolves; else nothing of it was done, or nobody can know (the connection broke while committing). */
export async function inTransaction<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  const transaction = await database.connect()
  let broken: Error | undefined
  try {
    await transaction.query(begin)
    const result = await work(transaction)
    await transaction.query('COMMIT')
    return result
  } catch (error) {
    await transaction.query('ROLLBACK').catch((failure: Error) => (broken = failure))
    throw error
  } finally {
    transaction.release(broken)
  }
}
