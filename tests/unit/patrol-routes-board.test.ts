/** The patrol desk's board: what is due, runs under way and the way into them, what is wrong with a stop. */
import { describe, expect, it } from 'vitest'
import type { CameraRow } from '../../native/contract/camera.ts'
import type { PatrolStop, WalkRow } from '../../native/contract/patrol.ts'
import { dueState, runsUnderWay, wayInto } from '../../renderer/desks/patrol/routes/route-board.ts'
import { lineOf, mendedPreset } from '../../renderer/desks/patrol/routes/stop-lines.ts'

const hour = 3_600_000
const walk = (id: string, given: Partial<WalkRow>): WalkRow => ({
  ...{
    id,
    isOwn: false,
    runId: 'run',
    routeId: 'r',
    routeName: '早班',
    revision: 1,
    stopCount: 3,
    workstation: 'SZ-03',
  },
  ...{ by: { id: 'li', name: '李四' }, startedAt: 0, endedAt: null, state: 'walking', at: null, done: [] },
  ...given,
})

describe('what is due', () => {
  const due = { routeId: 'r', routeName: '早班', dueAt: 10 * hour, who: '', walkId: null }

  it('is later, then due for two hours, then missed; or as its walk stands', () => {
    expect(dueState(due, undefined, 10 * hour - 1)).toBe('later')
    expect(dueState(due, undefined, 10 * hour)).toBe('now')
    expect(dueState(due, undefined, 12 * hour - 1)).toBe('now')
    expect(dueState(due, undefined, 12 * hour)).toBe('missed')
    expect(dueState({ ...due, walkId: 'w' }, walk('w', { state: 'paused' }), 20 * hour)).toBe('paused')
    expect(dueState({ ...due, walkId: 'w' }, walk('w', { state: 'ended' }), 0)).toBe('done')
    expect(dueState({ ...due, walkId: 'gone' }, undefined, 20 * hour)).toBe('done')
  })
})

describe('runs under way', () => {
  const said = (stopId: string, outcome: 'nothing' | 'finding', at: number) => ({
    ...{ stopId, cameraId: 'c', outcome, why: '', caseId: null, by: { id: 'li', name: '李四' }, at, lookedMs: 0 },
    reason: '',
  })

  it('count a stop once however many said something of it, and leave when nobody is on them', () => {
    const runs = runsUnderWay([
      walk('one', { done: [said('a', 'finding', 5), said('b', 'nothing', 6)], state: 'ended' }),
      walk('two', { done: [said('a', 'nothing', 4)], startedAt: 3 }),
      walk('over', { runId: 'other', state: 'ended' }),
      walk('new', { runId: 'third', startedAt: 9 }),
    ])
    expect(runs.map(({ runId }) => runId)).toEqual(['third', 'run'])
    expect(runs[1]).toMatchObject({ said: 2, findings: 1, startedAt: 0 })
    expect(runs[1]?.walks.map(({ id }) => id)).toEqual(['two'])
  })

  it('are gone on with where they are one’s own here, joined where they are others’', () => {
    const others = runsUnderWay([walk('w', {})])
    const own = runsUnderWay([walk('w', {}), walk('mine', { isOwn: true, runId: 'b', by: { id: 'me', name: '我' } })])
    expect(wayInto([], 'me')).toEqual({ kind: 'begin' })
    expect(wayInto(others, 'me')).toEqual({ kind: 'join', runId: 'run' })
    expect(wayInto(own, 'me')).toEqual({ kind: 'go-on', walkId: 'mine' })
    // The same person at another workstation goes in beside themselves.
    expect(wayInto(others, 'li')).toEqual({ kind: 'join', runId: 'run' })
  })
})

describe('what is wrong with a stop', () => {
  const camera = (steerable: boolean) => ({ id: 'camera-a', steerable }) as CameraRow
  const cameras = (steerable = true) => new Map([['camera-a', camera(steerable)]])
  const turned: PatrolStop = {
    ...{ id: 'a', cameraId: 'camera-a', preset: { token: '3', name: '校门' }, dwellSeconds: 15, checklist: [] },
    place: { kind: 'school', name: '' },
  }
  const presets = (...all: { token: string; name: string }[]) => new Map([['camera-a', all]])

  it('is said by what is known, and nothing is said before it is', () => {
    const problem = (steerable: boolean, held: ReadonlyMap<string, { token: string; name: string }[] | null>) =>
      lineOf(turned, { isComplete: true, cameras: cameras(steerable), presets: held }).problem
    expect(lineOf(turned, { isComplete: false, cameras: new Map(), presets: new Map() }).problem).toBeNull()
    expect(lineOf(turned, { isComplete: true, cameras: new Map(), presets: new Map() }).problem).toBe('camera-gone')
    expect(problem(false, new Map())).toBe('not-steerable')
    expect(problem(true, new Map([['camera-a', null]]))).toBeNull()
    expect(problem(true, presets({ token: '3', name: '校门' }))).toBeNull()
    expect(problem(true, presets({ token: '3', name: '路口' }))).toBe('preset-renamed')
    expect(problem(true, presets({ token: '7', name: '校门' }))).toBe('preset-moved')
    expect(problem(true, presets({ token: '7', name: '路口' }))).toBe('preset-gone')
  })

  it('is mended by the preset of the same name, else of the same number', () => {
    expect(mendedPreset(turned, [{ token: '7', name: '校门' }])).toEqual({ token: '7', name: '校门' })
    expect(mendedPreset(turned, [{ token: '3', name: '路口' }])).toEqual({ token: '3', name: '路口' })
    expect(mendedPreset(turned, [{ token: '7', name: '路口' }])).toBeNull()
  })
})
