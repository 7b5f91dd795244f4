/** Carries over what a database that was set aside still holds into the one that takes its place. */
import type { Database, Statement } from 'better-sqlite3'
import type { RescuedKind, RescuedRows } from '../contract/backup.ts'
import { carryCases, carryRetired } from './carry-cases.ts'
import { contentTables } from './digest.ts'
import type { Row, Salvaged, Wreck } from './salvage.ts'

export interface Carried {
  rows: RescuedRows[]
  /** Of cases with operations that wait to be sent again. */
  caseIds: string[]
}

/** What the hub tells again with a snapshot. Without the hub the newest that can be read is better than an empty screen. */
const fromHub = ['case_classes', 'cameras', 'grids', 'units', 'working_calendar', 'feed_set_aside']
/** Carried by rules of their own, or made by triggers from what is carried. */
const special = [
  ...['cases', 'case_steps', 'case_confirmed', 'case_counts', 'case_totals', 'retired_cases'],
  ...['outbox', 'audit', 'feed_position'],
]

const kinds: Record<string, RescuedKind> = {
  outbox: 'operations',
  hand_over_notes: 'drafts',
  audit: 'audit',
  hand_overs: 'hand-overs',
  evidence_files: 'evidence',
  instructions: 'instructions',
  cases: 'cases',
}

/**
 * `target` holds the backup, or nothing. `cause`: after `damage` everything newer that can be read is wanted; of a database that somebody `restored`
 * a backup over only what was done here, and the cases that this is about. To be called in a transaction.
 */
export function carryOver(
  target: Database,
  wreck: Wreck | null,
  cause: 'damaged' | 'restored',
  newClientId: string,
): Carried {
  const tally = new Map<RescuedKind, RescuedRows>()
  const count = (table: string, saved: number, fromBackup: number, { lost }: Salvaged) => {
    const kind = kinds[table]
    if (kind) tally.set(kind, { kind, saved, fromBackup, lost })
  }
  const tables = contentTables(target)
  for (const table of tables) {
    if (special.includes(table) || (cause === 'restored' && fromHub.includes(table))) continue
    const carried = carryTable(target, wreck, table)
    count(table, carried.saved, carried.fromBackup, carried.salvaged)
  }
  for (const table of ['outbox', 'audit']) {
    const carried = carryTable(target, wreck, table)
    count(table, carried.saved, carried.fromBackup, carried.salvaged)
  }
  beginAnew(target, newClientId)
  const pending = target
    .prepare<[], string>(`SELECT DISTINCT case_id FROM outbox WHERE state <> 'parked' ORDER BY case_id`)
    .pluck()
    .all()
  const cases = carryCases(target, wreck, cause === 'damaged' ? null : new Set(pending))
  if (cause === 'damaged') {
    tally.set('cases', { kind: 'cases', ...cases })
    carryRetired(target, wreck)
  }
  confirmNothing(target, tables)
  return { rows: [...tally.values()], caseIds: pending.slice(0, 200) }
}

interface CarriedTable {
  saved: number
  fromBackup: number
  salvaged: Salvaged
}

/** A table that can be read whole replaces the backup's; of one that cannot, every row counts that either has, the newer one first. */
function carryTable(target: Database, wreck: Wreck | null, table: string): CarriedTable {
  const before = countOf(target, table)
  const rows: Row[] = []
  const salvaged = wreck?.read(table, (row) => rows.push(row)) ?? { isWhole: false, lost: null }
  if (salvaged.isWhole) target.exec(`DELETE FROM "${table}"`)
  else if (table === 'outbox') setApart(target, rows)
  else if (table === 'audit') renumberAudit(target, rows)
  const put = putInto(target, table)
  let saved = 0
  for (const row of rows) if (put(row)) saved += 1
  const fromBackup = countOf(target, table) - saved
  const isCovered = !salvaged.isWhole && salvaged.lost !== null
  // Rows that could not be read may well be those that the backup has.
  const lost = isCovered ? Math.max(0, (salvaged.lost ?? 0) - fromBackup) : salvaged.lost
  return { saved, fromBackup: before === 0 ? 0 : fromBackup, salvaged: { ...salvaged, lost } }
}

