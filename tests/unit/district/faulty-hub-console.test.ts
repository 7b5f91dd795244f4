/** A real console at a hub that breaks a rule: no step is lost or shown twice, it says what is wrong, and comes into step when it ends. */
import { expect, test } from 'vitest'
import type { Operator } from '../../../native/contract/case.ts'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import { createMisbehaviour, type FaultName } from '../../district/hub/faulty-hub.ts'
import { noInput } from '../../district/traffic/step.ts'
import { openConsole, openDistrict } from '../hub/console-parts.ts'
import { casePut, eventually, temporaryFolder } from '../support.ts'

type District = Awaited<ReturnType<typeof openDistrict>>
type Console = ReturnType<typeof openConsole>

const assignee = { kind: 'station' as const, id: '110112104201', name: '小堡村网格工作站' }
const input = { ...noInput, remark: '情况属实', assignee }

/** A console that is in step and asks often; the fault begins afterwards. */
async function open(fault: FaultName, changes: { answerMs?: number } = {}) {
  const district = await openDistrict()
  const folder = temporaryFolder()
  const at = openConsole(district.configFile, folder, changes, 30)
  await eventually(at.isOnline)
  return { district, folder, at, begin: () => district.hub.setMisbehaviour(createMisbehaviour(fault)) }
}

function operatorOf({ accounts, subCenter }: District): Operator {
  const { id, account, name } = accounts[0] ?? { id: '', account: '', name: '' }
  return { id, account, name, role: 'operator', subCenter, subCenterName: '宋庄镇' }
}
const take = (at: Console, district: District, id: string, ...kinds: StepKind[]) => {
  for (const kind of kinds) at.ownSteps.take(operatorOf(district), id, kind, input)
}
const outboxOf = (at: Console, id: string) => at.outbox.ofCase(id)
const shownKinds = (at: Console, id: string) => at.cases.file(id, 'operator')?.steps.map(({ kind }) => kind)
const stepsAtHub = (district: District, id: string) =>
  district.hub.present.findCase(district.subCenter, id)?.steps.map((step) => step.kind)
const isRefused = (at: Console) => at.notices.list().some(({ kind }) => kind === 'frame-refused')

/** What it shows is what the hub has, and nothing waits. */
async function comesIntoStep(at: Console, district: District, ...ids: string[]): Promise<void> {
  await eventually(() => at.isOnline() && ids.every((id) => outboxOf(at, id).length === 0))
  await eventually(() => at.store.position().cursor === district.hub.head(district.subCenter))
  for (const id of ids) expect(shownKinds(at, id)).toEqual(stepsAtHub(district, id))
}

async function reported(at: Console, district: District): Promise<string> {
  const { id } = district.reportFromField()
  await eventually(() => at.cases.head(id))
  return id
}

test.each(['repeat-sequence', 'skip-sequence', 'reorder-changes'] as const)(
  '%s: the page is not used, the console says so and goes on when it is right',
  async (fault) => {
    const { district, at, begin } = await open(fault)
    const id = await reported(at, district)
    const { cursor } = at.store.position()
    begin()
    const puts = Array.from({ length: 6 }, (_, index) => casePut({ id: `case-${index}` }))
    district.hub.publishMany(district.subCenter, puts)
    await eventually(() => isRefused(at) && at.status.read().phase === 'catching-up')
    take(at, district, id, 'accept', 'remark')
    // The hub takes them; they stay here as long as the feed has not brought them.
    await eventually(() => outboxOf(at, id).every(({ state }) => state === 'accepted'))
    expect(outboxOf(at, id)).toHaveLength(2)
    expect(at.store.position().cursor).toBe(cursor)
    expect(shownKinds(at, id)).toEqual(['report', 'accept', 'remark'])
    district.hub.setMisbehaviour(null)
    await comesIntoStep(at, district, id)
    expect(at.cases.head('case-3')).not.toBeNull()
  },
)

test.each(['truncate-snapshot', 'lying-total'] as const)(
  '%s: nothing that was here goes, and the console takes a whole one later',
  async (fault) => {
    const { district, folder, at, begin } = await open(fault)
    const puts = Array.from({ length: 30 }, (_, index) => casePut({ id: `case-${index}` }))
    district.hub.publishMany(district.subCenter, puts)
    const last = [await reported(at, district), 'case-9'].toSorted().at(-1) ?? ''
    await comesIntoStep(at, district)
    at.close()
    const head = district.hub.publishMany(district.subCenter, [
      casePut({ id: 'case-3', state: 'accepted', version: 2 }),
    ])
    district.hub.compact(district.subCenter, head)
    begin()
    const again = openConsole(district.configFile, folder, {}, 30)
    await eventually(() => isRefused(again))
    take(again, district, last, 'remark')
    await eventually(() => outboxOf(again, last).every(({ state }) => state === 'accepted'))
    expect(again.cases.total()).toBe(31)
    expect(again.cases.head(last)).not.toBeNull()
    expect(outboxOf(again, last)).toHaveLength(1)
    expect(again.status.read().phase).toBe('catching-up')
    district.hub.setMisbehaviour(null)
    await eventually(() => again.isOnline() && outboxOf(again, last).length === 0)
    expect(again.cases.total()).toBe(31)
    expect(again.cases.head('case-3')).toMatchObject({ state: 'accepted' })
  },
)

