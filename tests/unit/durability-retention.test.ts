/** Closed cases of years ago leave, counted once; what is worked here, open or reopened stays. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import type { CaseHead } from '../../native/contract/case.ts'
import { openDatabase } from '../../native/database/open.ts'
import { keptSince, nextNight } from '../../native/durability/retention.ts'
import { key, operator } from './durability-parts.ts'
import { monday, sampleHead, sampleInput, sampleStep, temporaryFolder } from './support.ts'

const years = 3
const since = keptSince(monday, years)
const longAgo = since - 30 * 86_400_000

const closed = (id: string, changes: Partial<CaseHead> = {}) =>
  sampleHead({ id, number: id, state: 'closed', reportedAt: longAgo, limit: null, ...changes })

function openStore(keptFrom = since) {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), key)
  const limit = { keptFrom }
  const { store, queries, retired, outbox } = createCaseParts(database, () => limit.keptFrom)
  const put = (head: CaseHead, closedAt = head.reportedAt) =>
    database.transaction(() => {
      store.put(head, [sampleStep({ id: `${head.id}-${head.version}`, caseId: head.id, hubAt: closedAt })], 1)
      store.settle()
    })()
  const night = () => {
    let left = 0
    for (let after: number | null = -1; after !== null;) {
      const done: { after: number | null; retired: number } = database.transaction(() => store.retire(after ?? 0, 3))()
      left += done.retired
      after = done.after
    }
    return left
  }
  const count = (table: string) => database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()
  const total = () => retired.totals('0000-00', '9999-99').reduce((sum, { cases }) => sum + cases, 0)
  return { database, store, queries, retired, outbox, put, night, count, total, limit }
}

test('the limit is so many years back; the night begins at three by the district clock', () => {
  expect(new Date(keptSince(Date.UTC(2026, 10, 23), 3)).toISOString()).toBe('2023-11-23T00:00:00.000Z')
  expect(new Date(nextNight(Date.UTC(2026, 10, 23, 18, 59))).toISOString()).toBe('2026-11-23T19:00:00.000Z')
  expect(new Date(nextNight(Date.UTC(2026, 10, 23, 19, 0))).toISOString()).toBe('2026-11-24T19:00:00.000Z')
})

test('at night old closed cases leave with their steps and what search knows; open, young and late-closed ones stay', () => {
  const { put, night, queries, count, retired, database, limit } = openStore(-Infinity)
  for (let index = 0; index < 10; index += 1) put(closed(`old-${index}`))
  put(closed('open', { state: 'handling' }))
  put(closed('young', { reportedAt: since + 1 }))
  put(closed('closed-late'), since + 1)
  limit.keptFrom = since
  expect(night()).toBe(10)
  expect(night()).toBe(0)
  expect(queries.total()).toBe(3)
  expect(count('case_steps')).toBe(3)
  expect(database.prepare('SELECT sum(cases) FROM case_counts').pluck().get()).toBe(3)
  expect(retired.totals('2023-10', '2023-10')).toEqual([
    {
      ...{ month: '2023-10', classCode: 'S0101', gridCode: 'SZ-0817', channel: 'field-handset', state: 'closed' },
      ...{ isInTime: null, cases: 10 },
    },
  ])
  expect(retired.totals('2023-11', '2023-12')).toEqual([])
})

test('what the hub tells of again is counted once and not kept; reopened it is kept and not counted', () => {
  const { put, queries, total, count } = openStore()
  put(closed('old'))
  put(closed('old'))
  expect([queries.total(), count('case_steps'), total()]).toEqual([0, 0, 1])
  put(closed('old', { state: 'filed', version: 2 }))
  expect([queries.total(), total()]).toEqual([1, 0])
  put(closed('old', { version: 3 }))
  expect([queries.total(), count('case_steps'), total()]).toEqual([0, 0, 1])
})

test('in time or late is kept, by the limit or by what the channel asked for', () => {
  const { put, retired } = openStore()
  const limit = { startedAt: longAgo, dueAt: longAgo + 1000, stoppedAt: null, kind: 'urgent-hours' as const }
  put(closed('in-time', { limit }), longAgo + 1000)
  put(closed('late', { limit }), longAgo + 1001)
  expect(retired.totals('0000-00', '9999-99').map(({ isInTime, cases }) => [isInTime, cases])).toEqual([
    [false, 1],
    [true, 1],
  ])
})

test('a case with own operations stays until the hub has answered for them', () => {
  const { put, night, queries, store, outbox, database, limit } = openStore(-Infinity)
  put(closed('worked'))
  const head = queries.head('worked') as CaseHead
  const taken = { opId: 'op-1', caseId: 'worked', kind: 'remark' as const, baseVersion: 1, actorAt: monday }
  const operation = { ...taken, actor: { id: operator.id, name: operator.name, role: operator.role }, report: null }
  const step = sampleStep({
    id: 'op-1',
    caseId: 'worked',
    kind: 'remark',
    from: 'closed',
    to: 'closed',
    hubAt: longAgo,
  })
  database.transaction(() => store.putOwn(head, step, { ...operation, input: sampleInput({ remark: '补充' }) }))()
  limit.keptFrom = since
  expect(night()).toBe(0)
  put(closed('worked'))
  expect(queries.total()).toBe(1)
  // The hub says yes, and the feed brings the step back.
  database.transaction(() => outbox.accept('op-1'))()
  database.transaction(() => store.put(closed('worked', { version: 2 }), [step], 1))()
  expect(night()).toBe(1)
  expect(queries.total()).toBe(0)
})

test('whatever the hub tells in whatever order, every old closed case is either kept or counted once', () => {
  const told = fc.record({
    case: fc.nat({ max: 4 }),
    state: fc.constantFrom<CaseHead['state']>('closed', 'rejected', 'filed', 'handling'),
    age: fc.constantFrom(-30, -1, 1),
  })
  fc.assert(
    fc.property(fc.array(told, { maxLength: 25 }), fc.array(fc.nat({ max: 24 }), { maxLength: 3 }), (puts, nights) => {
      const { database, put, night, total, queries, count } = openStore()
      const known = new Map<number, { isGone: boolean }>()
      puts.forEach(({ case: number, state, age }, index) => {
        put(closed(`c-${number}`, { state, reportedAt: since + age * 86_400_000, version: index + 1 }))
        known.set(number, { isGone: false })
        if (nights.includes(index)) night()
      })
      night()
      expect(total() + queries.total()).toBe(known.size)
      expect(count('retired_cases')).toBe(total())
      database.close()
    }),
    { numRuns: 30 },
  )
})
