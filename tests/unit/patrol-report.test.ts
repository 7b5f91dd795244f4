/** The coverage report's tables and its file, and what a check by video compares. */
import { describe, expect, it } from 'vitest'
import type { CaseStep } from '../../native/contract/case.ts'
import type { Coverage } from '../../native/contract/patrol.ts'
import { camerasFor, foundBy, isSayingEnough, photosOf, remarkOf } from '../../renderer/desks/patrol/check/check.ts'
import { checkWords } from '../../renderer/desks/patrol/check/words.ts'
import {
  csvOf,
  minutesCell,
  monthOf,
  monthSpan,
  sheetsOf,
  totalsOf,
} from '../../renderer/desks/patrol/coverage/coverage.ts'
import { coverageWords } from '../../renderer/desks/patrol/coverage/words.ts'
import type { WordTree } from '../../renderer/locales/words.ts'

const minute = 60_000
const byHour = (of: Record<number, number>) => Array.from({ length: 24 }, (_, hour) => of[hour] ?? 0)
const coverage: Coverage = {
  ...{ from: 0, to: 1 },
  rows: [
    {
      ...{ cameraId: 'a', byHour: byHour({ 8: 10 * minute, 9: 30_000 }), lookedMs: 10.5 * minute, looks: 3 },
      ...{ lastAt: 5, findings: 1, reasons: [] },
    },
    {
      ...{ cameraId: 'b', byHour: byHour({ 8: 40 * minute }), lookedMs: 40 * minute, looks: 1, lastAt: 6, findings: 0 },
      reasons: [{ by: '王建国', at: 6, reason: '=核实, "占道"' }],
    },
  ],
  unseen: ['c'],
}
const parts = {
  cameras: new Map([
    ['a', { name: '北口', owner: 'land-bureau' as const, place: '宋庄村' }],
    ['b', { name: '南口', owner: 'public-security' as const, place: '宋庄村' }],
    ['c', { name: '河边', owner: 'civil-defense' as const, place: '疃里' }],
  ]),
  t: (key: string, named?: Record<string, unknown>) => `${key}${named ? JSON.stringify(named) : ''}`,
  when: String,
}
const texts = (line: { cells: readonly { text: string }[] } | undefined) => line?.cells.map(({ text }) => text)

describe('the coverage report', () => {
  const sheets = sheetsOf(coverage, parts)
  it('puts the most looked at first, with its hours in minutes', () => {
    expect(sheets.cameras.lines.map(({ key }) => key)).toEqual(['b', 'a'])
    const cells = sheets.cameras.lines[1]!.cells
    expect(cells).toHaveLength(sheets.cameras.columns.length)
    expect([cells[3 + 8], cells[3 + 9], cells[3 + 10]]).toEqual([
      { text: '10', value: 10, shade: 1 },
      { text: '<1', value: 0.5, shade: 1 },
      { text: '', value: 0 },
    ])
    expect(sheets.cameras.lines[0]!.cells[3 + 8]?.shade).toBe(4)
  })
  it('sums by place, also where nobody looked', () => {
    expect(sheets.places.lines.map(({ key }) => key)).toEqual(['宋庄村', '疃里'])
    expect(texts(sheets.places.lines[0])?.slice(0, 3)).toEqual(['宋庄村', '2', '2'])
    expect(texts(sheets.places.lines[1])?.slice(0, 3)).toEqual(['疃里', '1', '0'])
    expect(sheets.places.lines[0]!.cells[3 + 8]?.value).toBe(50)
  })
  it('sums by hour, and names gaps and reasons', () => {
    expect(texts(sheets.hours.lines[8])?.slice(1)).toEqual(['50', '2', '99%'])
    expect(texts(sheets.gaps.lines[0])).toEqual(['疃里', '河边', 'terms.owners.civil-defense'])
    expect(texts(sheets.reasons.lines[0])).toEqual(['南口', '宋庄村', '6', '王建国', '=核实, "占道"'])
    expect(totalsOf(coverage)).toEqual({ cameras: 3, seen: 2, lookedMs: 50.5 * minute, looks: 4, findings: 1 })
  })
  it('is a file that Excel reads: marked, quoted, and no formula', () => {
    const csv = csvOf('标题', [{ title: '事由', sheet: sheets.reasons }])
    expect(csv.startsWith('\ufeff标题\r\n\r\n事由\r\n')).toBe(true)
    expect(csv).toContain(`南口,宋庄村,6,王建国,"'=核实, ""占道"""\r\n`)
    expect(csvOf('', [{ title: '', sheet: sheets.cameras }])).toContain(',0.5,')
  })
  it('never says that a look of some seconds was none', () => {
    expect(minutesCell(1).text).toBe('<1')
    expect(minutesCell(59_999).text).toBe('<1')
    expect(minutesCell(0).text).toBe('')
  })
  it('knows months, also across the turn of the year', () => {
    expect(monthSpan('2026-12')).toEqual({
      from: new Date(2026, 11, 1).getTime(),
      to: new Date(2027, 0, 1).getTime(),
    })
    for (const wrong of ['', '2026-13', '2026-1', 'x']) expect(monthSpan(wrong)).toBeNull()
    expect(monthOf(new Date(2026, 0, 31).getTime(), -1)).toBe('2025-12')
    expect(monthOf(new Date(2026, 2, 31).getTime(), -1)).toBe('2026-02')
  })
})

