/** Routes and walks on one workstation without a hub, and beside those of another. */
import { describe, expect, test } from 'vitest'
import { type WalkRow } from '../../native/contract/patrol.ts'
import { presetNow, wordsOfRun } from '../../native/contract/patrol-run.ts'
import { bodyBytes, mostBodyBytes } from '../../native/documents/document.ts'
import { shareOf, walkOf } from '../../native/patrol/shared-walk.ts'
import { li, openPatrol, routeOf, stopAt, wang } from './patrol-parts.ts'

const nothing = { outcome: 'nothing', why: '', caseId: null } as const
const day = 86_400_000

function openRoute(stops = ['a', 'b', 'c'].map((id) => stopAt(id))) {
  const console = openPatrol()
  const { routes } = console.parts().patrol
  const save = (name: string, changed = stops) =>
    routes.save(wang, { id: 'r', name, body: routeOf(changed), isShared: true })
  save('河道')
  return { ...console, save, walks: () => console.parts().patrol.walks }
}

describe('a route', () => {
  test('gets a revision with each save that changes it; those that were seen stay', () => {
    const { parts, save, restart } = openRoute()
    save('河道')
    save('河道', [stopAt('a')])
    save('河道两岸', [stopAt('a')])
    restart()
    const { routes } = parts().patrol
    expect(routes.list(wang)).toMatchObject([
      { name: '河道两岸', isShared: true, isWaiting: true, body: { revision: 3 } },
    ])
    const seen = routes.revisions(li, 'r').map(({ name, by, body }) => [body.revision, name, by, body.stops.length])
    expect(seen).toEqual([
      [3, '河道两岸', '王建国', 1],
      [2, '河道', '王建国', 1],
      [1, '河道', '王建国', 3],
    ])
    routes.remove(wang, 'r')
    routes.remove(wang, 'r')
    expect(routes.list(wang)).toEqual([])
    expect(routes.revisions(wang, 'r')).toHaveLength(3)
  })

  test('of one person is nobody else’s, neither now nor in its revisions', () => {
    const { parts } = openRoute()
    const { routes } = parts().patrol
    routes.save(wang, { id: 'mine', name: '自用', body: routeOf([stopAt('a')]), isShared: false })
    expect(routes.list(li).map(({ id }) => id)).toEqual(['r'])
    expect([routes.revisions(li, 'mine').length, routes.revisions(wang, 'mine').length]).toEqual([0, 1])
  })

  test('with 200 stops is kept as long as it fits into a document', () => {
    const { save, parts } = openRoute()
    const many = (words: string) =>
      Array.from({ length: 200 }, (_, index) =>
        stopAt(`camera-${index}`, { place: { kind: 'river', name: words }, preset: { token: '1', name: words } }),
      )
    save('全镇', many('潞河'))
    expect(parts().patrol.routes.list(wang)[0]?.body.stops).toHaveLength(200)
    const tooMuch = () => save('全镇', many('潮白河右岸巡河路'.repeat(4)))
    expect(tooMuch).toThrow(expect.objectContaining({ code: 'invalid', reason: 'too-many' }))
  })
})

