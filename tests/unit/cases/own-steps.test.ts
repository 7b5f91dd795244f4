/** Steps taken here against a hub that others use too: nothing lost, nothing twice, whatever comes between. */
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCameraRegistry } from '../../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../../native/cases/case-parts.ts'
import { decide } from '../../../native/cases/decide.ts'
import { createOwnSteps } from '../../../native/cases/own-steps.ts'
import { takenStepOf } from '../../../native/cases/rebase.ts'
import { usualCalendar, usualLimits } from '../../../native/cases/terms.ts'
import { systemClock } from '../../../native/clock.ts'
import type { CaseHead, CaseStep, Operator } from '../../../native/contract/case.ts'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { createFeedStore } from '../../../native/hub/feed-store.ts'
import type { Operation } from '../../../native/hub/protocol.ts'
import { monday, sampleHead, sampleInput, temporaryFolder } from '../support.ts'

const operator: Operator = {
  ...{ id: 'person-1', account: 'sz-operator', name: '王建国', role: 'operator' as const },
  ...{ subCenter: 'SZ', subCenterName: '宋庄镇' },
}
const assignee = { kind: 'station' as const, id: 'SZ-12', name: '宋庄村工作站' }
const input = sampleInput({ remark: '现场核实', assignee, duplicateOf: 'case-9' })
const terms = { calendar: usualCalendar, limits: usualLimits }

function openDesk(file = join(temporaryFolder(), 'console.db')) {
  const database = openDatabase(file, 'ab'.repeat(32))
  const parts = createCaseParts(database)
  const feed = createFeedStore(database, parts.store, createCameraRegistry(database), () => 'client')
  let serial = 0
  const steps = createOwnSteps({
    ...{ database, store: parts.store, queries: parts.queries, terms: parts.terms, taken: () => undefined },
    ...{
      recordAudit: () => undefined,
      newId: () => `own-${++serial}`,
      hubNow: () => monday,
      clock: { ...systemClock, now: () => monday },
    },
  })
  return { ...parts, database, feed, steps }
}

/** A hub in memory: decides by the same table, keeps a feed, remembers what it answered. */
function createHub(first: CaseHead) {
  const heads = new Map([[first.id, first]])
  const feed: { case: CaseHead; steps: CaseStep[] }[] = [{ case: first, steps: [] }]
  const answers = new Map<string, 'applied' | 'refused'>()
  /** Steps that it refuses for reasons of its own, although the table allows them. */
  const unwelcome = new Set<string>()
  function take(operation: Omit<Operation, 'clientSeq'>): 'applied' | 'refused' {
    const known = answers.get(operation.opId)
    if (known) return known
    const head = heads.get(operation.caseId)
    if (operation.kind === 'report' && operation.report) {
      const made = { ...operation.report, number: 'SZ-1', version: 1 }
      const step = {
        ...{ id: operation.opId, caseId: made.id, kind: 'report' as const, from: null, to: made.state },
        ...{ actor: operation.actor, actorAt: operation.actorAt, hubAt: monday, remark: '', evidence: [] },
      }
      heads.set(made.id, made)
      feed.push({ case: made, steps: [step] })
      answers.set(operation.opId, 'applied')
      return 'applied'
    }
    const decision = head && decide(head, takenStepOf(operation), monday, terms)
    const isTaken = decision && 'head' in decision && !unwelcome.has(operation.opId)
    const answer = isTaken ? 'applied' : 'refused'
    if (isTaken) {
      heads.set(operation.caseId, decision.head)
      feed.push({ case: decision.head, steps: [decision.step] })
    }
    answers.set(operation.opId, answer)
    return answer
  }
  return { heads, feed, unwelcome, take }
}

type Desk = ReturnType<typeof openDesk>
type Hub = ReturnType<typeof createHub>

function pull(desk: Desk, hub: Hub, most: number) {
  const { cursor } = desk.feed.position()
  const page = hub.feed.slice(cursor, cursor + most)
  desk.feed.applyChanges(
    'epoch',
    page.map((put, index) => ({ seq: cursor + index + 1, at: 0, put: { kind: 'case', ...put } })),
    0,
  )
}

function push(desk: Desk, hub: Hub, isAnswerLost: boolean) {
  const batch = desk.outbox.nextBatch(100, 64_000)
  const answers = batch.map((operation) => [operation, hub.take(operation)] as const)
  if (isAnswerLost) return
  desk.database.transaction(() => {
    for (const [{ opId, caseId }, answer] of answers) {
      if (answer === 'applied') desk.outbox.accept(opId)
      else desk.store.park(opId, caseId, '区中心未接受')
    }
  })()
}

