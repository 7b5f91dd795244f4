/** What the desk does stays as cheap as it was: an older database comes over, steps do not merge, upkeep is done between. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { createCaseParts } from '../../../native/cases/case-parts.ts'
import { caseColumns, caseValues, rowsToInstant } from '../../../native/cases/case-row.ts'
import { createOwnSteps } from '../../../native/cases/own-steps.ts'
import { createInitials } from '../../../native/cases/search-initials.ts'
import { searchKey, searchTokens } from '../../../native/cases/search-text.ts'
import { startUpkeep } from '../../../native/cases/upkeep.ts'
import { systemClock } from '../../../native/clock.ts'
import type { CaseHead, Operator } from '../../../native/contract/case.ts'
import { flattenQueue } from '../../../native/database/migrations/0009-flat-queue.ts'
import { migrations } from '../../../native/database/migrations/index.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { createEmitter } from '../../../native/signal.ts'
import { manualClock } from '../duty-clock.ts'
import { monday, sampleHead, sampleInput, silent, temporaryFolder } from '../support.ts'

const viewer = { operatorId: 'person-1', now: monday }

/** As a console of the migration before left it: every case in the index under its own row id. */
function olderDatabase(heads: readonly CaseHead[]) {
  const database = new Database(':memory:')
  onTestFinished(() => void database.close())
  for (const migration of migrations.slice(0, migrations.indexOf(flattenQueue))) migration(database)
  database.exec(`INSERT INTO feed_position (only, client_id, epoch, cursor, generation) VALUES (1, 'c', 'e', 9, 1);
    INSERT INTO case_confirmed (case_id, body) VALUES ('own', '{"id":"own"}');
    INSERT INTO outbox (op_id, case_id, kind, base_version, at, body, state) VALUES ('op-1', 'own', 'file', 1, 0, '{}', 'waiting')`)
  // Only the columns of that time.
  const columns = (database.pragma('table_info(cases)') as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => caseColumns.includes(name))
  const insert = database.prepare(
    `INSERT INTO cases (row_id, search_key, ${columns.join(', ')}) VALUES (?, ?, ${columns.map(() => '?').join(', ')})`,
  )
  const index = database.prepare('INSERT INTO case_search (rowid, tokens) VALUES (?, ?)')
  for (const head of heads) {
    const values = caseValues(head, { workedBy: null, pending: 0, parked: 0, generation: 1 })
    const rowId = head.reportedAt * rowsToInstant
    const key = searchKey(head, head.state !== 'closed')
    insert.run(rowId, key, ...columns.map((name) => values[caseColumns.indexOf(name)]))
    index.run(rowId, searchTokens(head, createInitials()))
  }
  return database
}

test('an older database comes over: the history is found at once, open cases as they come again, each once', () => {
  const ended = sampleHead({ id: 'ended', reportedAt: monday, state: 'closed', limit: null })
  const open = sampleHead({ id: 'open', reportedAt: monday + 1 })
  const own = sampleHead({ id: 'own', reportedAt: monday + 2 })
  const database = olderDatabase([ended, open, own])
  for (const migration of migrations.slice(migrations.indexOf(flattenQueue))) migration(database)
  expect(database.prepare('SELECT epoch, cursor FROM feed_position').get()).toEqual({ epoch: null, cursor: 0 })
  expect(database.prepare('SELECT case_id, body FROM case_confirmed').all()).toEqual([
    { case_id: 'own', body: '{"id":"own"}' },
  ])
  const { store, queries } = createCaseParts(database)
  const found = () =>
    (['all', 'open'] as const).map((view) => queries.window(view, 0, 9, viewer, '垃圾').rows.map(({ id }) => id))
  expect(found()).toEqual([['ended'], []])
  const put = (...heads: CaseHead[]) => {
    for (const head of heads) store.put(head, [], 2)
    store.settle()
  }
  put(ended, open)
  expect(found()).toEqual([['open', 'ended'], ['open']])
  // The snapshot ends: what only this workstation has is found as well.
  store.removeOtherGenerations(2)
  expect(found()).toEqual([
    ['own', 'open', 'ended'],
    ['open', 'own'],
  ])
  put({ ...open, state: 'closed', limit: null, version: 2 }, { ...ended, state: 'handling', version: 2 })
  expect(found()).toEqual([
    ['own', 'open', 'ended'],
    ['own', 'ended'],
  ])
  put({ ...open, version: 3 })
  expect(found()[0]).toEqual(['own', 'open', 'ended'])
  expect(database.prepare('SELECT count(*) FROM case_search_docsize').pluck().get()).toBe(3)
})

