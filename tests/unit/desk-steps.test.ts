/** The desk's pure parts: keys, templates, what many cases can take, the next row, answers of a call-back. */
import { describe, expect, it } from 'vitest'
import { workflow } from '../../native/cases/workflow.ts'
import { type QueueRow, queueViews, type StepOffer } from '../../native/contract/case.ts'
import { caseStates, roles, stepKinds } from '../../native/contract/vocabulary.ts'
import { bulkNeeds, bulkStepsFor, countEach, jobsOf, portions, summarise } from '../../renderer/desks/dispatch/bulk.ts'
import { emptyNewCase, findClasses, newCaseOf, spotsOf } from '../../renderer/desks/dispatch/new-case.ts'
import { nextWaiting } from '../../renderer/desks/dispatch/next-row.ts'
import { refusalWords } from '../../renderer/desks/dispatch/refusal.ts'
import { answersOf, callBackOf, unanswered } from '../../renderer/desks/dispatch/steps/call-back.ts'
import { draftOf, dueHours, emptyDraft, inputOf, missingOf } from '../../renderer/desks/dispatch/steps/step-draft.ts'
import {
  deskSteps,
  newCaseKey,
  offerOfKey,
  shownOffers,
  stepKeys,
} from '../../renderer/desks/dispatch/steps/step-keys.ts'
import { remarkTemplates } from '../../renderer/desks/dispatch/steps/templates.ts'
import { keyOfView, viewOf, viewsFor, viewsInOrder } from '../../renderer/desks/dispatch/views.ts'
import { findCommands } from '../../renderer/frame/palette.ts'
import { initialsOf, matchOf } from '../../renderer/parts/matching.ts'

const allOffers = (state: (typeof caseStates)[number], role: (typeof roles)[number]) =>
  deskSteps.filter((kind) => workflow[kind].from.includes(state) && workflow[kind].by.includes(role))
const offer = (kind: StepOffer['kind'], blocked: StepOffer['blocked'] = null): StepOffer => ({
  kind,
  needs: [],
  blocked,
})

function row(id: string, changes: Partial<QueueRow> = {}): QueueRow {
  return {
    ...{ id, number: `TZ-${id}`, classCode: 'S0101', className: null, place: '', channel: 'wechat', state: 'filed' },
    ...{ urgency: 'normal', supervised: false, reportedAt: 0, limit: null, assigneeName: null, isReturned: false },
    ...{ isCallBackDue: false, version: 1, pending: 0, parked: 0, ...changes },
  } as QueueRow
}

describe('keys of steps', () => {
  it('stand for every step that the workflow knows', () => {
    expect(deskSteps.toSorted()).toEqual(stepKinds.filter((kind) => kind !== 'report').toSorted())
    for (const key of Object.values(stepKeys)) expect(key).toMatch(/^[A-Z]$/)
    expect(Object.values(stepKeys)).not.toContain(newCaseKey)
  })

  it.each(caseStates)('mean one thing each in the state %s', (state) => {
    for (const role of roles) {
      const keys = allOffers(state, role).map((kind) => stepKeys[kind])
      // Approving an extension and a suspension share a key: only one of them can have been asked for.
      const apart = keys.filter((key) => key !== 'P')
      expect(new Set(apart).size).toBe(apart.length)
    }
  })

  it('take the approval that was asked for', () => {
    const offers = [offer('extend', 'no-request'), offer('suspend')]
    expect(offerOfKey(offers, 'P')?.kind).toBe('suspend')
    expect(shownOffers(offers).map(({ kind }) => kind)).toEqual(['suspend'])
    expect(offerOfKey([offer('extend', 'no-request')], 'P')?.blocked).toBe('no-request')
  })

  it('put what is always open behind what the life goes on with', () => {
    const kinds = shownOffers([offer('remark'), offer('dispatch'), offer('consult')]).map(({ kind }) => kind)
    expect(kinds).toEqual(['dispatch', 'remark', 'consult'])
  })
})

describe('templates of remarks', () => {
  it.each(deskSteps)('are two or more for %s, each enough for a reason, none twice', (kind) => {
    const templates = remarkTemplates[kind]
    expect(templates.length).toBeGreaterThanOrEqual(2)
    expect(templates.length).toBeLessThanOrEqual(9)
    expect(new Set(templates).size).toBe(templates.length)
    for (const text of templates) expect(text).toMatch(/^[\u4e00-\u9fff，、]{4,40}。$/)
  })
})

describe('saved views', () => {
  it('are those of the contract, each with a key of its own', () => {
    expect(viewsInOrder).toEqual(queueViews)
    expect(viewsFor('operator')).not.toContain('requests')
    expect(viewsFor('duty-leader')).toContain('requests')
    expect(new Set(viewsInOrder.map(keyOfView)).size).toBe(queueViews.length)
    expect([keyOfView('open'), keyOfView('all')]).toEqual(['Shift+1', 'Shift+0'])
  })

  it('are read from an address that may say anything', () => {
    expect([viewOf('overdue'), viewOf('of-a-later-version'), viewOf(undefined), viewOf(['all'])]).toEqual([
      ...['overdue', 'open', 'open', 'open'],
    ])
  })
})