const countOf = (database: Database, table: string) =>
  database.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get() ?? 0

/** Writes a row into the columns that both have; false for one that the table refuses. */
function putInto(target: Database, table: string): (row: Row) => boolean {
  const known = (target.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => name)
  const statements = new Map<string, Statement>()
  return (row) => {
    const names = known.filter((name) => name in row)
    const columns = names.map((name) => `"${name}"`).join(', ')
    const put =
      statements.get(columns) ??
      target.prepare(`INSERT OR REPLACE INTO "${table}" (${columns}) VALUES (${names.map(() => '?').join(', ')})`)
    statements.set(columns, put)
    try {
      put.run(...names.map((name) => row[name]))
      return true
    } catch (error) {
      if (String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT')) return false
      throw error
    }
  }
}

/** Numbers of another client mean other operations: then the backup's come before those that were taken later. */
function setApart(target: Database, rows: readonly Row[]): void {
  const of = target.prepare<[unknown], string>('SELECT op_id FROM outbox WHERE client_seq = ?').pluck()
  const isOther = rows.some((row) => (of.get(row.client_seq) ?? row.op_id) !== row.op_id)
  if (isOther) target.exec('UPDATE outbox SET client_seq = client_seq - 2000000000000')
}

/** An entry of the audit is never replaced by another one that happens to have its number. */
function renumberAudit(target: Database, rows: Row[]): void {
  const find = target.prepare<[unknown], Row>('SELECT * FROM audit WHERE id = ?')
  let next = target.prepare<[], number>('SELECT ifnull(max(id), 0) FROM audit').pluck().get() ?? 0
  for (const row of rows) next = Math.max(next, Number(row.id))
  for (const row of rows) {
    const there = find.get(row.id)
    if (!there || JSON.stringify(Object.values(there)) === JSON.stringify(Object.values(row))) continue
    next += 1
    row.id = next
  }
}

/** Snapshots are counted on from the highest that any row came with: the first one must not take those for its own, and leave what has gone. */
function confirmNothing(target: Database, tables: readonly string[]): void {
  const raise = target.prepare('UPDATE feed_position SET generation = max(generation, ?)')
  for (const table of tables) {
    const columns = target.pragma(`table_info("${table}")`) as { name: string }[]
    if (!columns.some(({ name }) => name === 'generation')) continue
    raise.run(target.prepare<[], number>(`SELECT ifnull(max(generation), 0) FROM "${table}"`).pluck().get())
  }
}

/**
 * A new client of the hub, which begins with number 1 and takes a snapshot. Operations keep their ids, by which the hub knows those that it
 * has answered already (PROTOCOL.md ); what it had answered here was refused, is shown to a person and takes no number.
 */
function beginAnew(target: Database, newClientId: string): void {
  target
    .prepare(
      `INSERT INTO feed_position (only, client_id, epoch, cursor, generation) VALUES (1, ?, NULL, 0, 1)
       ON CONFLICT (only) DO UPDATE SET client_id = excluded.client_id, epoch = NULL, cursor = 0`,
    )
    .run(newClientId)
  target.exec(`
    CREATE TEMP TABLE renumbered AS
      SELECT op_id, CASE WHEN state = 'parked' THEN -row_number() OVER (PARTITION BY state = 'parked' ORDER BY client_seq DESC)
        ELSE row_number() OVER (PARTITION BY state = 'parked' ORDER BY client_seq) END AS number FROM outbox;
    -- By way of numbers that neither side has.
    UPDATE outbox SET client_seq = client_seq + 4000000000000;
    UPDATE outbox SET client_seq = (SELECT number FROM renumbered WHERE renumbered.op_id = outbox.op_id);
    DROP TABLE renumbered;
    UPDATE outbox SET state = 'waiting' WHERE state = 'accepted';
    DELETE FROM sqlite_sequence WHERE name = 'outbox';
    INSERT INTO sqlite_sequence (name, seq) SELECT 'outbox', max(client_seq) FROM outbox HAVING max(client_seq) > 0;
  `)
}
