/** What should be walked today, which stops are worth adding, and which cases a camera can check. */
import { describe, expect, test } from 'vitest'
import type { PatrolRoute } from '../../native/contract/patrol.ts'
import { dueWalks, type Schedule } from '../../native/patrol/schedule.ts'
import { recurringPlaces, suggestStops, type Worth } from '../../native/patrol/suggest.ts'
import { camerasInView } from '../../native/patrol/view.ts'
import { cameraAt, nine, openPatrol, routeOf, stopAt, wang } from './patrol-parts.ts'
import { sampleStep } from './support.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Monday, 2026-11-23, 00:00 in China. */
const midnight = nine - 9 * hour

describe('the schedule', () => {
  const calendar = { shifts: [[480, 720]] as [number, number][], daysOff: [], workingDays: [] as string[] }
  const times = (...at: string[]): PatrolRoute['times'] => at.map((one) => ({ days: 'every-day', at: one, who: '' }))
  const route = (body: PatrolRoute['times'], id = 'r') => ({ id, name: id, body: { times: body } })
  const walk = (id: string, startedAt: number, runId = id) => ({ id, runId, routeId: 'r', startedAt })
  const due = (changes: Partial<Schedule>) =>
    dueWalks({ routes: [], walks: [], calendar, now: nine, ...changes }).map(({ dueAt, walkId }) => [
      (dueAt - midnight) / minute,
      walkId,
    ])

  test.each([
    ['too early', 8 * 60 - 31, null],
    ['half an hour early', 8 * 60 - 30, 'w'],
    ['two hours late', 10 * 60, 'w'],
    ['too late', 10 * 60 + 1, null],
  ])('is answered by a walk that is not %s', (_name, minutes, walkId) => {
    const walks = [walk('w', midnight + minutes * minute)]
    expect(due({ routes: [route(times('08:00'))], walks, now: midnight + 20 * hour })).toEqual([[480, walkId]])
  })

  test('asks for a walk due at 23:50 also after midnight, and takes the one begun then', () => {
    const routes = [route(times('23:50'))]
    const late = [walk('w', midnight + 10 * minute)]
    expect(due({ routes, now: midnight + 5 * minute })).toEqual([
      [-10, null],
      [1430, null],
    ])
    expect(due({ routes, walks: late, now: midnight + 15 * minute })).toEqual([
      [-10, 'w'],
      [1430, null],
    ])
    expect(due({ routes, walks: late, now: midnight + 2 * hour })).toEqual([[1430, null]])
  })

  test('gives each walk to one time and each time one walk; people of one run make one', () => {
    const routes = [route(times('08:00', '09:00', '10:00'))]
    const walks = [
      walk('w2', midnight + 8.7 * hour),
      walk('w1', midnight + 8 * hour, 'run'),
      walk('w3', midnight + 8.1 * hour, 'run'),
    ]
    expect(due({ routes, walks })).toEqual([
      [480, 'w1'],
      [540, 'w2'],
      [600, null],
    ])
  })

  test('keeps to the hub’s calendar: a shifted Sunday is worked, a holiday is not', () => {
    const shifted = { ...calendar, workingDays: ['2026-11-22'], daysOff: ['2026-11-23'] }
    const both = route([
      { days: 'working-days', at: '08:00', who: '' },
      { days: 'rest-days', at: '12:00', who: '' },
    ])
    expect(due({ routes: [both] })).toEqual([[480, null]])
    expect(due({ routes: [both], calendar: shifted })).toEqual([[720, null]])
    expect(due({ routes: [both], now: nine - day })).toEqual([[720 - 1440, null]])
    expect(due({ routes: [both], now: nine - day, calendar: shifted })).toEqual([[480 - 1440, null]])
  })

  test('is read from the routes there are and the walks that were begun', () => {
    const { patrol } = openPatrol().parts()
    const body = routeOf([stopAt('a')], [{ days: 'working-days', at: '08:30', who: '白班' }])
    patrol.routes.save(wang, { id: 'r', name: '河道', body, isShared: true })
    expect(patrol.due(wang)).toEqual([
      { routeId: 'r', routeName: '河道', dueAt: midnight + 8.5 * hour, who: '白班', walkId: null },
    ])
    const { walkId } = patrol.walks.start(wang, 'r', null)
    expect(patrol.due(wang)).toMatchObject([{ walkId }])
  })
})

/** So many metres north and east of the middle. */
const at = (north: number, east = 0) => ({ latitude: 39.95 + north / 111_195, longitude: 116.72 + east / 85_250 })

describe('a camera', () => {
  test.each([
    ['looks towards it', { heading: 20 }, true],
    ['looks past it', { heading: 90 }, undefined],
    ['looks past it and turns', { heading: 90, steerable: true }, null],
    ['says nothing of where it looks', {}, null],
  ])('that %s', (_name, changes, isTowards) => {
    const camera = cameraAt('c', { ...at(-100), ...changes }) as never
    expect(camerasInView([camera], at(0))[0]?.isTowards).toBe(isTowards)
    expect(camerasInView([camera], at(51))).toEqual([])
  })
})

