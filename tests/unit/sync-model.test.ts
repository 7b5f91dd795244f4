/** Random interleavings of two workstations and a hub, with the answers that people give to conflicts and files carried between them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StepKind } from '../../native/contract/vocabulary.ts'
import { Fault } from '../../native/fault.ts'
import { monday, sampleHead } from './support.ts'
import { assignee, createHub, type Desk, type Hub, input, openDesk } from './sync-model-parts.ts'

const kinds: StepKind[] = [
  ...(['accept', 'reject', 'file', 'dispatch', 'start', 'resolve', 'remark', 'consult'] as const),
]
const who = fc.integer({ min: 0, max: 1 })
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('own' as const), who, kind: fc.constantFrom(...kinds) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('other' as const), kind: fc.constantFrom(...kinds) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('push' as const), who, isAnswerLost: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('pull' as const), who, most: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('carry' as const), who }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('answer' as const),
      ...{ who, answer: fc.constantFrom('again', 'hand', 'withdraw'), which: fc.nat(5) },
    }),
  },
)

/** What a person does about one of the conflicts; a fault means that it stays as it was. */
function answer({ answers, conflicts, operator }: Desk, what: string, which: number): void {
  const list = conflicts.list('operator')
  const conflict = list[which % Math.max(1, list.length)]
  if (!conflict) return
  try {
    if (what === 'again') answers.applyAgain(operator, conflict.id, null)
    else if (what === 'hand') answers.handToLeader(operator, conflict.id, '办理时案件已有变化')
    else answers.withdraw(operator, conflict.id)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    expect(conflicts.list('operator').map(({ id }) => id)).toEqual(list.map(({ id }) => id))
    return
  }
  expect(conflicts.list('operator').map(({ id }) => id)).not.toContain(conflict.id)
}

test(
  'whatever comes between, every step is at the hub once or in front of a person, and all end with the hub’s state',
  { timeout: 120_000 },
  () => {
    const desks = [openDesk('a'), openDesk('b')] as const
    let run = 0
    fc.assert(
      fc.property(fc.array(action, { minLength: 5, maxLength: 40 }), (actions) => {
        run += 1
        const caseId = `case-run-${run}`
        const hub = createHub(sampleHead({ id: caseId }))
        for (const desk of desks) {
          desk.clear()
          desk.pull(hub, 1)
        }
        /** Every operation that was ever kept, and whether a person has dealt with it since. */
        const kept = new Set<string>()
        const keep = () => {
          for (const { outbox } of desks) for (const { operation } of outbox.ofCase(caseId)) kept.add(operation.opId)
        }
        const dealtWith = new Set<string>()
        for (const [index, one] of actions.entries()) {
          const desk = desks[one.type === 'other' ? 0 : one.who === 0 ? 0 : 1]
          if (one.type === 'push') desk.push(hub, run, one.isAnswerLost)
          else if (one.type === 'pull') desk.pull(hub, one.most)
          else if (one.type === 'other') hub.take(`other-${run}-${index}`, caseId, one.kind, 'operator')
          else if (one.type === 'carry') {
            const what = {
              workstation: desk.name,
              subCenter: 'SZ',
              at: monday,
              evidence: [],
              ...desk.register.unsent(),
            }
            desks[one.who === 0 ? 1 : 0].register.takeOver(desk.operator, what, () => undefined)
          } else if (one.type === 'answer') {
            const before = desk.conflicts.list('operator').map(({ id }) => id)
            answer(desk, one.answer, one.which)
            const after = new Set(desk.conflicts.list('operator').map(({ id }) => id))
            for (const id of before) if (!after.has(id)) dealtWith.add(id)
          } else {
            try {
              desk.steps.take(desk.operator, caseId, one.kind, input)
            } catch (error) {
              if (!(error instanceof Fault)) throw error
            }
          }
          keep()
        }
        for (let round = 0; round < 3; round += 1) {
          for (const desk of desks) {
            desk.push(hub, run, false)
            desk.pull(hub, 1000)
          }
        }
        const atHub = hub.feed.flatMap(({ steps }) => steps.map(({ id }) => id))
        expect(new Set(atHub).size).toBe(atHub.length)
        const parked = desks.flatMap(({ conflicts }) => conflicts.list('operator').map(({ id }) => id))
        for (const id of kept) {
          const places = Number(atHub.includes(id)) + Number(parked.includes(id) || dealtWith.has(id))
          // What a person dealt with before the hub had answered may have been done nevertheless: then it is there, once.
          if (dealtWith.has(id)) expect(places, id).toBeGreaterThan(0)
          else expect(places, id).toBe(1)
        }
        for (const { queries, outbox, conflicts } of desks) {
          const head = hub.heads.get(caseId)
          const file = queries.file(caseId, 'operator')
          expect(file).toMatchObject({ state: head?.state, version: head?.version, pendingSteps: [] })
          expect(file?.steps.map(({ id }) => id).toSorted()).toEqual(atHub.toSorted())
          expect(outbox.counts().waiting).toBe(0)
          // Each conflict stands by itself or beneath exactly one other.
          const list = conflicts.list('operator')
          const beneath = list.flatMap(({ dependents }) => dependents)
          expect(new Set(beneath).size).toBe(beneath.length)
        }
      }),
      { numRuns: 60 },
    )
  },
)

