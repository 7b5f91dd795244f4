/** A walk's plan: the next stop, those of others, one camera at several stops, and marks on a picture. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PatrolStop, StopOutcome, WalkedStop, WalkRow } from '../../native/contract/patrol.ts'
import type { Whereabouts } from '../../native/contract/whereabouts.ts'
import { caseOfFinding } from '../../renderer/desks/patrol/walk/finding-case.ts'
import { movedMark, newMark } from '../../renderer/desks/patrol/walk/marks.ts'
import { countsOf, firstStop, neighbourOf, openAfter, planOf } from '../../renderer/desks/patrol/walk/walk-plan.ts'
import { openPictures } from '../../renderer/desks/patrol/walk/warm-up.ts'

const stop = (id: string, cameraId = `camera-${id}`): PatrolStop => ({
  ...{ id, cameraId, preset: null, dwellSeconds: 5, checklist: [], place: { kind: 'other', name: '' } },
})
const word = (stopId: string, by = 'zhang', at = 1, outcome: StopOutcome = 'nothing'): WalkedStop => ({
  ...{ stopId, cameraId: `camera-${stopId}`, outcome, why: '', caseId: null, by: { id: by, name: by }, at },
  ...{ lookedMs: 0, reason: '' },
})
const walk = (changes: Partial<WalkRow> = {}): WalkRow => ({
  ...{ id: 'mine', isOwn: true, runId: 'run', routeId: 'route', routeName: '河道', revision: 1, stopCount: 4 },
  ...{ workstation: 'SZ-02', by: { id: 'zhang', name: 'zhang' }, startedAt: 0, endedAt: null, state: 'walking' },
  ...{ at: null, done: [], ...changes },
})
const stops = ['a', 'b', 'c', 'd'].map((id) => stop(id))
const none = new Map<string, StopOutcome>()
const idsOf = (planned: readonly { stop: PatrolStop }[]) => planned.map(({ stop: { id } }) => id)

describe('the stops of a walk', () => {
  test('come in the order of the route, those left behind last, never the present one', () => {
    const plan = planOf(stops, walk(), [walk()], none)
    expect(idsOf(openAfter(plan, null))).toEqual(['a', 'b', 'c', 'd'])
    expect(idsOf(openAfter(plan, 'c'))).toEqual(['d', 'a', 'b'])
    expect(neighbourOf(plan, 'a', -1)).toBeNull()
    expect(neighbourOf(plan, 'a', 1)).toBe('b')
  })

  test('are skipped over where others of the run have said something or look just now; another run is nothing to this one', () => {
    const li = { id: 'theirs', isOwn: false, by: { id: 'li', name: '李秀兰' } }
    const other = walk({ ...li, at: 'c', done: [word('b', 'li')] })
    const elsewhere = walk({ ...li, id: 'elsewhere', runId: 'other-run', done: [word('d', 'li')] })
    const plan = planOf(stops, walk(), [walk(), other, elsewhere], none)
    expect(idsOf(openAfter(plan, 'a'))).toEqual(['d'])
    expect(plan[2]?.lookedAtBy).toBe('李秀兰')
    expect(plan[1]).toMatchObject({ outcome: 'nothing', saidBy: 'li' })
    const ended = walk({ ...other, state: 'ended' })
    expect(idsOf(openAfter(planOf(stops, walk(), [walk(), ended], none), 'a'))).toEqual(['c', 'd'])
  })

  test('go on at the one that was looked at, unless something was said of it', () => {
    const mine = walk({ done: [word('a')] })
    const plan = planOf(stops, mine, [mine], none)
    expect(firstStop(plan, 'c')).toBe('c')
    expect(firstStop(plan, 'a')).toBe('b')
    expect(firstStop(plan, null)).toBe('b')
    expect(firstStop(plan, 'a stop of an older route')).toBe('b')
  })

  test('have something said of them before it has come back from native', () => {
    const plan = planOf(stops, walk(), [walk()], new Map([['a', 'finding']]))
    expect(idsOf(openAfter(plan, null))).toEqual(['b', 'c', 'd'])
    expect(countsOf(plan)).toEqual({ nothing: 0, finding: 1, 'camera-bad': 0, skipped: 0, open: 3 })
  })

  test('of any length are each reached once by saying something of each and going on, in any order of starting', () => {
    const lengths = fc.integer({ min: 1, max: 200 })
    fc.assert(
      fc.property(lengths, fc.nat(), (length, seed) => {
        const many = Array.from({ length }, (_, index) => stop(String(index)))
        const said = new Map<string, StopOutcome>()
        const planNow = () => planOf(many, walk(), [walk()], said)
        let at: string | null = many[seed % length]!.id
        const visited: string[] = []
        while (at !== null) {
          visited.push(at)
          said.set(at, 'nothing')
          at = openAfter(planNow(), at)[0]?.stop.id ?? null
        }
        expect(visited).toHaveLength(length)
        expect(new Set(visited).size).toBe(length)
      }),
      { numRuns: 30 },
    )
  })
})

describe('pictures that are open', () => {
  test('are those of the present stop and the next two, in an order that stepping does not change', () => {
    const [a, b, c, d] = [stop('1', 'z'), stop('2', 'y'), stop('3', 'x'), stop('4', 'w')]
    const before = openPictures(a, [b, c, d])
    const after = openPictures(b, [c, d])
    expect(before.map(({ stop: { cameraId }, ahead }) => [cameraId, ahead])).toEqual([
      ['x', 2],
      ['y', 1],
      ['z', 0],
    ])
    expect(after.map(({ stop: { cameraId } }) => cameraId)).toEqual(['w', 'x', 'y'])
    expect(openPictures(null, [a])).toEqual([])
  })

  test('are one for a camera that several of the stops look through: it shows the earlier stop', () => {
    const [a, b, c] = [stop('1', 'same'), stop('2', 'same'), stop('3')]
    expect(openPictures(a, [b, c]).map(({ stop: { id }, ahead }) => [id, ahead])).toEqual([
      ['3', 2],
      ['1', 0],
    ])
  })
})

describe('marks on a picture', () => {
  test('stay within it and keep their size, however often they are moved', () => {
    const keys = fc.array(fc.constantFrom('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'), { maxLength: 120 })
    fc.assert(
      fc.property(keys, (pressed) => {
        const box = newMark('box')
        const moved = pressed.reduce((mark, key) => movedMark(mark, key, false) ?? mark, box)
        for (const share of [moved.x1, moved.x2, moved.y1, moved.y2]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
        expect(moved.x2 - moved.x1).toBeCloseTo(box.x2 - box.x1)
        expect(moved.y2 - moved.y1).toBeCloseTo(box.y2 - box.y1)
      }),
    )
  })

  test('are sized by their second corner alone; other keys are not theirs', () => {
    const box = newMark('box')
    expect(movedMark(box, 'ArrowRight', true)).toEqual({ ...box, x2: box.x2 + 0.02 })
    expect(movedMark(box, 'Enter', false)).toBeNull()
  })
})

describe('the case of a finding', () => {
  const camera = {
    ...{ id: 'c', deviceCode: '1'.repeat(20), owner: 'land-bureau' as const, name: '河口', place: '', steerable: true },
    ...{ longitude: 116.7, latitude: 39.9, gridCode: 'camera-grid', sourceKind: 'onvif' as const },
  }
  const draft = { classCode: 'S0101', place: '河口', description: '有堆物' }
  const patrol = { routeName: '河道', stopName: '东岸', seenAt: '2026-11-23 23:59:59' }
  const spot: Whereabouts = {
    ...{ gridCode: 'grid', gridName: '', stationCode: 'station', stationName: '', longitude: 0, latitude: 0 },
  }

  test('stands where the camera stands, in the grid there, else in the one that the camera is said to be in', () => {
    const at = { longitude: 116.7, latitude: 39.9 }
    expect(caseOfFinding(draft, { camera, spot, patrol })).toMatchObject({
      ...at,
      gridCode: 'grid',
      stationCode: 'station',
    })
    const unknown = caseOfFinding(draft, { camera, spot: null, patrol })
    expect(unknown).toMatchObject({ ...at, gridCode: 'camera-grid', patrol: { cameraName: '河口', ...patrol } })
    expect(unknown).not.toHaveProperty('stationCode')
  })

  test('says what is still missing', () => {
    const found = { camera, spot, patrol }
    expect(caseOfFinding({ ...draft, classCode: null }, found)).toBe('class')
    expect(caseOfFinding({ ...draft, place: ' ' }, found)).toBe('place')
    expect(caseOfFinding({ ...draft, description: '堆' }, found)).toBe('description')
  })
})