const kinds: StepKind[] = [
  'accept',
  'reject',
  'file',
  'dispatch',
  'start',
  'return',
  'resolve',
  'check-pass',
  'close',
  'remark',
  'escalate',
]
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('own' as const),
      kind: fc.constantFrom(...kinds),
      isUnwelcome: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('other' as const), kind: fc.constantFrom(...kinds) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('push' as const), isAnswerLost: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pull' as const), most: fc.integer({ min: 1, max: 3 }) }) },
)

test('any interleaving ends with the hub’s state here, every step there once, and every refused one before a person', () => {
  const desk = openDesk()
  onTestFinished(() => void desk.database.close())
  let run = 0
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      run += 1
      const caseId = `case-run-${run}`
      desk.database.exec('DELETE FROM outbox; DELETE FROM cases; DELETE FROM case_steps; DELETE FROM case_confirmed')
      desk.database.prepare('UPDATE feed_position SET epoch = NULL, cursor = 0').run()
      const hub = createHub(sampleHead({ id: caseId }))
      const kept: string[] = []
      let others = 0
      pull(desk, hub, 1)
      for (const step of actions) {
        if (step.type === 'push') push(desk, hub, step.isAnswerLost)
        else if (step.type === 'pull') pull(desk, hub, step.most)
        else if (step.type === 'other') {
          const actor = { id: 'person-2', name: '别人', role: 'operator' }
          hub.take({
            ...{
              opId: `other-${run}-${++others}`,
              caseId,
              kind: step.kind,
              baseVersion: 0,
              actor,
              actorAt: monday,
              input,
              report: null,
            },
          })
        } else {
          const before = desk.outbox.ofCase(caseId).length
          try {
            desk.steps.take(operator, caseId, step.kind, input)
          } catch {
            expect(desk.outbox.ofCase(caseId)).toHaveLength(before)
            continue
          }
          const entries = desk.outbox.ofCase(caseId)
          expect(entries).toHaveLength(before + 1)
          const opId = entries.at(-1)?.operation.opId ?? ''
          kept.push(opId)
          if (step.isUnwelcome) hub.unwelcome.add(opId)
        }
      }
      for (let round = 0; round < 3; round += 1) {
        push(desk, hub, false)
        pull(desk, hub, 1000)
      }
      const hubSteps = hub.feed.flatMap(({ steps }) => steps.map(({ id }) => id))
      const parked = desk.outbox.ofCase(caseId).map(({ operation, state }) => [operation.opId, state])
      for (const id of kept) {
        const isThere = hubSteps.filter((step) => step === id).length
        const isParked = parked.some(([opId, state]) => opId === id && state === 'parked')
        expect(isThere + (isParked ? 1 : 0), id).toBe(1)
      }
      const file = desk.queries.file(caseId, 'operator')
      const head = hub.heads.get(caseId)
      expect(file).toMatchObject({ state: head?.state, version: head?.version, pendingSteps: [] })
      expect(file?.steps.map(({ id }) => id).sort()).toEqual(hubSteps.sort())
      expect(desk.outbox.counts().waiting).toBe(0)
      expect(desk.database.prepare('SELECT count(*) FROM case_confirmed').pluck().get()).toBe(0)
    }),
    { numRuns: 120 },
  )
})

