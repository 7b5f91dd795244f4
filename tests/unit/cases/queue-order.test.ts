/** Groups and sorts of the queue: every case once, in its group, folded or not, and windows that fit together. */
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCaseParts } from '../../../native/cases/case-parts.ts'
import { differWindows } from '../../../native/cases/case-queries.ts'
import type { CaseHead } from '../../../native/contract/case.ts'
import { type Folded, isGroupHead, queueGroupings, queueSorts } from '../../../native/contract/queue-order.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { createGridNames } from '../../../native/places/grid-names.ts'
import { casesUnder, headAt, headOver } from '../../../renderer/desks/dispatch/queue-lines.ts'
import { monday, sampleHead, temporaryFolder } from '../support.ts'

const viewer = { operatorId: 'person-1', now: monday }
const open: Folded = { all: false, but: [] }

function openQueue(heads: readonly CaseHead[]) {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  onTestFinished(() => void database.close())
  const { store, queries } = createCaseParts(database)
  for (const head of heads) store.put(head, [], 1)
  store.putClass({ code: 'S0101', kind: 'event', name: '暴露垃圾', parent: null, limits: null })
  store.settle()
  return queries
}
const assignee = (id: string, name: string) => ({ kind: 'station' as const, id, name })

describe('the queue', () => {
  const limit = (hours: number) => ({
    ...{ startedAt: monday, dueAt: monday + hours * 3_600_000, stoppedAt: null, kind: 'urgent-hours' as const },
  })
  const heads = [
    sampleHead({ id: 'a', limit: limit(3), place: '疃里', state: 'filed', gridCode: 'G2' }),
    sampleHead({ id: 'b', limit: limit(1), place: '六合', classCode: 'X9', gridCode: 'G1', reportedAt: monday + 1 }),
    sampleHead({ id: 'c', limit: limit(2), place: '疃里', reportedAt: monday + 2, assignee: assignee('u1', '小堡') }),
    sampleHead({ id: 'd', limit: limit(9), state: 'closed' }),
  ]
  const lines = (group: (typeof queueGroupings)[number], sort: (typeof queueSorts)[number] = 'due', folded = open) =>
    openQueue(heads)
      .ordered('open', 0, 100, viewer, '', { group, sort, folded })
      .rows.map((line) => (isGroupHead(line) ? `${line.group} ${line.name ?? '-'} ${line.count}` : line.id))

  test('is sorted by time left, newest, class and place', () => {
    expect(lines('none')).toEqual(['b', 'c', 'a'])
    expect(lines('none', 'newest')).toEqual(['c', 'b', 'a'])
    expect(lines('none', 'class')).toEqual(['c', 'a', 'b'])
    expect(lines('none', 'place')).toEqual(['b', 'c', 'a'])
  })

  test('is grouped, with names where they are known, states in the order of a life, nothing last', () => {
    expect(lines('class')).toEqual(['S0101 暴露垃圾 2', 'c', 'a', 'X9 - 1', 'b'])
    expect(lines('state')).toEqual(['reported - 2', 'b', 'c', 'filed - 1', 'a'])
    expect(lines('assignee')).toEqual(['u1 小堡 1', 'c', ' - 2', 'b', 'a'])
    expect(lines('grid', 'newest')).toEqual(['G1 - 1', 'b', 'G2 - 1', 'a', 'SZ-0817 - 1', 'c'])
  })

  test('keeps the head and the count of a folded group', () => {
    expect(lines('class', 'due', { all: false, but: ['S0101'] })).toEqual(['S0101 暴露垃圾 2', 'X9 - 1', 'b'])
    expect(lines('class', 'due', { all: true, but: ['S0101'] })).toEqual(['S0101 暴露垃圾 2', 'c', 'a', 'X9 - 1'])
  })

  test('of a search holds what was found only, and all cases stand by time of report', () => {
    const queries = openQueue(heads)
    const order = { group: 'class' as const, sort: 'due' as const, folded: open }
    expect(queries.ordered('open', 0, 9, viewer, '疃里', order)).toMatchObject({ total: 3, cases: 2 })
    expect(queries.ordered('all', 0, 9, viewer, '', order)).toEqual(queries.window('all', 0, 9, viewer))
  })

  test('tells of a group that grew', () => {
    const before = openQueue(heads.slice(0, 2)).ordered('open', 0, 9, viewer, '', {
      group: 'class',
      sort: 'due',
      folded: { all: true, but: [] },
    })
    const after = openQueue(heads).ordered('open', 0, 9, viewer, '', {
      group: 'class',
      sort: 'due',
      folded: { all: true, but: [] },
    })
    expect(differWindows(before, after)).toMatchObject({ rows: [{ id: 'group:S0101', count: 2 }], total: 2, cases: 3 })
    expect(differWindows(after, structuredClone(after))).toBeUndefined()
  })
})

test('grids and stations have their names from the hub’s grids', () => {
  const queries = openQueue([sampleHead({ gridCode: 'G1', stationCode: 'ST1' })])
  const grid = { code: 'G1', name: '小堡一格', stationCode: 'ST1', stationName: '小堡村', leader: null, polygon: [] }
  const names = createGridNames(() => [grid])
  const nameOf = (group: 'grid' | 'station' | 'class') =>
    names.named(queries.ordered('open', 0, 9, viewer, '', { group, sort: 'due', folded: open }), group).rows[0]
  expect(nameOf('grid')).toMatchObject({ name: '小堡一格' })
  expect(nameOf('station')).toMatchObject({ name: '小堡村' })
})

test('windows of any order join to the whole, which has every open case once beneath the head of its group', () => {
  const one = fc.record({
    gridCode: fc.constantFrom('', 'G1', 'G2'),
    stationCode: fc.constantFrom('', 'ST1'),
    classCode: fc.constantFrom('S0101', 'X9'),
    state: fc.constantFrom('reported' as const, 'filed' as const, 'closed' as const),
    supervised: fc.boolean(),
    place: fc.constantFrom('甲', '乙'),
    assignee: fc.constantFrom(null, assignee('u1', '小堡'), assignee('u2', '小堡')),
  })
  fc.assert(
    fc.property(
      fc.array(one, { maxLength: 25 }),
      fc.constantFrom(...queueGroupings),
      fc.constantFrom(...queueSorts),
      fc.integer({ min: 1, max: 9 }),
      (changes, group, sort, size) => {
        const heads = changes.map((change, index) =>
          sampleHead({ ...change, id: `c${index}`, reportedAt: monday + index }),
        )
        const queries = openQueue(heads)
        const order = { group, sort, folded: open }
        const whole = queries.ordered('open', 0, 500, viewer, '', order)
        const ids = whole.rows.flatMap((line) => (isGroupHead(line) ? [] : [line.id]))
        const wanted = heads.filter(({ state }) => state !== 'closed').map(({ id }) => id)
        expect(ids.toSorted()).toEqual(wanted.toSorted())
        expect(whole.rows).toHaveLength(whole.total)
        const joined = []
        for (let offset = 0; offset < whole.total; offset += size)
          joined.push(...queries.ordered('open', offset, size, viewer, '', order).rows)
        expect(joined).toEqual(whole.rows)
        if (group === 'none') return
        for (const [index, line] of whole.rows.entries()) {
          const over = headOver(whole, index)
          const head = over === null ? null : headAt(whole, over)
          expect(head?.count).toBe(casesUnder(whole, over ?? 0).length)
          if (!isGroupHead(line)) expect(casesUnder(whole, over ?? 0)).toContain(line.id)
        }
      },
    ),
    { numRuns: 20 },
  )
})
