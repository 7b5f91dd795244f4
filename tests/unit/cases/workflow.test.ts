/** The state table as a graph, and random legal and illegal sequences against it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, offersFor, type Refusal } from '../../../native/cases/decide.ts'
import { usualCalendar, usualLimits } from '../../../native/cases/terms.ts'
import { stepOrder, workflow } from '../../../native/cases/workflow.ts'
import type { CaseHead, StepInput } from '../../../native/contract/case.ts'
import { actorRoles, caseStates, roles, stepKinds } from '../../../native/contract/vocabulary.ts'
import { monday, sampleHead, sampleInput } from '../support.ts'

const terms = { calendar: usualCalendar, limits: usualLimits }
const whole = sampleInput({
  remark: '现场核实无误',
  assignee: { kind: 'station', id: 'SZ-12', name: '宋庄村工作站' },
  duplicateOf: 'case-2',
  duration: { kind: 'working-hours', amount: 4 },
  callBack: { reached: true, solved: true, satisfied: true },
  evidence: [{ id: 'photo-1', kind: 'photo', name: 'a.jpg', bytes: 1, sha256: 'a'.repeat(64) }],
})

function take(head: CaseHead, kind: (typeof stepKinds)[number], role: string, input: StepInput = whole, at = monday) {
  return decide(head, { id: 'step', kind, actor: { id: 'p', name: '李四', role }, actorAt: at, input }, at, terms)
}

describe('the table', () => {
  test('knows every step but the report, and has an actor for each', () => {
    expect(new Set(stepOrder)).toEqual(new Set(stepKinds.filter((kind) => kind !== 'report')))
    for (const kind of stepOrder) {
      expect(workflow[kind].by.length, kind).toBeGreaterThan(0)
      for (const role of workflow[kind].by) expect(actorRoles).toContain(role)
    }
  })

  test('has an exit from every state, and a way from every state to closing', () => {
    const exits = (state: string) =>
      stepOrder
        .map((kind) => workflow[kind])
        .filter(({ from, to }) => to !== 'same' && (from as string[]).includes(state))
    const leads = new Set<string>(['closed'])
    for (let size = -1; size !== leads.size;) {
      size = leads.size
      for (const state of caseStates) if (exits(state).some(({ to }) => leads.has(to))) leads.add(state)
    }
    for (const state of caseStates) expect(exits(state).length, state).toBeGreaterThan(0)
    expect(leads).toEqual(new Set(caseStates))
  })

  test('lets a duty leader do what an operator may, and an administrator nothing', () => {
    for (const kind of stepOrder) {
      const { by } = workflow[kind]
      if (by.includes('operator')) expect(by).toEqual(expect.arrayContaining(['duty-leader', 'section-chief']))
      expect(by).not.toContain('administrator')
    }
  })
})

test('random sequences: what is legal moves as the table says, what is not changes nothing, offers are what is taken', () => {
  const attempt = fc.record({
    kind: fc.constantFrom(...stepKinds),
    role: fc.constantFrom(...actorRoles),
    isWhole: fc.boolean(),
    later: fc.integer({ min: 0, max: 100 * 3_600_000 }),
  })
  const channel = fc.constantFrom('field-handset', 'hotline-12345', 'wechat')
  fc.assert(
    fc.property(channel, fc.array(attempt, { maxLength: 40 }), (from, attempts) => {
      let head = sampleHead({ channel: from })
      let at = monday
      for (const { kind, role, isWhole, later } of attempts) {
        at += later
        const before = structuredClone(head)
        const decision = take(head, kind, role, isWhole ? whole : sampleInput(), at)
        expect(head).toEqual(before)
        const isOffered = offersFor(head, role).some((offer) => offer.kind === kind && offer.blocked === null)
        if ('refusal' in decision) {
          if (isWhole) expect(isOffered).toBe(false)
          continue
        }
        expect(isOffered).toBe(true)
        const { to } = workflow[kind as keyof typeof workflow]
        expect(decision.head.state).toBe(to === 'same' ? head.state : to)
        expect(decision.head.version).toBe(head.version + 1)
        expect(decision.step).toMatchObject({ kind, from: head.state, to: decision.head.state })
        expect((decision.head.limit?.stoppedAt ?? null) !== null).toBe(
          decision.head.state === 'suspended' && decision.head.limit !== null,
        )
        if (decision.head.state === 'closed' && kind === 'close' && from !== 'field-handset') {
          expect(decision.head.callBack).not.toBeNull()
        }
        head = decision.head
      }
    }),
    { numRuns: 300 },
  )
})

const refusalOf = (decision: ReturnType<typeof take>): Refusal | null =>
  'refusal' in decision ? decision.refusal : null

describe('single rules', () => {
  test.each([
    ['reject', 'reported', { remark: ' x ' }, ['reason']],
    ['dispatch', 'filed', {}, ['assignee']],
    ['duplicate', 'reported', { duplicateOf: 'case-1' }, ['duplicateOf']],
    ['request-extension', 'handling', { remark: '材料未到' }, ['duration']],
    ['call-back', 'resolved', { callBack: { reached: true, solved: null, satisfied: null } }, ['callBack']],
  ] as const)('%s needs what it needs', (kind, state, input, fields) => {
    const head = sampleHead({ state, channel: 'hotline-12345' })
    expect(refusalOf(take(head, kind, 'duty-leader', sampleInput(input)))).toEqual({ code: 'missing', fields })
  })

  test('extension and suspension go by request and the duty leader', () => {
    const handling = sampleHead({ state: 'handling' })
    expect(refusalOf(take(handling, 'extend', 'duty-leader'))).toEqual({ code: 'guard', guard: 'no-request' })
    const requested = take(handling, 'request-extension', 'operator')
    if (!('head' in requested)) throw new Error('refused')
    expect(refusalOf(take(requested.head, 'extend', 'operator'))).toEqual({ code: 'role' })
    const extended = take(requested.head, 'extend', 'duty-leader')
    if (!('head' in extended)) throw new Error('refused')
    expect(extended.head.limit?.dueAt).toBeGreaterThan(handling.limit?.dueAt ?? 0)
    expect(extended.head.request).toBeNull()
  })

  test('a hotline case is not closed without a call-back', () => {
    const checked = sampleHead({ state: 'checked', channel: 'hotline-12345' })
    expect(refusalOf(take(checked, 'close', 'operator'))).toEqual({ code: 'guard', guard: 'call-back-missing' })
    expect('head' in take({ ...checked, reporter: null }, 'close', 'operator')).toBe(true)
  })

  test('the console’s roles are those of the table', () => {
    for (const role of roles) expect(actorRoles).toContain(role)
  })
})
