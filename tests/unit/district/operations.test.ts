/** What workstations push to the hub, over real sockets: each operation once, in order, answered for ever. */
import fc from 'fast-check'
import type { Socket } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import type { CaseHead } from '../../../native/contract/case.ts'
import { type Operation, pullReply, pushReply, put, type Put } from '../../../native/hub/protocol.ts'
import { noInput } from '../../district/traffic/step.ts'
import { ask, casePut, connect, type Harness, openHub, subCenter } from './hub-harness.ts'

const operator = { id: 'p-1', name: '王建国', role: 'operator' }
const assignee = { kind: 'station' as const, id: '110112104001', name: '小堡村网格工作站' }
const input = { ...noInput, remark: '情况属实', assignee }

function operation(clientSeq: number, change: Partial<Operation> = {}): Operation {
  return {
    ...{ opId: `op-${clientSeq}`, clientSeq, caseId: 'c-1', kind: 'accept', baseVersion: 1, actor: operator },
    ...{ actorAt: 1_000_000, input, report: null },
    ...change,
  }
}

async function workstation(harness: Harness, clientId = 'client-1'): Promise<Socket> {
  const socket = harness.socket({ clientId })
  await connect(socket)
  return socket
}
const push = async (socket: Socket, ...ops: object[]) =>
  pushReply.parse(await ask(socket, 'ops.push', { ops })).results.map(({ status, why }) => why || status)
const faultOf = async (socket: Socket, ...ops: object[]) =>
  ((await ask(socket, 'ops.push', { ops }))['fault'] as { code: string } | undefined)?.code

/** Everything of the feed about cases. */
async function feed(harness: Harness, socket: Socket) {
  const { epoch } = harness.hub
  const { changes } = pullReply.parse(await ask(socket, 'feed.pull', { epoch, cursor: 0, limit: 1000 }))
  return changes.map((change) => put.parse(change.put) as Put & { kind: 'case' })
}
const headOf = (harness: Harness, id = 'c-1') => harness.hub.present.findCase(subCenter, id)?.head as CaseHead

describe('an operation', () => {
  it('becomes a step of the feed under its own id, at the hub’s time, and workstations are told', async () => {
    await using harness = await openHub()
    harness.hub.publish(subCenter, casePut('c-1'))
    const socket = await workstation(harness)
    const poked = new Promise((resolve) => socket.once('feed.poke', resolve))
    expect(await push(socket, operation(1))).toEqual(['applied'])
    expect(await poked).toEqual({ epoch: harness.hub.epoch, head: 2 })
    const [, change] = await feed(harness, socket)
    expect(change).toMatchObject({
      case: { state: 'accepted', version: 2 },
      steps: [
        { id: 'op-1', kind: 'accept', from: 'reported', actor: operator, actorAt: 1_000_000, remark: '情况属实' },
      ],
    })
    expect(change?.steps[0]?.hubAt).toBeGreaterThan(1_000_000)
  })

  it('is answered again and not done again, also after a restart and from a new database', async () => {
    await using harness = await openHub()
    harness.hub.publish(subCenter, casePut('c-1'))
    const first = await workstation(harness)
    const ops = [operation(1), operation(2), operation(3, { kind: 'file' })]
    const answers = await push(first, ...ops)
    expect(answers).toEqual(['applied', '案件已由王建国受理,现为“受理”,不能再办理这一步', 'applied'])
    expect(await push(first, ...ops)).toEqual(answers)
    await harness.restart()
    const again = await workstation(harness)
    expect(await push(again, ...ops.slice(1))).toEqual(answers.slice(1))
    // After a lost database the old outbox comes under a new name, with the same ids.
    const renamed = await workstation(harness, 'client-2')
    expect(await push(renamed, operation(1, { opId: 'op-3', kind: 'file' }))).toEqual(['applied'])
    expect(await feed(harness, again)).toHaveLength(3)
    expect(headOf(harness)).toMatchObject({ state: 'filed', version: 3 })
  })

  it('must be the next one of its workstation, else nothing of the batch is done', async () => {
    await using harness = await openHub()
    harness.hub.publish(subCenter, casePut('c-1'))
    const socket = await workstation(harness)
    expect(await faultOf(socket, operation(2))).toBe('out-of-order')
    expect(await faultOf(socket, operation(1), operation(3, { kind: 'file' }))).toBe('out-of-order')
    expect(headOf(harness).state).toBe('reported')
    expect(await push(socket, operation(1))).toEqual(['applied'])
    expect(await faultOf(socket, operation(1, { opId: 'another' }))).toBe('out-of-order')
    expect(await push(await workstation(harness, 'client-2'), operation(1, { opId: 'b-1', kind: 'file' }))).toEqual([
      'applied',
    ])
  })

  it('may begin at any number after the hub was restored', async () => {
    await using harness = await openHub()
    harness.hub.publish(subCenter, casePut('c-1'))
    await push(await workstation(harness), operation(1))
    await harness.restart({ newEpoch: true })
    const socket = await workstation(harness)
    expect(await push(socket, operation(17, { kind: 'file' }))).toEqual(['applied'])
    expect(await faultOf(socket, operation(19, { kind: 'escalate' }))).toBe('out-of-order')
  })
})

