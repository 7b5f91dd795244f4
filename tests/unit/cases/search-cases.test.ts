/** What cases are found by and in which order, also after they have changed, gone, or were never committed. */
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCaseParts } from '../../../native/cases/case-parts.ts'
import type { CaseHead, QueueView } from '../../../native/contract/case.ts'
import { maxSearchText, mostFound } from '../../../native/contract/search.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { monday, sampleHead, temporaryFolder } from '../support.ts'

const viewer = { operatorId: 'person-1', now: monday }

function openSearch() {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  const { store, queries } = createCaseParts(database)
  const put = database.transaction((heads: readonly CaseHead[], generation = 1) => {
    for (const head of heads) store.put(head, [], generation)
    store.settle()
  })
  const find = (text: string, view: QueueView = 'all', offset = 0, limit = 500) =>
    queries.window(view, offset, limit, viewer, text)
  const ids = (text: string, view?: QueueView) => find(text, view).rows.map(({ id }) => id)
  return { database, store, queries, put, find, ids }
}

const staff = (name: string) => ({ kind: 'grid-member' as const, id: 'person-9', name })
const reference = (text: string) => ({
  reference: text,
  deadline: null,
  details: { caller: '来电人甲乙' },
  answer: null,
})

describe('a case', () => {
  const head = sampleHead({
    number: 'TZ2026112300457',
    place: '宋庄村13号楼北侧',
    assignee: staff('单雄信'),
    origin: reference('BJ-20261123-88001'),
    reporter: { name: '欧阳娜', phone: '13812345678', account: '晴天娃娃' },
  })
  const found =
    'TZ2026 20261123 00457 0457 tz2026112300457 垃圾 圾桶 宋庄 庄村13号 13号楼 号楼 szc 雄信 sxx BJ-2026 88001 8001 溢,周边 S0101 暴露'
  const missing = '00458 0045 圾村 3号楼 欧阳 欧阳娜 13812345678 5678 晴天 甲乙 oyn 垃圾·桶 2300457'
  const open = () => {
    const search = openSearch()
    search.store.putClass({ code: 'S0101', kind: 'event', name: '暴露垃圾', parent: null, limits: null })
    search.put([head])
    return search
  }
  test('is found by number, class, text, place, assignee, reference and initials', () => {
    const { ids } = open()
    for (const query of found.split(' ')) expect(ids(query), query).toEqual(['case-1'])
    for (const query of ['垃圾 宋庄', '  宋庄 雄信 ', 'ＴＺ２０２６', 'SZC', '暴露 13号'])
      expect(ids(query), query).toEqual(['case-1'])
  })
  test('is not found by its reporter, nor by what only looks like it', () => {
    const { ids } = open()
    for (const query of missing.split(' ')) expect(ids(query), query).toEqual([])
    expect(ids('垃圾 六合')).toEqual([])
  })
  test('follows its class when that gets another name', () => {
    const { ids, store } = open()
    store.putClass({ code: 'S0101', kind: 'event', name: '乱堆物料', parent: null, limits: null })
    expect([ids('暴露'), ids('乱堆')]).toEqual([[], ['case-1']])
  })
  test('of a class that the catalogue lacks is found by the code it shows', () => {
    const { ids, put } = open()
    put([sampleHead({ id: 'new', classCode: 'Z9-Σ未知' })])
    expect([ids('z9-'), ids('未知')]).toEqual([['new'], ['new']])
  })
  test('is found by its new words only, and not at all when it has gone or was never committed', () => {
    const { database, store, put, ids } = open()
    put([{ ...head, version: 2, assignee: staff('李四'), description: '井盖缺失' }])
    expect([ids('雄信'), ids('李四'), ids('垃圾桶'), ids('井盖')]).toEqual([[], ['case-1'], [], ['case-1']])
    const undone = database.transaction(() => {
      store.put(sampleHead({ id: 'undone', description: '幽灵案件' }), [], 1)
      throw new Error('rolled back')
    })
    expect(undone).toThrow('rolled back')
    put([sampleHead({ id: 'other', reportedAt: monday + 1, description: '正常案件' })], 2)
    expect(ids('案件')).toEqual(['other'])
    store.removeOtherGenerations(2)
    expect(ids('井盖')).toEqual([])
  })
  test('that ends leaves the searches of open cases', () => {
    const { put, ids } = open()
    expect(ids('宋庄', 'open')).toEqual(['case-1'])
    put([{ ...head, version: 2, state: 'closed', limit: null }])
    expect([ids('宋庄', 'open'), ids('宋庄')]).toEqual([[], ['case-1']])
  })
})