describe('steps on many', () => {
  it('are offered only where the workflow has them, and ask for what it asks', () => {
    for (const state of caseStates) {
      for (const kind of bulkStepsFor([state])) {
        if (kind !== 'remark') expect(workflow[kind].from).toContain(state)
        expect(bulkNeeds[kind] ?? []).toEqual(workflow[kind].needs)
      }
    }
    expect(bulkStepsFor([])).toEqual([])
  })

  it('come with what most of the cases can take first', () => {
    expect(bulkStepsFor(['filed', 'reported', 'reported'])[0]).toBe('accept')
  })

  it('go in portions and come back as a summary by why', () => {
    expect(portions([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
    const failures = [
      { caseId: 'a', fault: 'conflict' as const },
      { caseId: 'b', fault: 'forbidden' as const },
      { caseId: 'c', fault: 'conflict' as const },
      { caseId: 'stranger', fault: 'conflict' as const },
    ]
    expect(summarise(['a', 'b', 'c', 'd'], failures)).toEqual({
      taken: 1,
      failed: [
        { fault: 'conflict', caseIds: ['a', 'c'] },
        { fault: 'forbidden', caseIds: ['b'] },
      ],
    })
    expect(summarise(['a'], [])).toEqual({ taken: 1, failed: [] })
  })
})

describe('the next row', () => {
  const rows = [row('a'), row('b', { state: 'handling' }), row('c'), row('d', { parked: 1 }), row('e')]

  it('is the next below that waits for the same, then the first above', () => {
    expect(nextWaiting(rows, 'a', 'dispatch')?.id).toBe('c')
    expect(nextWaiting(rows, 'c', 'dispatch')?.id).toBe('e')
    expect(nextWaiting(rows, 'e', 'dispatch')?.id).toBe('a')
  })

  it('is none when nothing waits any more', () => {
    expect(nextWaiting(rows, 'b', 'resolve')).toBeNull()
    expect(nextWaiting(rows, 'unknown', 'dispatch')).toBeNull()
  })

  it('for a call-back is whoever is still to be called', () => {
    const calls = [row('a', { isCallBackDue: true }), row('b'), row('c', { isCallBackDue: true, state: 'checked' })]
    expect(nextWaiting(calls, 'a', 'call-back')?.id).toBe('c')
  })
})

describe('what a step brings', () => {
  it('lacks what was not filled in', () => {
    expect(missingOf(['reason', 'assignee', 'callBack'], { ...emptyDraft, remark: ' 是 ' })).toEqual([
      ...['reason', 'assignee', 'callBack'],
    ])
    expect(missingOf(['reason'], { ...emptyDraft, remark: '属实' })).toEqual([])
  })

  it('asks the last two questions only when somebody was reached', () => {
    const reached = answersOf(answersOf(unanswered, 'reached', true), 'solved', true)
    expect(callBackOf(reached)).toBeNull()
    expect(callBackOf(answersOf(reached, 'satisfied', false))).toEqual({
      reached: true,
      solved: true,
      satisfied: false,
    })
    expect(callBackOf(answersOf(reached, 'reached', false))).toEqual({ reached: false, solved: null, satisfied: null })
  })
})

describe('why a step was refused', () => {
  it("is the hub's sentence, or what was found here in words", () => {
    expect(refusalWords('案件已由李秀兰受理').text).toBe('案件已由李秀兰受理')
    expect(refusalWords('{"code":"state","state":"filed"}')).toMatchObject({
      ...{ key: 'parked.whys.state', named: { state: ['terms.states.filed'] } },
    })
    expect(refusalWords('{"code":"missing","fields":["reason"]}').named).toEqual({ fields: ['step.fields.reason'] })
    expect(refusalWords('{"code":"guard","guard":"no-phone"}').named).toEqual({ guard: ['step.blocks.no-phone'] })
    for (const why of ['', '{"code":"of-a-later-version"}']) expect(refusalWords(why).key).toBe('parked.noWhy')
    expect(refusalWords('{half').text).toBe('{half')
  })
})

describe('many cases, each to its own unit', () => {
  const unit = (id: string) => ({ kind: 'station' as const, id, name: `站${id}` })
  const each = [
    { caseId: 'a', assignee: unit('1') },
    { caseId: 'b', assignee: unit('2') },
    { caseId: 'c', assignee: null },
    { caseId: 'd', assignee: unit('2') },
  ]

  it('become one job for each unit; what fits none stays', () => {
    const jobs = jobsOf(['a', 'b', 'c', 'd'], inputOf({ ...emptyDraft, remark: '请按时' }), each)
    expect(jobs.map(({ caseIds, input }) => [caseIds, input.assignee?.id, input.remark])).toEqual([
      [['a'], '1', '请按时'],
      [['b', 'd'], '2', '请按时'],
    ])
    expect(jobsOf(['a', 'c'], inputOf(emptyDraft)).map(({ caseIds }) => caseIds)).toEqual([['a', 'c']])
  })

  it('say how many go where', () => {
    expect(countEach(each)).toEqual({
      units: [
        { name: '站2', count: 2 },
        { name: '站1', count: 1 },
      ],
      without: 1,
    })
  })

  it('need no assignee of their own, as long as one is found', () => {
    expect(missingOf(['assignee'], { ...emptyDraft, each })).toEqual([])
    expect(missingOf(['assignee'], { ...emptyDraft, each: [{ caseId: 'c', assignee: null }] })).toEqual(['assignee'])
  })
})

describe('the limit of a supervised case', () => {
  it('goes with the step, and comes back when the step is taken again', () => {
    const input = inputOf({ ...emptyDraft, dueAt: 7_200_000 })
    expect(input.dueAt).toBe(7_200_000)
    expect(inputOf(draftOf(input))).toEqual(input)
  })

  it('is typed in whole hours', () => {
    expect(['6', ' 12 ', '720'].map(dueHours)).toEqual([6, 12, 720])
    expect(['', '0', '721', '1.5', '-2', '八'].map(dueHours)).toEqual([null, null, null, null, null, null])
  })
})

describe('a new case', () => {
  const place = (gridCode: string, stationName = '') => ({
    ...{ gridCode, gridName: gridCode, stationCode: `ST-${gridCode}`, stationName, longitude: 116.7, latitude: 39.9 },
  })
  const draft = {
    ...emptyNewCase(),
    classCode: 'S0101',
    place: ' 村北口 ',
    description: '垃圾',
    spot: { ...place('G1'), source: 'own' as const },
  }

  it('is sent once class, place, position and description are there, with its station', () => {
    const where = { longitude: 116.7, latitude: 39.9, gridCode: 'G1', stationCode: 'ST-G1' }
    expect(newCaseOf(draft)).toMatchObject({ ...where, place: '村北口', reporter: null, evidence: [] })
    expect(newCaseOf({ ...draft, phone: '13800000000' })).toMatchObject({
      reporter: { name: '', phone: '13800000000' },
    })
    expect(newCaseOf({ ...draft, classCode: null })).toBe('class')
    expect(newCaseOf({ ...draft, place: ' ' })).toBe('place')
    expect(newCaseOf({ ...draft, spot: null })).toBe('spot')
    expect(newCaseOf({ ...draft, description: '脏' })).toBe('description')
  })

  it('is where was pointed, else what its place names, else where the last one was, else the sub-center’s own', () => {
    const [point, last, open] = [place('P'), place('L'), place('O')]
    const none = { found: [], point: null, last: null, open: null }
    const codes = (text: string, at: string, known: Partial<Parameters<typeof spotsOf>[2]>) =>
      spotsOf(text, at, { ...none, ...known }).map(({ gridCode, source }) => `${source} ${gridCode}`)
    const found = [place('A', '小堡村'), place('B', '疃里社区')]
    expect(codes('', '小堡南街', { found, point, last, open })).toEqual([
      ...['map P', 'named A', 'last L', 'own B', 'case O'],
    ])
    expect(codes('', '', { found: [place('C')], last })).toEqual(['last L', 'own C'])
    expect(codes('tl', '小堡南街', { found, point, last, open })).toEqual(['found A', 'found B'])
    expect(codes('', '', {})).toEqual([])
  })

  it('finds its class by code, words or initials, but no upper level', () => {
    const one = (code: string, name: string, parent: string | null) => ({
      ...{ code, name, parent, kind: 'event' as const, limits: null },
    })
    const classes = [one('S01', '市容环境', null), one('S0101', '暴露垃圾', 'S01'), one('B0102', '污水井盖', 'B01')]
    const find = (wanted: string) => findClasses(classes, wanted, 5).map(({ code }) => code)
    expect([find('bllj'), find('b0102'), find('井盖'), find('市容')]).toEqual([['S0101'], ['B0102'], ['B0102'], []])
  })
})

describe('finding', () => {
  it.each([
    ['派遣', 'pq'],
    ['核查不通过', 'hcbtg'],
    ['王建国', 'wjg'],
    ['无照经营游商', 'wzjyys'],
    ['Ctrl 2', 'ctrl 2'],
  ])('%s by its initials %s', (text, initials) => {
    expect(initialsOf(text)).toBe(initials)
  })

  it('prefers letters in a row to scattered ones', () => {
    expect(matchOf('pq', ['pq'])! < matchOf('pq', ['paq'])!).toBe(true)
    expect(matchOf('zz', ['pq'])).toBeNull()
    const commands = ['批准延期', '派遣'].map((words) => ({
      id: words,
      group: '',
      words,
      keys: '',
      run: () => undefined,
    }))
    expect(findCommands(commands, 'pq').map(({ words }) => words)).toEqual(['派遣', '批准延期'])
  })
})