describe('a conflict', () => {
  function twoDesks() {
    const hub = createHub(sampleHead())
    const desk = openDesk('a')
    desk.pull(hub, 1)
    return { hub, desk }
  }
  const settle = (hub: Hub, desk: Desk) => {
    desk.push(hub, 0, false)
    desk.pull(hub, 1000)
  }

  test('holds the steps that stand on it, and they are taken again together, in order', () => {
    const { hub, desk } = twoDesks()
    for (const kind of ['accept', 'file', 'dispatch', 'remark'] as const)
      desk.steps.take(desk.operator, 'case-1', kind, input)
    // Rejected and reopened meanwhile: accepting is not possible, everything else is.
    hub.take('other-1', 'case-1', 'reject', 'operator')
    settle(hub, desk)
    const list = desk.conflicts.list('operator')
    expect(list.map(({ id, dependents }) => [id, dependents])).toEqual([
      ['a-1', ['a-2', 'a-3']],
      ['a-2', []],
      ['a-3', []],
    ])
    expect(list[0]).toMatchObject({
      meanwhile: [{ id: 'other-1', actor: { name: '别人' } }, { id: 'a-4' }],
      again: null,
    })
    // The remark stands on nothing: it has arrived.
    expect(hub.feed.at(-1)?.steps[0]?.id).toBe('a-4')
    hub.take('other-2', 'case-1', 'reopen', 'duty-leader')
    settle(hub, desk)
    expect(() => desk.answers.applyAgain(desk.operator, 'a-1', null)).toThrow(Fault)
    desk.answers.applyAgain(desk.operator, 'a-2', null)
    expect(desk.conflicts.list('operator').map(({ id }) => id)).toEqual(['a-1', 'a-3'])
    desk.answers.applyAgain(desk.operator, 'a-3', null)
    desk.answers.withdraw(desk.operator, 'a-1')
    settle(hub, desk)
    expect(desk.conflicts.list('operator')).toEqual([])
    expect(hub.heads.get('case-1')).toMatchObject({ state: 'dispatched', assignee })
  })

  test('does not arise where both did what does not touch the other: a remark here, a dispatch there', () => {
    const { hub, desk } = twoDesks()
    for (const kind of ['accept', 'file'] as const) hub.take(`other-${kind}`, 'case-1', kind, 'operator')
    desk.pull(hub, 10)
    desk.steps.take(desk.operator, 'case-1', 'remark', input)
    desk.steps.take(desk.operator, 'case-1', 'consult', input)
    hub.take('other-dispatch', 'case-1', 'dispatch', 'operator')
    settle(hub, desk)
    settle(hub, desk)
    expect(desk.conflicts.list('operator')).toEqual([])
    expect(hub.heads.get('case-1')).toMatchObject({ state: 'dispatched' })
    expect(hub.feed.flatMap(({ steps }) => steps.map(({ kind }) => kind)).slice(2)).toEqual([
      'dispatch',
      'remark',
      'consult',
    ])
  })

  test('put before the duty leader becomes a request on the case with the words and files of the steps', () => {
    const { hub, desk } = twoDesks()
    const photo = { id: 'photo-1', kind: 'photo' as const, name: 'a.jpg', bytes: 1, sha256: 'a'.repeat(64) }
    desk.steps.take(desk.operator, 'case-1', 'accept', { ...input, remark: '' })
    desk.steps.take(desk.operator, 'case-1', 'file', { ...input, remark: '两处积水', evidence: [photo] })
    for (const kind of ['accept', 'file'] as const) hub.take(`other-${kind}`, 'case-1', kind, 'operator')
    settle(hub, desk)
    expect(desk.conflicts.list('operator')[0]).toMatchObject({ canBeHanded: true, dependents: ['a-2'] })
    desk.answers.handToLeader(desk.operator, 'a-1', '已由别人立案，是否按我的意见')
    settle(hub, desk)
    const head = hub.heads.get('case-1')
    expect(head?.request).toMatchObject({
      kind: 'decision',
      by: { name: 'a' },
      reason: '已由别人立案，是否按我的意见\n两处积水',
    })
    expect(hub.feed.at(-1)?.steps[0]).toMatchObject({ kind: 'request-decision', evidence: [photo] })
    expect(desk.queries.window('requests', 0, 10, { operatorId: 'x', now: monday })).toMatchObject({ total: 1 })
    expect(desk.conflicts.list('operator')).toEqual([])
  })

  test('is not taken again before the hub has answered for it: its answer may still be yes', () => {
    const { hub, desk } = twoDesks()
    desk.steps.take(desk.operator, 'case-1', 'accept', input)
    hub.take('other-1', 'case-1', 'reject', 'operator')
    desk.pull(hub, 10)
    expect(desk.conflicts.list('duty-leader')).toMatchObject([{ id: 'a-1', isOpen: true }])
    expect(() => desk.answers.applyAgain(desk.operator, 'a-1', null)).toThrow('not answered')
    expect(() => desk.answers.handToLeader(desk.operator, 'a-1', '请示')).toThrow('not answered')
    settle(hub, desk)
    expect(desk.conflicts.list('operator')).toMatchObject([{ id: 'a-1', isOpen: false, input }])
  })

  test('of a case that only this workstation had can be sent again, with what stands on it', () => {
    const { hub, desk } = twoDesks()
    const { classCode, urgency, description, place, longitude, latitude, gridCode, reporter } = sampleHead()
    const id = desk.steps.report(desk.operator, {
      classCode,
      urgency,
      description,
      place,
      longitude,
      latitude,
      gridCode,
      reporter,
    })
    desk.steps.take(desk.operator, id, 'accept', input)
    // This hub knows no reports: it refuses both.
    settle(hub, desk)
    const list = desk.conflicts.list('operator')
    expect(list).toMatchObject([
      { kind: 'report', place, again: { blocked: null }, canBeHanded: false, dependents: [list[1]?.id] },
      { kind: 'accept' },
    ])
    expect(desk.queries.head(id)).toBeNull()
    desk.answers.applyAgain(desk.operator, list[0]?.id ?? '', null)
    expect(desk.queries.file(id, 'operator')).toMatchObject({
      state: 'accepted',
      pendingSteps: expect.objectContaining({ length: 2 }),
    })
    expect(desk.conflicts.list('operator')).toEqual([])
  })
})