test('hits come in the order of the view, by pages, and are counted up to the limit', () => {
  const { put, find, ids } = openSearch()
  const heads = Array.from({ length: mostFound + 300 }, (_, index) =>
    sampleHead({
      id: `case-${index}`,
      // In no order, and more to an instant than row ids have room for.
      reportedAt: monday + ((index * 7) % 2),
      state: index % 2 === 0 ? 'filed' : 'closed',
      limit: { startedAt: monday, dueAt: monday + ((index * 37) % 101), stoppedAt: null, kind: 'calendar-days' },
      description: index % 3 === 0 ? '少见的词' : '常见的词',
    }),
  )
  put(heads)
  expect(find('见的').total).toBe(mostFound)
  expect(find('见的', 'all', mostFound - 10, 100).rows).toHaveLength(10)
  expect(find('见的', 'all', 10 ** 9, 100).rows).toHaveLength(0)
  const rare = heads.filter(({ state, description }) => state === 'filed' && description.startsWith('少'))
  const due = find('少见', 'to-dispatch').rows.map(({ limit }) => limit?.dueAt ?? 0)
  expect(due).toEqual(rare.map(({ limit }) => limit?.dueAt ?? 0).toSorted((a, b) => a - b))
  expect(find('少见', 'to-dispatch')).toMatchObject({ total: rare.length })
  expect(find('少见', 'to-dispatch', 5, 3).rows.map(({ id }) => id)).toEqual(ids('少见', 'to-dispatch').slice(5, 8))
})

test('later reports come first, in whatever order they arrived', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 8_640_000_000_000 }), { minLength: 1, maxLength: 12 }),
      (times) => {
        const { put, ids, database } = openSearch()
        put(times.map((reportedAt) => sampleHead({ id: `case-${reportedAt}`, reportedAt })))
        expect(ids('垃圾')).toEqual(times.toSorted((a, b) => b - a).map((time) => `case-${time}`))
        database.close()
      },
    ),
    { numRuns: 15 },
  )
})

test('nothing that can be typed is an error, and blank text is no search', () => {
  const { put, find } = openSearch()
  put([sampleHead()])
  const operators = [
    '"',
    '""',
    "'",
    '*',
    '垃*',
    '-垃圾',
    'NOT 垃圾',
    'a AND',
    'OR',
    'NEAR(垃圾 桶, 2)',
    'tokens:垃圾',
    '^垃',
    '{a b}: c',
    '(',
    '垃圾)',
    '+',
    '%',
    '_',
    '\0',
    '\ud83d',
    ';DROP TABLE cases',
    '<b>垃圾</b>',
    '\u3000',
  ]
  for (const query of [...operators, '垃'.repeat(maxSearchText), 'a 1 '.repeat(25), '\ufdfa'.repeat(maxSearchText)])
    expect(() => find(query), query).not.toThrow()
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: maxSearchText }), (query) => void find(query)),
    { numRuns: 40 },
  )
  for (const blank of ['', '  \n', '\u3000']) expect(find(blank).total, JSON.stringify(blank)).toBe(1)
})

test('fields at their limits are kept, shown and found: 10,000 signs, rare characters, emoji, markup', () => {
  const { put, ids, queries } = openSearch()
  const rare = '𠮷𰀀🧑‍🚒<img src=x onerror=alert(1)>"\'%\0'
  const fill = (length: number) => (rare + '井盖缺失').repeat(length).slice(0, length)
  const head = sampleHead({
    ...{
      number: fill(40),
      classCode: fill(20),
      channel: fill(40),
      place: fill(200),
      description: fill(9_996) + '最后的词',
    },
    ...{ gridCode: fill(40), stationCode: fill(40), longitude: -180, latitude: 90, reportedAt: 8_640_000_000_000 },
    ...{ assignee: staff(fill(200)), origin: { ...reference(fill(200)), answer: { at: 0, text: fill(10_000) } } },
    ...{ returns: Number.MAX_SAFE_INTEGER, failedChecks: 0, version: Number.MAX_SAFE_INTEGER },
  })
  put([
    head,
    sampleHead({ id: 'bare', number: '1', place: '', description: '', gridCode: '', reportedAt: 0, reporter: null }),
  ])
  expect(queries.file('case-1', 'operator')).toMatchObject({
    description: head.description.toWellFormed(),
    place: head.place.toWellFormed(),
  })
  for (const query of ['𠮷𰀀', '🧑‍🚒', 'img src', '<img', 'x onerror=alert(1)>', '最后的词', '缺失𠮷'])
    expect(ids(query), query).toEqual(['case-1'])
  expect(ids('1')).toEqual(expect.arrayContaining(['bare']))
})