test('a case that ends and begins again, in whatever transactions, is found once, by its last words and on its side', () => {
  const change = fc.record({ id: fc.nat(2), isOpen: fc.boolean(), word: fc.constantFrom('垃圾', '井盖') })
  const transactions = fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 8 })
  fc.assert(
    fc.property(transactions, (changes) => {
      const database = new Database(':memory:')
      for (const migration of migrations) migration(database)
      const { store, queries } = createCaseParts(database)
      const last = new Map<number, { id: number; isOpen: boolean; word: string }>()
      for (const together of changes)
        database.transaction(() => {
          for (const next of together) {
            const { id, isOpen, word: description } = next
            const state = isOpen ? ('handling' as const) : ('closed' as const)
            const reportedAt = monday + id
            store.put(sampleHead({ id: `case-${id}`, reportedAt, state, description }), [], 1)
            last.set(id, next)
          }
          store.settle()
        })()
      for (const word of ['垃圾', '井盖'])
        for (const view of ['all', 'open'] as const) {
          const found = queries.window(view, 0, 9, viewer, word).rows.map(({ id }) => id)
          const expected = [...last.values()]
            .filter((one) => one.word === word && (view === 'all' || one.isOpen))
            .map(({ id }) => `case-${id}`)
          expect(found.toSorted(), `${view} ${word}`).toEqual(expected.toSorted())
        }
      database.close()
    }),
    { numRuns: 60 },
  )
})

const operator: Operator = {
  ...{ id: 'person-1', account: 'sz-operator', name: '王建国', role: 'operator' as const },
  ...{ subCenter: 'SZ', subCenterName: '宋庄镇' },
}

/** A desk with so many cases to dispatch, none of them like another. */
function openDesk(count: number) {
  const file = join(temporaryFolder(), 'console.db')
  const database = openDatabase(file, 'ab'.repeat(32))
  onTestFinished(() => void database.close())
  const parts = createCaseParts(database)
  database.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      const description = String.fromCodePoint(...Array.from({ length: 40 }, (_, at) => 0x4e00 + index * 40 + at))
      parts.store.put(
        sampleHead({ id: `case-${index}`, reportedAt: monday + index, state: 'filed', description }),
        [],
        1,
      )
    }
    parts.store.settle()
  })()
  let serial = 0
  const steps = createOwnSteps({
    ...{ database, ...parts, taken: () => undefined, recordAudit: () => undefined, newId: () => `own-${++serial}` },
    ...{ hubNow: () => monday, clock: { ...systemClock, now: () => monday } },
  })
  const dispatch = (index: number) => {
    const assignee = { kind: 'station' as const, id: `SZ-${index}`, name: '宋庄村工作站' }
    steps.take(operator, `case-${index}`, 'dispatch', sampleInput({ remark: '现场核实', assignee }))
  }
  return { file, database, ...parts, dispatch }
}

test('no step pays for the steps before it: each commit writes about as many pages as any other', () => {
  const { file, database, search, dispatch } = openDesk(300)
  database.pragma('wal_autocheckpoint = 0')
  const logBytes = () => statSync(`${file}-wal`).size
  const written = Array.from({ length: 300 }, (_, index) => {
    const before = logBytes()
    dispatch(index)
    const bytes = logBytes() - before
    while (search.tidy()) continue
    return bytes
  }).toSorted((a, b) => a - b)
  expect(written.at(-1)).toBeLessThan(2 * (written[150] ?? 0))
})

test('after a change the index is merged and the log brought home, a piece at a time, until the desk closes', async () => {
  const { file, database, search, dispatch } = openDesk(100)
  const clock = manualClock(monday)
  const changed = createEmitter<void>()
  const end = startUpkeep({ database, search, changed, clock, log: silent })
  for (let index = 0; index < 50; index += 1) dispatch(index)
  const segments = () => database.prepare('SELECT count(DISTINCT segid) FROM case_search_idx').pluck().get() as number
  const [segmentsBefore, bytesBefore] = [segments(), statSync(file).size]
  changed.emit()
  changed.emit()
  expect(clock.sleepers()).toBe(1)
  await clock.advance(60_000)
  expect(segments()).toBeLessThan(segmentsBefore / 4)
  expect(statSync(file).size).toBeGreaterThan(bytesBefore)
  expect(clock.sleepers()).toBe(0)
  changed.emit()
  end()
  await clock.advance(60_000)
  changed.emit()
  expect(clock.sleepers()).toBe(0)
})
