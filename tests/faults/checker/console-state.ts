/** Reads a console's encrypted database as it lies on the disk. Shares no code with the console. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

export interface OutboxRow {
  opId: string
  caseId: string
  kind: string
  state: string
  why: string | null
  marker: string
}

export interface ConsoleState {
  clientId: string
  epoch: string | null
  cursor: number
  setAside: number
  outbox: OutboxRow[]
  cases: Map<string, { head: Record<string, unknown>; pending: number; parked: number }>
  /** By case, then by id. */
  steps: Map<string, Map<string, Record<string, unknown>>>
}

/** States of an operation that is not settled: nobody may find one when everything has come into step. */
export const isSettled = (state: string) => state === 'parked'

/** With the key of its folder; for reading only, unless somebody else says otherwise. */
export function openConsole(folder: string, isReadOnly = true): Database.Database {
  const database = new Database(join(folder, 'console.db'), { readonly: isReadOnly, timeout: 2_000 })
  database.pragma("cipher = 'sqlcipher'")
  database.pragma(`key = "x'${readFileSync(join(folder, 'console.key'), 'utf8').trim()}'"`)
  return database
}

export function readConsole(folder: string): ConsoleState {
  const database = openConsole(folder)
  try {
    return database.transaction(() => read(database))()
  } finally {
    database.close()
  }
}

/** What is missing until this console has come into step, in words; null when nothing is. */
export function notInStep(database: Database.Database, hub: { epoch: string; head: number }): string | null {
  const { epoch, cursor } = readPosition(database)
  if (epoch !== hub.epoch) return `it knows the epoch ${epoch}, the hub is in ${hub.epoch}`
  if (cursor !== hub.head) return `its cursor is ${cursor}, the hub's head ${hub.head}`
  const left = readOutbox(database).filter(({ state }) => !isSettled(state))
  if (left.length > 0) return left.map(({ marker, kind, state }) => `${marker} (${kind}) is ${state}`).join(', ')
  return null
}

function readPosition(database: Database.Database) {
  return (
    database
      .prepare<[], { clientId: string; epoch: string | null; cursor: number }>(
        'SELECT client_id AS clientId, epoch, cursor FROM feed_position',
      )
      .all()[0] ?? { clientId: '', epoch: null, cursor: 0 }
  )
}

function readOutbox(database: Database.Database): OutboxRow[] {
  const rows = database.prepare<[], Omit<OutboxRow, 'marker'> & { body: string }>(
    'SELECT op_id AS opId, case_id AS caseId, kind, state, why, body FROM outbox ORDER BY client_seq',
  )
  return rows.all().map(({ body, ...row }) => {
    const operation = JSON.parse(body) as { input: { remark: string }; report: { description: string } | null }
    return { ...row, marker: operation.report?.description ?? operation.input.remark }
  })
}

function read(database: Database.Database): ConsoleState {
  const cases = database.prepare<[], { id: string; body: string; pending: number; parked: number }>(
    'SELECT id, body, pending, parked FROM cases',
  )
  const stepRows = database.prepare<[], { case_id: string; id: string; body: string }>(
    'SELECT case_id, id, body FROM case_steps',
  )
  const steps: ConsoleState['steps'] = new Map()
  for (const { case_id, id, body } of stepRows.all()) {
    const ofCase = steps.get(case_id) ?? new Map<string, Record<string, unknown>>()
    steps.set(case_id, ofCase.set(id, JSON.parse(body) as Record<string, unknown>))
  }
  return {
    ...readPosition(database),
    setAside: database.prepare<[], number>('SELECT count(*) FROM feed_set_aside').pluck().all()[0] ?? 0,
    outbox: readOutbox(database),
    cases: new Map(
      cases
        .all()
        .map(({ id, body, pending, parked }) => [
          id,
          { head: JSON.parse(body) as Record<string, unknown>, pending, parked },
        ]),
    ),
    steps,
  }
}