describe('a refusal', () => {
  it.each([
    ['somebody unknown', { actor: { ...operator, id: 'p-9' } }, '办理人不是本分中心的在册人员'],
    ['somebody of another sub-center', { actor: { ...operator, id: 'p-2' } }, '办理人不是本分中心的在册人员'],
    ['a role that is not one’s own', { actor: { ...operator, role: 'duty-leader' } }, '办理人的角色与登记不符'],
    ['a role that may not', { kind: 'supervise' as const }, '此角色无权办理这一步'],
    ['a case that is not there', { caseId: 'c-9' }, '区中心没有这件案件'],
    ['a step that lacks something', { kind: 'duplicate' as const }, '缺少原案件'],
    [
      'an original that is not there',
      { kind: 'duplicate' as const, input: { ...input, duplicateOf: 'c-9' } },
      '所并入的案件不存在',
    ],
    ['another state', { kind: 'dispatch' as const }, '现为“上报”,不能再办理这一步'],
    ['a kind that nobody knows', { kind: 'explode' as never }, '区中心无法读取这一步'],
    ['a remark that is too long', { input: { ...input, remark: '长'.repeat(10_001) } }, '区中心无法读取这一步'],
    [
      'a step that is too large',
      { report: { ...casePut('c-1').case, more: 'x'.repeat(200_000) } as never },
      '区中心无法读取这一步',
    ],
  ])('is for %s, in words, and blocks nothing', async (_name, change, why) => {
    await using harness = await openHub()
    harness.hub.publish(subCenter, casePut('c-1'))
    const socket = await workstation(harness)
    expect(await push(socket, operation(1, change), operation(2))).toEqual([why, 'applied'])
    expect(headOf(harness)).toMatchObject({ state: 'accepted', version: 2 })
  })

  it.each([
    [[]],
    [[{ clientSeq: 1 }]],
    [[{ opId: 'a b', clientSeq: 1 }]],
    [Array.from({ length: 101 }, (_, i) => operation(i + 1))],
  ])('of a whole batch that is no batch is a fault', async (ops) => {
    await using harness = await openHub()
    expect(await faultOf(await workstation(harness), ...ops)).toBe('malformed')
  })

  it('is for the slower of two', async () => {
    await using harness = await openHub()
    harness.hub.publish(subCenter, casePut('c-1', { state: 'filed' }))
    const sockets = [await workstation(harness, 'client-1'), await workstation(harness, 'client-2')]
    const answers = await Promise.all(
      sockets.map((socket, index) => push(socket, operation(1, { opId: `dispatch-${index}`, kind: 'dispatch' }))),
    )
    expect(answers.flat().toSorted()).toEqual(['applied', '案件已由王建国派遣,现为“已派遣”,不能再办理这一步'])
    expect(headOf(harness)).toMatchObject({ state: 'dispatched', version: 2, assignee })
  })
})

describe('a report', () => {
  it('makes a case with the hub’s number, limit and version', async () => {
    await using harness = await openHub()
    const socket = await workstation(harness)
    const taken = casePut('0192f7c4-aa', { number: '暂AA', version: 7, supervised: true, channel: 'self-found' }).case
    const report = operation(1, { kind: 'report', caseId: taken.id, baseVersion: 0, report: taken as CaseHead })
    const accept = operation(2, { caseId: taken.id })
    const second = { ...taken, id: '0192f7c4-bb' } as CaseHead
    expect(await push(socket, report, accept)).toEqual(['applied', 'applied'])
    expect(await push(socket, operation(3, { ...report, opId: 'op-3', clientSeq: 3 }))).toEqual(['案件已经存在'])
    expect(await push(socket, operation(4, { kind: 'report', caseId: second.id, report: second }))).toEqual(['applied'])
    expect(headOf(harness, taken.id)).toMatchObject({ version: 2, supervised: false, limit: { kind: 'calendar-days' } })
    const numbers = [taken.id, second.id].map((id) => headOf(harness, id).number)
    expect(numbers.map((number) => number.replace(/\d{8}/, 'day'))).toEqual(['SZday00001', 'SZday00002'])
  })
})

it('is done once however often and however cut the batches arrive', async () => {
  await using harness = await openHub()
  let run = 0
  const kinds = ['accept', 'file', 'dispatch', 'start', 'return', 'remark', 'resolve', 'check-fail'] as const
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 12 })), { maxLength: 12 }),
      async (wanted, sends) => {
        const caseId = `run-${++run}`
        harness.hub.publish(subCenter, casePut(caseId))
        const socket = await workstation(harness, caseId)
        const ops = wanted.map((kind, index) => operation(index + 1, { opId: `${caseId}-${index}`, kind, caseId }))
        const answers = new Map<string, string>()
        let arrived = 0
        // A workstation never skips: it begins at most after the last that was answered.
        for (const [from, count] of [...sends, [0, ops.length] as const]) {
          const start = Math.min(from, arrived)
          const batch = ops.slice(start, start + count)
          if (batch.length === 0) continue
          const reply = pushReply.parse(await ask(socket, 'ops.push', { ops: batch }))
          for (const { opId, status, why } of reply.results) {
            expect(answers.get(opId) ?? status + why).toBe(status + why)
            answers.set(opId, status + why)
          }
          arrived = Math.max(arrived, start + batch.length)
        }
        const life = harness.hub.present.findCase(subCenter, caseId)
        const applied = ops.filter(({ opId }) => answers.get(opId) === 'applied').map(({ opId }) => opId)
        expect(life?.steps.map(({ id }) => id)).toEqual(applied)
        expect(life?.head.version).toBe(1 + applied.length)
        socket.disconnect()
      },
    ),
    { numRuns: 40, seed: 11 },
  )
})