test('forget-dedupe: what is sent twice is shown once, whatever the hub says the second time', async () => {
  const { district, at, begin } = await open('forget-dedupe')
  const id = await reported(at, district)
  begin()
  // Answers are lost until the feed has brought both steps; the one that comes then refuses what was done.
  const lost = { ok: false, fault: { code: 'internal', message: 'the answer is lost' } }
  district.hub.setAlterReply((event, reply) => (event === 'ops.push' ? lost : reply))
  take(at, district, id, 'accept', 'remark')
  await eventually(() => outboxOf(at, id).length === 0)
  expect(at.outbox.nextBatch(10, 10_000)).toHaveLength(2)
  district.hub.setAlterReply(null)
  await eventually(() => at.outbox.nextBatch(1, 1).length === 0)
  await eventually(() => at.store.position().cursor === district.hub.head(district.subCenter))
  expect(at.cases.head(id)?.state).toBe('accepted')
  expect(shownKinds(at, id)).toEqual(['report', 'accept', 'remark'])
  expect(at.status.read()).toMatchObject({ waiting: 0, parked: 0 })
  district.hub.setMisbehaviour(null)
  take(at, district, id, 'file')
  await eventually(() => outboxOf(at, id).length === 0)
  expect(shownKinds(at, id)).toEqual(['report', 'accept', 'remark', 'file'])
})

/** A remark that the hub has answered for, and lost when it was killed before anybody asked again. */
async function loseRemark({ district, at, begin }: Awaited<ReturnType<typeof open>>): Promise<string> {
  const id = await reported(at, district)
  begin()
  const killed = new Promise<void>((resolve) =>
    district.hub.setAlterReply((event, reply) => {
      // After the answer has left, before anything that asks for more can come.
      if (event === 'ops.push') setImmediate(() => void district.stopHub().then(resolve))
      return reply
    }),
  )
  take(at, district, id, 'remark')
  await killed
  await eventually(() => outboxOf(at, id)[0]?.state === 'accepted')
  return id
}

test('answer-before-commit: what the hub lost when it was killed goes again by itself, and is done once', async () => {
  const opened = await open('answer-before-commit')
  const { district, at } = opened
  const id = await loseRemark(opened)
  await district.startHub()
  district.hub.setMisbehaviour(null)
  expect(stepsAtHub(district, id)).toEqual(['report'])
  at.link.retry()
  await comesIntoStep(at, district, id)
  expect(stepsAtHub(district, id)).toEqual(['report', 'remark'])
})

test('answer-before-commit: the next step finds the gap, also while the feed stands still', async () => {
  const opened = await open('answer-before-commit')
  const { district, at } = opened
  const id = await loseRemark(opened)
  const busy = { ok: false, fault: { code: 'internal', message: 'the feed stands still' } }
  await district.startHub({ alterReply: (event, reply) => (event === 'feed.pull' ? busy : reply) })
  district.hub.setMisbehaviour(null)
  at.link.retry()
  take(at, district, id, 'accept')
  await eventually(() => stepsAtHub(district, id)?.length === 3)
  district.hub.setAlterReply(null)
  await comesIntoStep(at, district, id)
  expect(stepsAtHub(district, id)).toEqual(['report', 'remark', 'accept'])
})

test('forget-change: a step that the hub only says it took is put before a person, and can be taken again', async () => {
  const { district, at, begin } = await open('forget-change')
  const id = await reported(at, district)
  begin()
  take(at, district, id, 'accept', 'consult', 'remark')
  const parked = await eventually(() => at.cases.file(id, 'operator')?.parked[0])
  expect(parked).toMatchObject({ kind: 'consult', why: '{"code":"not-in-feed"}' })
  await eventually(() => outboxOf(at, id).length === 1)
  expect(outboxOf(at, id)).toMatchObject([{ state: 'parked', isAnswered: true }])
  expect(shownKinds(at, id)).toEqual(['report', 'accept', 'remark'])
  expect(at.status.read()).toMatchObject({ waiting: 0, parked: 1 })
  district.hub.setMisbehaviour(null)
  at.ownSteps.dismiss(operatorOf(district), id, parked.id)
  take(at, district, id, 'consult')
  await comesIntoStep(at, district, id)
  expect(shownKinds(at, id)).toEqual(['report', 'accept', 'remark', 'consult'])
})

test('forget-change: a step that comes after all is taken from the person’s desk, and shown once', async () => {
  const { district, at, begin } = await open('forget-change')
  const id = await reported(at, district)
  begin()
  take(at, district, id, 'accept', 'consult')
  const parked = await eventually(() => at.cases.file(id, 'operator')?.parked[0])
  const { head, steps } = await eventually(() => district.hub.present.findCase(district.subCenter, id))
  const last = steps.at(-1)
  if (!last) throw new Error('the case has no steps')
  const late = { ...last, id: parked.id, kind: 'consult' as const, from: head.state, to: head.state }
  district.hub.publish(district.subCenter, {
    kind: 'case',
    case: { ...head, version: head.version + 1 },
    steps: [late],
  })
  await comesIntoStep(at, district, id)
  expect(shownKinds(at, id)?.filter((kind) => kind === 'consult')).toHaveLength(1)
})

test('silent-push: a step goes again until there is an answer, and is done once', async () => {
  const { district, at, begin } = await open('silent-push', { answerMs: 300 })
  const id = await reported(at, district)
  begin()
  // The seventeenth is carried out and never answered.
  for (let count = 0; count < 18; count += 1) {
    take(at, district, id, 'remark')
    await eventually(() => outboxOf(at, id).length === 0)
  }
  await comesIntoStep(at, district, id)
  expect(stepsAtHub(district, id)).toEqual(['report', ...Array.from({ length: 18 }, () => 'remark')])
})