describe('a walk', () => {
  test('says where it is and what came of each stop, and goes on after a restart', async () => {
    const { walks, restart, clock, parts } = openRoute()
    const { walkId, runId } = walks().start(wang, 'r', null)
    walks().arrive(wang, walkId, 'at-a')
    walks().mark(wang, walkId, 'at-a', nothing)
    await clock.advance(5_000)
    walks().mark(wang, walkId, 'at-b', { ...nothing, outcome: 'camera-bad', why: '黑屏' })
    walks().mark(wang, walkId, 'at-b', { ...nothing, outcome: 'finding', caseId: 'case-9' })
    walks().pause(wang, walkId)
    restart()
    expect(walks().list(li)).toMatchObject([
      {
        ...{ id: walkId, runId, isOwn: true, state: 'paused', at: null, stopCount: 3, by: { id: 'wang' } },
        done: [
          { stopId: 'at-a', cameraId: 'a', outcome: 'nothing' },
          { stopId: 'at-b', cameraId: 'b', outcome: 'finding', why: '', caseId: 'case-9' },
        ],
      },
    ])
    walks().resume(wang, walkId)
    walks().end(wang, walkId)
    walks().end(wang, walkId)
    expect(walks().list(wang)).toMatchObject([{ state: 'ended', startedAt: clock.now() - 5_000, endedAt: clock.now() }])
    expect(() => walks().mark(wang, walkId, 'at-c', nothing)).toThrow(expect.objectContaining({ code: 'conflict' }))
    expect(parts().audited()).toEqual(['patrol.started', 'patrol.ended'])
  })

  test('is its own person’s, with the stops of its route', () => {
    const { walks, save } = openRoute()
    const { walkId } = walks().start(wang, 'r', null)
    save('河道', [stopAt('z')])
    const fault = (code: string) => expect.objectContaining({ code }) as Error
    expect(() => walks().mark(li, walkId, 'at-a', nothing)).toThrow(fault('forbidden'))
    expect(() => walks().mark(wang, walkId, 'at-z', nothing)).toThrow(fault('not-found'))
    expect(() => walks().arrive(wang, 'other', null)).toThrow(fault('not-found'))
    expect(() => walks().start(wang, 'gone', null)).toThrow(fault('not-found'))
    expect(() => walks().start(wang, 'r', 'no-run')).toThrow(fault('not-found'))
    walks().mark(wang, walkId, 'at-c', nothing)
    expect(walks().list(wang)[0]).toMatchObject({ revision: 1, done: [{ stopId: 'at-c' }] })
  })

  test('joins a run with the route as it was then; who is on it already gets their walk back', () => {
    const { walks, save } = openRoute()
    const first = walks().start(wang, 'r', null)
    save('河道', [stopAt('z')])
    const second = walks().start(li, 'r', first.runId)
    expect(second.walkId).not.toBe(first.walkId)
    expect(walks().start(li, 'r', first.runId)).toEqual(second)
    expect(
      walks()
        .list(li)
        .map(({ runId, stopCount }) => [runId, stopCount]),
    ).toEqual([
      [first.runId, 3],
      [first.runId, 3],
    ])
  })

  test('is shared for a month and kept here for ever', async () => {
    const { walks, clock, parts } = openRoute()
    walks().start(wang, 'r', null)
    const { walkId } = walks().start(li, 'r', null)
    const documents = () => parts().store.list('patrol-walk', 'wang').length
    expect(documents()).toBe(2)
    await clock.advance(31 * day + 1)
    parts().signedIn.operator = wang
    parts().signedIn.changed.emit()
    expect(documents()).toBe(0)
    expect(walks().list(wang)).toEqual([])
    expect(
      walks()
        .between(wang, 0, clock.now())
        .map(({ id }) => id),
    ).toContain(walkId)
  })

  test('that somebody left ends when nothing was said of it for long, at the time of its last word', async () => {
    const { walks, clock } = openRoute()
    const { walkId } = walks().start(wang, 'r', null)
    await clock.advance(3_600_000)
    walks().mark(wang, walkId, 'at-a', nothing)
    const lastAt = clock.now()
    await clock.advance(12 * 3_600_000)
    walks().tidy(li)
    expect(walks().list(wang)[0]?.state).toBe('walking')
    await clock.advance(1)
    walks().tidy(li)
    expect(walks().list(wang)[0]).toMatchObject({ state: 'ended', endedAt: lastAt, by: { id: 'wang' } })
  })

  test('goes on when the hub’s list of walks is full', () => {
    const { walks, parts } = openRoute()
    const { walkId } = walks().start(wang, 'r', null)
    const [walk] = walks().list(wang)
    for (let index = 0; index < 499; index += 1) parts().hearWalk(`w-${index}`, walk as WalkRow)
    const more = walks().start(wang, 'r', null)
    walks().mark(wang, more.walkId, 'at-a', nothing)
    walks().mark(wang, walkId, 'at-b', nothing)
    const own = walks()
      .list(wang)
      .filter(({ isOwn }) => isOwn)
    expect(own.map(({ done }) => done.length)).toEqual([1, 1])
    expect(parts().store.list('patrol-walk', 'wang')).toHaveLength(500)
  })
})

