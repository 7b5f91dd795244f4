/** Whom a case is suggested to, and how units are found. */
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { suggest, suggestEach } from '../../../native/cases/suggestions.ts'
import type { Unit } from '../../../native/contract/unit.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { createUnitStore } from '../../../native/places/unit-store.ts'
import { temporaryFolder } from '../support.ts'

function unit(id: string, change: Partial<Unit> = {}): Unit {
  return { id, kind: 'station', name: id, phone: '', gridCodes: [], classCodes: [], load: 0, ...change }
}
const head = { classCode: 'S0102', gridCode: 'SZ-0817' }
const idsOf = (units: readonly Unit[]) => suggest(head, units).map(({ assignee }) => assignee.id)

describe('suggestions', () => {
  test('put class before grid before load, and leave out who works elsewhere', () => {
    const units = [
      unit('elsewhere', { gridCodes: ['SZ-0001'], classCodes: ['S0102'] }),
      unit('other-class', { kind: 'department', classCodes: ['S0501'] }),
      unit('grid-only', { kind: 'grid-member', gridCodes: ['SZ-0817'] }),
      unit('department', { kind: 'department', classCodes: ['S0102'] }),
      unit('busy', { gridCodes: ['SZ-0817'], classCodes: ['S0102'], load: 9 }),
      unit('member', { kind: 'grid-member', gridCodes: ['SZ-0817'], classCodes: ['S0102'], load: 2 }),
      unit('station', { gridCodes: ['SZ-0817'], classCodes: ['S0102'], load: 2 }),
    ]
    expect(idsOf(units)).toEqual(['station', 'member', 'busy', 'department', 'grid-only'])
    expect(suggest(head, units)[0]?.reasons).toEqual([
      { key: 'handles-class', classCode: 'S0102' },
      { key: 'of-the-grid', gridCode: 'SZ-0817' },
      { key: 'load', cases: 2 },
    ])
    expect(suggest(head, units)[3]?.reasons[1]).toEqual({ key: 'of-the-sub-center' })
  })

  test('do not depend on the order in which units are listed', () => {
    const some = fc.record({
      load: fc.nat(3),
      kind: fc.constantFrom('station' as const, 'grid-member' as const, 'department' as const),
      gridCodes: fc.constantFrom<string[]>([], ['SZ-0817'], ['SZ-0001']),
      classCodes: fc.constantFrom<string[]>([], ['S0102'], ['S0501']),
    })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 30 }), fc.nat(), (changes, turn) => {
        const units = changes.map((change, index) => unit(`u-${index}`, change))
        const turned = [...units.slice(turn % 30), ...units.slice(0, turn % 30)]
        expect(idsOf(turned)).toEqual(idsOf(units))
        expect(idsOf(units).length).toBeLessThanOrEqual(12)
      }),
    )
  })
})

test('each of many cases goes to its own best unit, and loads count along', () => {
  const units = [
    unit('one', { gridCodes: ['SZ-0817'], classCodes: ['S0102'] }),
    unit('two', { gridCodes: ['SZ-0817'], classCodes: ['S0102'], load: 1 }),
    unit('far', { gridCodes: ['SZ-0001'] }),
  ]
  const heads = [head, head, head, { ...head, gridCode: 'SZ-0001' }, { ...head, gridCode: 'none' }]
  const given = suggestEach(
    heads.map((one, index) => ({ ...one, id: `c${index}` })),
    units,
  )
  expect(given.map(({ caseId, assignee }) => `${caseId} ${assignee?.id}`)).toEqual([
    ...['c0 one', 'c1 one', 'c2 two', 'c3 far', 'c4 undefined'],
  ])
})

test('units are kept, found by words and initials, and go with their generation', () => {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  onTestFinished(() => void database.close())
  const store = createUnitStore(database)
  store.put(unit('a', { name: '小堡村网格工作站' }), 1)
  store.put(unit('b', { kind: 'grid-member', name: '单立人' }), 1)
  store.put(unit('c', { name: '疃里村网格工作站' }), 2)
  const find = (text: string) => store.find(text, 10).map(({ id }) => id)
  expect(find('')).toEqual(['a', 'b', 'c'])
  expect(find('工作站 小堡')).toEqual(['a'])
  expect(find('XBC')).toEqual(['a'])
  // As a surname 单 is read shàn.
  expect(find('slr')).toEqual(['b'])
  expect(find('没有')).toEqual([])
  store.put(unit('a', { name: '小堡村网格工作站', load: 4 }), 2)
  store.removeOtherGenerations(2)
  expect(store.all().map(({ id, load }) => [id, load])).toEqual([
    ['a', 4],
    ['c', 0],
  ])
  store.remove('a')
  expect(find('')).toEqual(['c'])
})