const stepOf = (kind: CaseStep['kind'], ...photos: string[]): CaseStep =>
  ({
    ...{ id: kind, kind },
    evidence: photos.map((id) => ({ id, kind: id.startsWith('film') ? 'video' : 'photo' })),
  }) as unknown as CaseStep

describe('a check by video', () => {
  it('compares what was found with what the handlers sent last', () => {
    const steps = [stepOf('report', 'found', 'film'), stepOf('resolve', 'first'), stepOf('check-fail', 'seen')]
    const again = [...steps, stepOf('resolve', 'second')]
    expect(photosOf(again).map(({ piece, isAfter }) => [piece.id, isAfter])).toEqual([
      ['found', false],
      ['first', false],
      ['seen', false],
      ['second', true],
    ])
    expect(photosOf(steps).map(({ isAfter }) => isAfter)).toEqual([false, true, true])
    expect(photosOf([stepOf('report', 'found')])[0]?.isAfter).toBe(false)
  })

  const preset = { token: '3', name: '河道堆场' }
  const walk = { routeId: 'route', done: [{ caseId: 'case', stopId: 'stop', cameraId: 'finder' }] }
  const route = { id: 'route', body: { stops: [{ id: 'stop', cameraId: 'finder', preset }] } }
  type Given = Parameters<typeof foundBy>
  it('takes the camera and the preset that found it, as far as the route still has them', () => {
    const found = (walks: unknown, routes: unknown) => foundBy('case', walks as Given[1], routes as Given[2])
    expect(found([walk], [route])).toEqual({ cameraId: 'finder', preset })
    expect(found([walk], [])).toEqual({ cameraId: 'finder', preset: null })
    const moved = { ...route, body: { stops: [{ id: 'stop', cameraId: 'other', preset }] } }
    expect(found([walk], [moved])).toEqual({ cameraId: 'finder', preset: null })
    expect(found([], [route])).toBeNull()
  })
  it('offers that camera first, also where it is not among the offered', () => {
    const near = { id: 'near', metres: 10, isTowards: true as const }
    const offer = { caseId: 'case', cameras: [near, { id: 'finder', metres: 90, isTowards: null }] } as never
    expect(camerasFor(offer, { cameraId: 'finder', preset }).map(({ id }) => id)).toEqual(['finder', 'near'])
    expect(camerasFor(offer, null).map(({ id }) => id)).toEqual(['near', 'finder'])
    expect(camerasFor(undefined, { cameraId: 'finder', preset })).toMatchObject([{ id: 'finder', hasFound: true }])
  })
  it('says in the case why it failed', () => {
    expect(isSayingEnough('check-fail', ' 坑 ')).toBe(false)
    expect(isSayingEnough('check-pass', '')).toBe(true)
    expect(remarkOf('check-fail', ' 坑还在 ')).toBe('视频核查不通过：坑还在')
    expect(remarkOf('check-pass', '')).toBe('视频核查通过')
  })
})

describe.each([checkWords, coverageWords])('words', (words) => {
  const flatten = (tree: WordTree, path = ''): string[] =>
    Object.entries(tree).flatMap(([key, value]) => {
      const slots = typeof value === 'string' ? [...value.matchAll(/\{\w+\}/g)].map(String).toSorted() : []
      return typeof value === 'string' ? [`${path}${key} ${slots.join()}`] : flatten(value, `${path}${key}.`)
    })
  it('are the same in both languages', () => {
    expect(flatten(words.en).toSorted()).toEqual(flatten(words['zh-CN']).toSorted())
  })
})