describe('walks of other workstations', () => {
  const theirs = (changes: Partial<WalkRow>): WalkRow => ({
    ...{ id: 'w', isOwn: false, runId: 'run', routeId: 'r', routeName: '河道', revision: 1, stopCount: 3 },
    ...{
      workstation: 'SZ-02',
      by: { id: 'li', name: '李梅' },
      startedAt: 0,
      endedAt: null,
      state: 'walking',
      at: null,
    },
    done: [],
    ...changes,
  })

  test('stand beside own ones, can be joined, and are over when they have long been silent', async () => {
    const { walks, parts, clock } = openRoute()
    const word = { stopId: 'at-a', cameraId: 'a', ...nothing, at: clock.now(), lookedMs: 4_000, reason: '' }
    const by = { id: 'li', name: '李梅' }
    parts().hearWalk('w', theirs({ startedAt: clock.now(), at: 'at-b', done: [{ ...word, by }] }))
    const { walkId } = walks().start(wang, 'r', 'run')
    const both = walks().list(wang)
    expect(both.map(({ id, isOwn }) => [id, isOwn]).sort()).toEqual(
      [
        [walkId, true],
        ['w', false],
      ].sort(),
    )
    expect(both.find(({ id }) => id === 'w')).toMatchObject({ at: 'at-b', done: [{ by, lookedMs: 4_000 }] })
    expect(() => walks().end(li, 'w')).toThrow(expect.objectContaining({ code: 'not-found' }))
    await clock.advance(12 * 3_600_000)
    expect(
      walks()
        .list(wang)
        .find(({ id }) => id === 'w'),
    ).toMatchObject({ state: 'ended', at: null })
  })

  test('count once where a restored hub made a copy of one, and go when their workstation is long gone', async () => {
    const { walks, parts, clock } = openRoute()
    parts().hearWalk('w', theirs({ startedAt: clock.now() }))
    parts().hearWalk('w', theirs({ startedAt: clock.now() }), 'copy')
    expect(
      walks()
        .list(wang)
        .map(({ id }) => id),
    ).toEqual(['w'])
    await clock.advance(63 * day)
    walks().tidy(wang)
    expect(parts().store.list('patrol-walk', 'wang')).toEqual([])
  })
})

test('a long walk fits into a document, by words cut short', () => {
  const by = { id: 'li', name: '李梅' }
  const done = Array.from({ length: 200 }, (_, index) => ({
    ...{ stopId: crypto.randomUUID(), cameraId: `camera-${index}`, outcome: 'skipped' as const, why: '施'.repeat(200) },
    ...{ caseId: null, by, at: 1_790_000_000_000, lookedMs: 60_000, reason: '查'.repeat(200) },
  }))
  const shared = shareOf('w', {
    ...{ runId: 'run', routeId: 'r', routeName: '河道', revision: 1, stopCount: 200, workstation: 'SZ-02', by },
    ...{ startedAt: 0, endedAt: null, state: 'walking', at: null, done },
  })
  expect(bodyBytes(shared)).toBeLessThanOrEqual(mostBodyBytes)
  const read = walkOf('w', shared)
  expect(read?.done).toHaveLength(200)
  expect(read?.done[0]).toMatchObject({
    ...done[0],
    why: expect.stringMatching(/^施+$/) as string,
    reason: expect.any(String) as string,
  })
})

test('of two people on one stop the later word counts and both stand', () => {
  const word = (by: string, at: number, stopId = 's') => ({
    ...{ stopId, cameraId: 'a', ...nothing, by: { id: by, name: by }, at, lookedMs: 0, reason: '' },
  })
  const words = wordsOfRun([{ done: [word('wang', 5), word('wang', 6, 't')] }, { done: [word('li', 7)] }])
  expect(
    [...words].map(([stopId, { word: last, others }]) => [stopId, last.by.id, others.map(({ by }) => by.id)]),
  ).toEqual([
    ['s', 'li', ['wang']],
    ['t', 'wang', []],
  ])
})

test.each([
  [
    'same',
    [
      ['1', '北口'],
      ['2', '南口'],
    ],
    '1',
  ],
  ['renamed', [['1', '北口(新)']], '1'],
  [
    'moved',
    [
      ['1', '南口'],
      ['4', '北口'],
    ],
    '4',
  ],
  ['moved', [['4', '北口']], '4'],
  [
    'gone',
    [
      ['4', '北口'],
      ['5', '北口'],
    ],
    null,
  ],
  ['gone', [], null],
] as const)('a preset that is %s is found by its name, else by its token', (is, present, token) => {
  const presets = present.map(([one, name]) => ({ token: one, name }))
  expect(presetNow({ token: '1', name: '北口' }, presets)).toEqual({ token, is })
})
