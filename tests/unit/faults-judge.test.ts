/** The checker of the fault schedules finds every way in which a run can be wrong, and nothing in one that is right. */
import { describe, expect, test } from 'vitest'
import type { ConsoleState, OutboxRow } from '../faults/checker/console-state.ts'
import type { HubState } from '../faults/checker/hub-state.ts'
import { judge } from '../faults/checker/judge.ts'
import type { Operation, RunRecord } from '../faults/record.ts'

const operation = (changes: Partial<Operation> = {}): Operation => ({
  ...{ marker: 'first', console: 0, caseId: 'case-1', kind: 'remark', outcome: 'acknowledged', code: null },
  ...{ putAway: null, disk: 'good' },
  ...changes,
})
const row = (changes: Partial<OutboxRow> = {}): OutboxRow => ({
  ...{ opId: 'op-1', caseId: 'case-1', kind: 'remark', state: 'parked', why: '案件已办结', marker: 'first' },
  ...changes,
})

/** A hub and a console with the case and these steps on it. */
function scene(markers: readonly string[], outbox: readonly OutboxRow[] = []) {
  const steps = markers.map((marker, index) => ({ id: `step-${index + 1}`, marker, body: { remark: marker } }))
  const head = { id: 'case-1', version: steps.length + 1 }
  const hub: HubState = {
    ...{ epoch: 'epoch', head: steps.length, compacted: 0, others: new Map(), answers: new Map() },
    sequences: steps.map(({ id }, index) => ({
      ...{ seq: index + 1, caseId: 'case-1', version: index + 2, stepIds: [id] },
    })),
    cases: new Map([['case-1', { id: 'case-1', head, steps }]]),
    steps: steps.map(({ id, marker }) => ({ id, caseId: 'case-1', marker })),
  }
  const console: ConsoleState = {
    ...{ clientId: 'client', epoch: 'epoch', cursor: steps.length, setAside: 0, outbox: [...outbox] },
    cases: new Map([['case-1', { head: { ...head }, pending: 0, parked: outbox.length }]]),
    steps: new Map([['case-1', new Map(steps.map(({ id, body }) => [id, { ...body }]))]]),
  }
  return { hub, console }
}

function kindsOf(record: Partial<RunRecord>, { hub, console }: ReturnType<typeof scene>) {
  return judge({ operations: [], field: [], ...record }, hub, [console]).map(({ kind }) => kind)
}

describe('steps of the operators', () => {
  test('done once, shown as refused, or never answered and never done: nothing is wrong', () => {
    expect(kindsOf({ operations: [operation()] }, scene(['first']))).toEqual([])
    expect(kindsOf({ operations: [operation()] }, scene([], [row()]))).toEqual([])
    expect(kindsOf({ operations: [operation({ outcome: 'unanswered' })] }, scene([]))).toEqual([])
    expect(kindsOf({ operations: [operation({ outcome: 'refused' })] }, scene([]))).toEqual([])
    expect(kindsOf({ operations: [operation({ putAway: 'said by the hub' })] }, scene([]))).toEqual([])
    expect(kindsOf({ operations: [operation({ disk: 'gone' })] }, scene([]))).toEqual([])
  })

  test('acknowledged and nowhere, or still on its way when everything is in step: lost', () => {
    expect(kindsOf({ operations: [operation()] }, scene([]))).toEqual(['lost'])
    const waiting = scene([], [row({ state: 'waiting', why: null })])
    expect(kindsOf({ operations: [operation()] }, waiting)).toContain('lost')
    expect(kindsOf({ operations: [operation({ disk: 'only at the hub' })] }, scene([]))).toEqual(['lost'])
  })

  test('in the hub twice: doubled', () => {
    expect(kindsOf({ operations: [operation()] }, scene(['first', 'first']))).toEqual(['doubled'])
  })

  test('told otherwise than it went: silent', () => {
    expect(kindsOf({ operations: [operation({ outcome: 'refused' })] }, scene(['first']))).toEqual(['silent'])
    expect(kindsOf({ operations: [operation()] }, scene(['first'], [row()]))).toEqual(['silent'])
    expect(kindsOf({ operations: [operation({ putAway: 'said by the hub' })] }, scene(['first']))).toEqual(['silent'])
    const unsaid = scene([], [row({ why: null })])
    expect(kindsOf({ operations: [operation()] }, unsaid)).toEqual(['lost'])
  })

  test('in another order than they were taken in: diverged', () => {
    const operations = [operation(), operation({ marker: 'second' })]
    expect(kindsOf({ operations }, scene(['first', 'second']))).toEqual([])
    expect(kindsOf({ operations }, scene(['second', 'first']))).toEqual(['diverged'])
  })
})

describe('what others did, the log and the replicas', () => {
  test('a step of the field that the hub had taken is there once', () => {
    const field = [{ marker: 'field', caseId: 'case-1', isForgettable: false }]
    expect(kindsOf({ field }, scene(['field']))).toEqual([])
    expect(kindsOf({ field }, scene([]))).toEqual(['lost'])
    expect(kindsOf({ field: [{ ...field[0]!, isForgettable: true }] }, scene([]))).toEqual([])
  })

  test('a gap, a repeated step and a version that does not grow are found in the log', () => {
    const gap = scene(['first', 'second', 'third'])
    gap.hub.sequences.splice(1, 1)
    expect(kindsOf({}, gap)).toEqual(['diverged'])
    const repeated = scene(['first', 'second'])
    repeated.hub.sequences[1]?.stepIds.push('step-1')
    expect(kindsOf({}, repeated)).toEqual(['doubled'])
    const stale = scene(['first', 'second'])
    for (const change of stale.hub.sequences) change.version = 3
    expect(kindsOf({}, stale)).toEqual(['diverged'])
  })

  test.each<[string, (there: ConsoleState) => void]>([
    ['another epoch', (there) => void (there.epoch = 'another')],
    ['another place in the feed', (there) => void (there.cursor += 1)],
    ['something set aside', (there) => void (there.setAside = 1)],
    ['another head', (there) => void (there.cases.get('case-1')!.head['version'] = 9)],
    ['a case too few', (there) => void there.cases.clear()],
    ['a case too many', (there) => void there.cases.set('case-2', { head: {}, pending: 0, parked: 0 })],
    ['a step too few', (there) => void there.steps.get('case-1')!.clear()],
    ['a step too many', (there) => void there.steps.get('case-1')!.set('step-9', {})],
    ['a pending step that nobody waits for', (there) => void (there.cases.get('case-1')!.pending = 1)],
    ['a refused step that its case does not show', (there) => void there.outbox.push(row({ marker: 'other' }))],
  ])('a console with %s has diverged', (_, change) => {
    const right = scene(['first'])
    change(right.console)
    expect(kindsOf({}, right)).toEqual(['diverged'])
  })
})
