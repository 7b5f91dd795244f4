/** A data folder with a database of an earlier shift: cases of the hub, steps of our own, drafts, audit, hand-overs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { type CaseParts, createCaseParts } from '../../native/cases/case-parts.ts'
import { createOwnSteps } from '../../native/cases/own-steps.ts'
import { createAudit } from '../../native/access/audit.ts'
import { systemClock } from '../../native/clock.ts'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import type { Operator } from '../../native/contract/case.ts'
import { createFeedStore } from '../../native/hub/feed-store.ts'
import { saveFirstPages } from '../../native/durability/first-pages.ts'
import { type DurableOptions, headFile, openDurable } from '../../native/durability/open-durable.ts'
import { monday, sampleHead, sampleInput, sampleStep, silent, temporaryFolder } from './support.ts'

export const key = 'ab'.repeat(32)
export const operator: Operator = {
  id: 'op-1',
  account: 'wang',
  name: '王建国',
  role: 'operator',
  subCenter: 'SZ',
  subCenterName: '宋庄',
}

export function durableOptions(dataFolder: string): DurableOptions {
  mkdirSync(dataFolder, { recursive: true })
  const ids = numbered('new')
  return { dataFolder, key, secondFolder: null, app: 'test', now: () => monday, newId: ids, log: silent }
}

export function numbered(name: string): () => string {
  let count = 0
  return () => `${name}-${(count += 1)}`
}

const opened = new WeakMap<Database, CaseParts>()
/** Once for each connection, as the program does. */
export function partsOf(database: Database, known?: CaseParts): CaseParts {
  const parts = known ?? opened.get(database) ?? createCaseParts(database)
  opened.set(database, parts)
  return parts
}

/** Cases that the hub has told of. */
export function fillCases(database: Database, many: number): void {
  const { store } = partsOf(database)
  const feed = createFeedStore(database, store, createCameraRegistry(database), () => 'client-1')
  const changes = Array.from({ length: many }, (_, index) => ({
    seq: index + 1,
    at: monday,
    put: {
      ...{ kind: 'case', case: sampleHead({ id: `case-${index}`, number: `N${index}`, reportedAt: monday + index }) },
      steps: [sampleStep({ id: `step-${index}`, caseId: `case-${index}` })],
    },
  }))
  feed.applyChanges('epoch-1', changes, monday)
}

/** Accepts cases: operations that wait to be sent. Answers their ids, oldest first. */
export function takeSteps(database: Database, caseIds: readonly string[], name = 'own'): string[] {
  const { store, queries, terms } = partsOf(database)
  const steps = createOwnSteps({
    ...{ database, store, queries, terms, newId: numbered(name), hubNow: () => monday, clock: systemClock },
    ...{ recordAudit: createAudit(database, systemClock), taken: () => undefined },
  })
  for (const caseId of caseIds) steps.take(operator, caseId, 'accept', sampleInput())
  return operationIds(database).filter((id) => id.startsWith(name))
}

export const operationIds = (database: Database) =>
  database.prepare<[], string>('SELECT op_id FROM outbox ORDER BY client_seq').pluck().all()

/** Drafts, audit and hand-overs of a shift. */
export function keepNotes(database: Database, many = 200): void {
  const audit = createAudit(database, systemClock)
  const handOver = database.prepare('INSERT INTO hand_overs (id, at, body) VALUES (?, ?, ?)')
  database.transaction(() => {
    database.prepare('INSERT OR REPLACE INTO hand_over_notes (only, notes) VALUES (1, ?)').run('北口井盖,夜班再看一次')
    for (let index = 0; index < many; index += 1) {
      audit({ operatorId: 'op-1', action: 'case.opened', subject: `case-${index}`, reason: null })
      handOver.run(`hand-over-${index}`, monday + index, JSON.stringify({ id: index, notes: '无'.repeat(50) }))
    }
  })()
}

/** A data folder with a closed database of so many cases, with five steps that wait. */
export function earlierShift(many = 60): {
  options: DurableOptions
  file: string
  operations: string[]
  firstPages: Buffer
} {
  const options = durableOptions(join(temporaryFolder(), 'data'))
  const database = openDurable(options)
  fillCases(database, many)
  const operations = takeSteps(database, ['case-1', 'case-2', 'case-3', 'case-4', 'case-5'])
  keepNotes(database)
  const file = join(options.dataFolder, 'console.db')
  // As every hour, and when the program ends.
  saveFirstPages(database, file, headFile(options.dataFolder), key)
  database.close()
  return { options, file, operations, firstPages: readFileSync(headFile(options.dataFolder)) }
}

export function flip(file: string, offset: number, bit = 1): void {
  const bytes = readFileSync(file)
  bytes[offset] = (bytes[offset] ?? 0) ^ bit
  writeFileSync(file, bytes)
}

export interface RecordedRecovery {
  kind: string
  backup: { id: string } | null
  setAside: string
  rows: { kind: string; saved: number; fromBackup: number; lost: number | null }[]
  caseIds: string[]
}

export function lastRecovery(database: Database): RecordedRecovery | null {
  const body = database.prepare<[], string>('SELECT body FROM recoveries ORDER BY at DESC LIMIT 1').pluck().get()
  return body === undefined ? null : (JSON.parse(body) as RecordedRecovery)
}