describe('a step of one’s own', () => {
  test('shows at once, waits in the outbox, and survives a restart', () => {
    const file = join(temporaryFolder(), 'console.db')
    const before = openDesk(file)
    pull(before, createHub(sampleHead()), 1)
    before.steps.take(operator, 'case-1', 'accept', input)
    expect(before.queries.file('case-1', 'operator')).toMatchObject({ state: 'accepted', pendingSteps: ['own-1'] })
    before.database.close()
    const after = openDesk(file)
    expect(after.queries.file('case-1', 'operator')).toMatchObject({ state: 'accepted', pendingSteps: ['own-1'] })
    expect(after.outbox.nextBatch(10, 64_000)).toMatchObject([{ opId: 'own-1', clientSeq: 1, kind: 'accept' }])
    after.database.close()
  })

  test('that another has overtaken is parked, and the case shows what the hub says', () => {
    const desk = openDesk()
    const hub = createHub(sampleHead())
    pull(desk, hub, 1)
    desk.steps.take(operator, 'case-1', 'accept', input)
    hub.take({
      ...{ opId: 'other', caseId: 'case-1', kind: 'reject', baseVersion: 1, actorAt: monday, input, report: null },
      actor: { id: 'person-2', name: '别人', role: 'operator' },
    })
    pull(desk, hub, 10)
    const file = desk.queries.file('case-1', 'operator')
    expect(file).toMatchObject({ state: 'rejected', pendingSteps: [], parked: [{ id: 'own-1', kind: 'accept' }] })
    desk.steps.dismiss(operator, 'case-1', 'own-1')
    expect(desk.queries.file('case-1', 'operator')?.parked).toEqual([])
    // Its number was given, so it is sent nevertheless: a hub that counts would wait for it.
    expect(desk.outbox.nextBatch(10, 64_000)).toMatchObject([{ opId: 'own-1', clientSeq: 1 }])
    push(desk, hub, false)
    expect(desk.outbox.nextBatch(10, 64_000)).toEqual([])
    expect(desk.outbox.has('case-1')).toBe(false)
    desk.database.close()
  })

  test('a case taken down at the desk has a temporary number until the hub gives one, and may be worked meanwhile', () => {
    const desk = openDesk()
    const hub = createHub(sampleHead())
    pull(desk, hub, 1)
    const { classCode, urgency, description, place, longitude, latitude, gridCode, stationCode, reporter } =
      sampleHead()
    const where = { place, longitude, latitude, gridCode, stationCode }
    const photo = { id: 'e-1', kind: 'photo' as const, name: '现场.jpg', bytes: 1, sha256: 'a'.repeat(64) }
    const kept: string[] = []
    const taken = { classCode, urgency, description, ...where, reporter, evidence: [photo] }
    const id = desk.steps.report(operator, taken, (caseId, act) => (kept.push(caseId), act()))
    expect(kept).toEqual([id])
    expect(desk.queries.file(id, 'operator')).toMatchObject({ stationCode, steps: [{ evidence: [photo] }] })
    desk.steps.take(operator, id, 'accept', input)
    expect(desk.queries.file(id, 'operator')).toMatchObject({ state: 'accepted', number: expect.stringMatching(/^暂/) })
    push(desk, hub, true)
    push(desk, hub, false)
    pull(desk, hub, 10)
    expect(desk.queries.file(id, 'operator')).toMatchObject({ state: 'accepted', number: 'SZ-1', pendingSteps: [] })
    expect(desk.outbox.counts()).toEqual({ waiting: 0, parked: 0, bytes: 0 })
    desk.database.close()
  })

  test('a case seen on a patrol by video says so, and where it was seen, also at the hub', () => {
    const desk = openDesk()
    const hub = createHub(sampleHead())
    pull(desk, hub, 1)
    const { classCode, urgency, description, place, longitude, latitude, gridCode } = sampleHead()
    const patrol = {
      ...{ routeName: '河道巡查', stopName: '潮白河东岸', cameraName: '河口 3', deviceCode: '1'.repeat(20) },
      seenAt: '2026-11-23 08:15:00',
    }
    const taken = { classCode, urgency, description, place, longitude, latitude, gridCode, reporter: null, patrol }
    const id = desk.steps.report(operator, taken)
    const details = { 巡查路线: '河道巡查', 点位: '潮白河东岸', 摄像机: '河口 3', 巡查人: operator.name }
    const said = { channel: 'video-patrol', origin: { answer: null, details: expect.objectContaining(details) } }
    expect(desk.queries.file(id, 'operator')).toMatchObject(said)
    push(desk, hub, true)
    pull(desk, hub, 10)
    expect(desk.queries.file(id, 'operator')).toMatchObject({ ...said, pendingSteps: [] })
    desk.database.close()
  })

  test('is still known as one’s own when the page that confirmed it could not be written', () => {
    const desk = openDesk()
    const hub = createHub(sampleHead())
    pull(desk, hub, 1)
    desk.steps.take(operator, 'case-1', 'accept', input)
    push(desk, hub, false)
    const failing = desk.database.transaction(() => {
      for (const { case: head, steps } of hub.feed) desk.store.put(head, steps, 1)
      throw new Error('disk full')
    })
    expect(failing).toThrow('disk full')
    pull(desk, hub, 10)
    expect(desk.queries.file('case-1', 'operator')).toMatchObject({ state: 'accepted', pendingSteps: [] })
    expect(desk.outbox.ofCase('case-1')).toEqual([])
    desk.database.close()
  })

  test('that could never be sent is never queued', () => {
    const desk = openDesk()
    pull(desk, createHub(sampleHead()), 1)
    const many = Array.from({ length: 50 }, (_, index) => ({
      ...{ id: `e-${index}`, kind: 'photo' as const, name: '照'.repeat(200), bytes: 1, sha256: 'a'.repeat(64) },
    }))
    const large = sampleInput({ remark: '长'.repeat(10_000), evidence: many })
    desk.steps.take(operator, 'case-1', 'accept', large)
    expect(desk.outbox.counts().bytes).toBeLessThan(200_000)
    desk.database.close()
  })
})
