import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CameraRow } from '../../native/contract/camera.ts'
import { tour as tourShape, type Tour } from '../../native/contract/wall.ts'
import { createStartTurns } from '../../renderer/desks/wall/start-turns.ts'
import {
  begun,
  dwellSeconds,
  groupsOf,
  inParts,
  mostGroups,
  mostOfGroup,
  pageAhead,
  pagesOf,
  passed,
  turned,
} from '../../renderer/desks/wall/tour.ts'

const ids = (count: number, letter = 'c') => Array.from({ length: count }, (_, at) => `${letter}${at}`)
const tour: Tour = {
  layout: '4',
  groups: [
    { name: '公安', cameraIds: ids(6, 'p') },
    { name: '民防', cameraIds: ids(4, 'm') },
  ],
  dwellSeconds: 10,
}
const all = () => true

describe('the pages of a tour', () => {
  it('follow group by group, each on a page of its own', () => {
    expect(pagesOf(tour, all)).toEqual([
      { group: '公安', cameraIds: ['p0', 'p1', 'p2', 'p3'], at: 1, of: 2 },
      { group: '公安', cameraIds: ['p4', 'p5'], at: 2, of: 2 },
      { group: '民防', cameraIds: ['m0', 'm1', 'm2', 'm3'], at: 1, of: 1 },
    ])
  })

  it('leave out what is no longer shared, and pages with nothing on them', () => {
    expect(pagesOf(tour, (id) => id.startsWith('p') && id !== 'p1').map(({ cameraIds }) => cameraIds)).toEqual([
      ['p0', 'p2', 'p3', 'p4'],
      ['p5'],
    ])
    expect(pagesOf(tour, () => false)).toEqual([])
  })

  it('show every camera once, however many there are', () => {
    const anyTour = fc.record({
      layout: fc.constantFrom<Tour['layout'][]>('1', '4', '6', '8', '9', '13', '16', '25', '36'),
      sizes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
    })
    fc.assert(
      fc.property(anyTour, ({ layout, sizes }) => {
        const groups = sizes.map((size, at) => ({ name: `${at}`, cameraIds: ids(size, `${at}-`) }))
        const pages = pagesOf({ layout, groups, dwellSeconds: 5 }, all)
        expect(pages.flatMap(({ cameraIds }) => cameraIds)).toEqual(groups.flatMap(({ cameraIds }) => cameraIds))
        for (const { cameraIds } of pages) expect(cameraIds.length).toBeLessThanOrEqual(Number(layout))
      }),
    )
  })
})

describe('a running tour', () => {
  const dwellMs = 10_000

  it('turns when the time is over, and begins anew after the last page', () => {
    let run = begun(dwellMs)
    const seen = [run.page]
    for (let second = 0; second < 30; second += 1) {
      const next = passed(run, 1000, 3, dwellMs)
      if (next.turns !== run.turns) seen.push(next.page)
      run = next
    }
    expect(seen).toEqual([0, 1, 2, 0])
  })

  it('shows each page in full after the machine has slept', () => {
    expect(passed(begun(dwellMs), 3_600_000, 3, dwellMs)).toEqual({ turns: 1, page: 1, leftMs: dwellMs })
  })

  it('turns by hand, also back, and stands the page for its whole time', () => {
    const run = passed(begun(dwellMs), 9_000, 3, dwellMs)
    expect(turned(run, 1, 3, dwellMs)).toEqual({ turns: 1, page: 1, leftMs: dwellMs })
    expect(turned(run, -1, 3, dwellMs).page).toBe(2)
    expect(turned(run, 1, 0, dwellMs).page).toBe(0)
  })

  it('opens the next page ahead only shortly before it comes, and no page twice', () => {
    expect(pageAhead(begun(dwellMs), 3)).toBeNull()
    expect(pageAhead({ turns: 4, page: 2, leftMs: 5_000 }, 3)).toBe(0)
    expect(pageAhead({ turns: 4, page: 0, leftMs: 5_000 }, 1)).toBeNull()
    expect(pageAhead({ turns: 0, page: 0, leftMs: 0 }, 0)).toBeNull()
  })
})

describe('the groups of a tour', () => {
  const row = (id: string, owner: CameraRow['owner'], gridCode: string) => ({ id, owner, gridCode }) as CameraRow
  const rows = [row('1', 'public-security', 'A'), row('2', 'public-security', 'B'), row('3', 'civil-defense', 'A')]

  it('are made by owner or by grid', () => {
    expect(groupsOf(rows, 'owner', ({ owner }) => owner)).toEqual([
      { name: 'public-security', cameraIds: ['1', '2'] },
      { name: 'civil-defense', cameraIds: ['3'] },
    ])
    expect(groupsOf(rows, 'grid', ({ gridCode }) => gridCode).map(({ cameraIds }) => cameraIds)).toEqual([
      ['1', '3'],
      ['2'],
    ])
  })

  it('are what the contract takes, also of very many cameras', () => {
    const many = Array.from({ length: 900 }, (_, at) => row(`${at}`, 'public-security', `grid ${at % 80}`))
    for (const groups of [groupsOf(many, 'owner', () => '公安'), groupsOf(many, 'grid', ({ gridCode }) => gridCode)])
      expect(tourShape.safeParse({ layout: '9', groups, dwellSeconds: 15 }).success).toBe(true)
    expect(inParts('全部', many).map(({ cameraIds }) => cameraIds.length)).toEqual([mostOfGroup, mostOfGroup, 100])
  })

  it('have the limits of the contract', () => {
    const takes = (changes: Partial<Tour>) => tourShape.safeParse({ ...tour, ...changes }).success
    const group = (count: number) => ({ name: '组', cameraIds: ids(count) })
    expect([dwellSeconds.least, dwellSeconds.most].map((seconds) => takes({ dwellSeconds: seconds }))).toEqual([
      true,
      true,
    ])
    expect([dwellSeconds.least - 1, dwellSeconds.most + 1].map((seconds) => takes({ dwellSeconds: seconds }))).toEqual([
      false,
      false,
    ])
    const groups = (count: number) => Array.from({ length: count }, () => group(1))
    expect([takes({ groups: groups(mostGroups) }), takes({ groups: groups(mostGroups + 1) })]).toEqual([true, false])
    expect([takes({ groups: [group(mostOfGroup)] }), takes({ groups: [group(mostOfGroup + 1)] })]).toEqual([
      true,
      false,
    ])
  })
})

describe('starting many tiles', () => {
  it('goes one after another, and who has left the line costs no time', async () => {
    let waits = 0
    const going: (() => void)[] = []
    const turns = createStartTurns(() => {
      waits += 1
      return new Promise((resolve) => going.push(resolve))
    })
    const started: string[] = []
    const left = new AbortController()
    const take = (name: string, signal = new AbortController().signal) =>
      turns.take(signal).then(() => void started.push(name))
    const first = take('first')
    void take('left', left.signal)
    const last = take('last')
    await first
    expect(started).toEqual(['first'])
    left.abort()
    going.shift()!()
    await last
    expect(started.filter((name) => name !== 'left')).toEqual(['first', 'last'])
    // One gap after the first, none after the one that had left; that after the last one holds nobody.
    expect(waits).toBe(2)
  })
})
