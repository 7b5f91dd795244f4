/** Opens views, searches and takes steps on a database of so many cases, each beside bare SQLite in turn. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAudit } from '../../native/access/audit.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import { createOwnSteps } from '../../native/cases/own-steps.ts'
import { createSearchIndex, type SearchIndex } from '../../native/cases/search-index.ts'
import { createInitials } from '../../native/cases/search-initials.ts'
import { searchTokens } from '../../native/cases/search-text.ts'
import { systemClock } from '../../native/clock.ts'
import { type CaseHead, queueViews } from '../../native/contract/case.ts'
import { type Database, openDatabase } from '../../native/database/open.ts'
import { assigneeOf, benchOperator, fillCases, firstReport, reportEveryMs, twoCharacterQueries } from './queue-cases.ts'
import { createPeer, type StepRows, windowRows } from './queue-peer.ts'

/** p99 in milliseconds of one round, of the console and of bare SQLite. */
export interface Round {
  ours: number
  bare: number
}
export const queueDeeds = ['open', 'search', 'step'] as const
export type QueueDeed = (typeof queueDeeds)[number]
/** Each call measures one round; rounds are counted from 0. */
export interface QueueRounds extends Record<QueueDeed, (round: number) => Round> {
  /** p99 in milliseconds of one piece of upkeep, which nobody waits for unless they come while it is done. */
  upkeep(): number
  close(): void
}

/** Not measured: what is read for the first time is no queue that somebody works at. */
const warming = 50
const key = 'ab'.repeat(32)
function percentile99(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN
}

function time(work: () => void): number {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}

/** Alternates: whatever the machine does meanwhile meets both. Each side makes ready first, and is timed then. */
function beside(
  times: number,
  ours: (index: number) => () => void,
  bare: (index: number) => () => void,
): (round: number) => Round {
  return (round) => {
    for (let index = 0; round === 0 && index < warming; index += 1) {
      ours(index)()
      bare(index)()
    }
    const taken = { ours: [] as number[], bare: [] as number[] }
    for (let index = warming + round * times; index < warming + (round + 1) * times; index += 1) {
      taken.ours.push(time(ours(index)))
      taken.bare.push(time(bare(index)))
    }
    return { ours: percentile99(taken.ours), bare: percentile99(taken.bare) }
  }
}

export interface HowMuch {
  folder: string
  cases: number
  open: number
  rounds: number
  times: number
}

export function prepareQueue({ folder, cases, open: openCases, rounds, times }: HowMuch): QueueRounds {
  const file = join(folder, `console-${cases}.db`)
  const filling = openDatabase(file, key)
  fillCases(filling, createCaseParts(filling), cases, openCases)
  filling.pragma('wal_checkpoint(TRUNCATE)')
  filling.close()
  copyFileSync(file, `${file}.bare`)
  const database = openDatabase(file, key)
  const bare = openDatabase(`${file}.bare`, key)
  const parts = createCaseParts(database)
  const peer = createPeer(bare)
  const search = createSearchIndex(bare, createInitials())
  const viewer = { operatorId: benchOperator.id, now: firstReport + cases * reportEveryMs }
  const parameters = {
    now: viewer.now,
    soon: viewer.now + 3_600_000,
    operator: viewer.operatorId,
    limit: windowRows,
    offset: 0,
  }
  const viewAt = (index: number) => queueViews[index % queueViews.length] ?? 'open'
  const open = beside(
    times,
    (index) => () => void parts.queries.window(viewAt(index), 0, windowRows, viewer),
    (index) => () => peer.open(viewAt(index), parameters),
  )
  const queries = twoCharacterQueries(warming + rounds * times)
  const sought = (index: number) => (index % 2 === 0 ? 'all' : 'open')
  const matches = queries.map((query) => search.expression(query))
  const found = beside(
    times,
    (index) => () => void parts.queries.window(sought(index), 0, windowRows, viewer, queries[index]),
    (index) => () => peer.search(sought(index), { ...parameters, match: matches[index] }),
  )
  const pieces: number[] = []
  const upkeep = [upkeepOf(database, parts.search, pieces), upkeepOf(bare, search, [])] as const
  const step = measureSteps(database, parts, peer.step, upkeep, rounds, times)
  const close = () => {
    database.close()
    bare.close()
  }
  return { open, search: found, step, upkeep: () => percentile99(pieces), close }
}

/** What the console does between two steps; adds the milliseconds of each piece. */
function upkeepOf(database: Database, search: SearchIndex, pieces: number[]): () => void {
  return () => {
    for (let isMore = true; isMore;) pieces.push(time(() => (isMore = search.tidy())))
    pieces.push(time(() => void database.pragma('wal_checkpoint(PASSIVE)')))
  }
}

function measureSteps(
  database: Database,
  parts: ReturnType<typeof createCaseParts>,
  bareStep: (rows: StepRows) => void,
  [ourUpkeep, bareUpkeep]: readonly [() => void, () => void],
  rounds: number,
  times: number,
): (round: number) => Round {
  const initials = createInitials()
  let serial = 0
  const steps = createOwnSteps({
    ...{ database, ...parts, taken: () => undefined, clock: systemClock, hubNow: systemClock.now },
    recordAudit: createAudit(database, systemClock),
    newId: () => `op-${serial++}`,
  })
  const waiting = database
    .prepare<[], string>(`SELECT id FROM cases WHERE state = 'filed' ORDER BY row_id DESC`)
    .pluck()
    .all()
  const row = (sql: string, id: string) => database.prepare(sql).get(id) as Record<string, unknown>
  const rowsOf = (id: string): StepRows => ({
    outbox: row('SELECT * FROM outbox WHERE case_id = ?', id),
    step: row('SELECT * FROM case_steps WHERE case_id = ?', id),
    confirmed: row('SELECT * FROM case_confirmed WHERE case_id = ?', id),
    case: row('SELECT * FROM cases WHERE id = ?', id),
    audit: row('SELECT * FROM audit WHERE subject = ?', id),
    tokens: searchTokens(parts.queries.head(id) as CaseHead, initials),
  })
  const input = { remark: '', duplicateOf: null, duration: null, dueAt: null, evidence: [], callBack: null }
  const idAt = (index: number) => waiting[index] ?? ''
  return beside(
    Math.min(times, Math.floor((waiting.length - warming) / rounds)),
    (index) => {
      ourUpkeep()
      // As bare SQLite reads its rows beforehand, the desk has the case open before a step is taken on it.
      parts.queries.file(idAt(index), benchOperator.role)
      return () => steps.take(benchOperator, idAt(index), 'dispatch', { ...input, assignee: assigneeOf(index) })
    },
    (index) => {
      bareUpkeep()
      const rows = rowsOf(idAt(index))
      return () => bareStep(rows)
    },
  )
}