describe('suggested stops', () => {
  const past = (classCode: string, where: { latitude: number; longitude: number }) => ({
    classCode,
    place: '北口',
    ...where,
  })
  const thrice = (classCode: string, north: number) => [0, 20, 40].map((more) => past(classCode, at(north + more)))
  const worth = (changes: Partial<Worth>): Worth => ({
    ...{ cases: [], cameras: [], lastLookedAt: new Map(), stops: [], now: nine },
    ...changes,
  })

  test('recurring places have three cases of one class within 50 m', () => {
    const lone = [past('S2', at(0)), past('S2', at(10)), past('S3', at(20))]
    const apart = [past('S4', at(0)), past('S4', at(51)), past('S4', at(0, 51))]
    expect(recurringPlaces([...thrice('S1', 0), ...lone, ...apart])).toMatchObject([{ classCode: 'S1', cases: 3 }])
  })

  test('are cameras near them first, then those that nobody looked at for a week, longest first', () => {
    const cameras = ['near', 'old', 'new', 'never', 'covered'].map((id, index) =>
      cameraAt(id, at(index === 0 ? 60 : 5_000)),
    )
    const lastLookedAt = new Map([
      ['old', nine - 8 * day],
      ['new', nine - 6 * day],
    ])
    const given = worth({
      ...{ cases: thrice('S1', 0), cameras: cameras as never, lastLookedAt },
      stops: [stopAt('covered'), stopAt('near', { checklist: ['S9'] })],
    })
    expect(suggestStops(given)).toEqual([
      {
        cameraId: 'near',
        why: { kind: 'recurring', place: '北口', classCode: 'S1', cases: 3, metres: expect.any(Number) as number },
      },
      { cameraId: 'never', why: { kind: 'unseen', lastLookedAt: null } },
      { cameraId: 'old', why: { kind: 'unseen', lastLookedAt: nine - 8 * day } },
    ])
    expect(suggestStops({ ...given, stops: [stopAt('near', { checklist: ['S1'] })] })[0]?.why.kind).toBe('unseen')
  })

  test('are at most fifty', () => {
    const cameras = Array.from({ length: 852 }, (_, index) => cameraAt(`c-${index}`, at(index)))
    const given = worth({ cameras: cameras as never, cases: thrice('S1', 0) })
    const kinds = suggestStops(given).map(({ why }) => why.kind)
    expect([kinds.length, kinds.filter((kind) => kind === 'recurring').length]).toEqual([50, 30])
  })

  test('come from the cases of the last ninety days that were no duplicates', () => {
    const { patrol, addCase, addCamera } = openPatrol().parts()
    addCamera(cameraAt('c', at(30)))
    for (const [index, changes] of [{}, {}, { state: 'duplicate' as const }, { reportedAt: nine - 91 * day }].entries())
      addCase({ id: `case-${index}`, reportedAt: nine - index * hour, ...changes })
    expect(patrol.suggest(wang)).toMatchObject([{ why: { kind: 'unseen' } }])
    addCase({ id: 'third', reportedAt: nine - 89 * day })
    expect(patrol.suggest(wang)).toMatchObject([{ cameraId: 'c', why: { kind: 'recurring', cases: 3 } }])
  })
})

describe('cases to be checked', () => {
  test('are those that were resolved within a camera’s view, longest ago first, until they are checked', () => {
    const { patrol, addCase, addCamera, changed } = openPatrol().parts()
    const { checks } = patrol
    addCamera(cameraAt('c', at(100)))
    const resolve = (caseId: string, hubAt: number) => [
      sampleStep({ id: `s-${caseId}`, caseId, kind: 'resolve', hubAt }),
    ]
    addCase({ id: 'late', state: 'resolved', version: 2 }, resolve('late', nine + hour))
    addCase({ id: 'early', state: 'resolved' }, resolve('early', nine))
    addCase({ id: 'far', state: 'resolved', ...at(900) }, resolve('far', nine))
    addCase({ id: 'open', state: 'handling' })
    const shown = checks.list()
    expect(shown).toMatchObject([
      { caseId: 'early', resolvedAt: nine, className: 'S0101', cameras: [{ id: 'c', metres: 100, isTowards: null }] },
      { caseId: 'late', resolvedAt: nine + hour },
    ])
    changed.cases.emit(null)
    expect(checks.list()).toBe(shown)
    addCase({ id: 'early', state: 'checked', version: 2 })
    expect(checks.list().map(({ caseId }) => caseId)).toEqual(['late'])
    addCamera(cameraAt('nearer', at(20, 0)))
    expect(checks.list()[0]?.cameras.map(({ id }) => id)).toEqual(['nearer', 'c'])
  })
})
