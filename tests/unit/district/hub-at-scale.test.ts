/** Several hub processes on one PostgreSQL and one Redis: to workstations they are one hub, and the same one as the embedded. */
import fc from 'fast-check'
import type { Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pullReply, put, pushReply, refusal, snapshotOpened, welcome } from '../../../native/hub/protocol.ts'
import type { Put } from '../../../native/hub/protocol.ts'
import { noInput } from '../../district/traffic/step.ts'
import { ask, casePut, connect, openHub, subCenter } from './hub-harness.ts'
import { type HubServices, missingServices, startHubServices } from './hub-services.ts'
import { openScaledHub, type ScaledHarness } from './scaled-harness.ts'

const missing = missingServices()
if (missing) console.log(`the hub at scale is left out: ${missing}`)

const operator = { id: 'p-1', name: '王建国', role: 'operator' as const }
const assignee = { kind: 'station' as const, id: '110112104001', name: '小堡村网格工作站' }
const input = { ...noInput, remark: '情况属实', assignee }
const faultOf = (reply: Record<string, unknown>) => (reply['fault'] as { code: string } | undefined)?.code

const operation = (clientSeq: number, change: object = {}) => ({
  ...{ opId: `op-${clientSeq}`, clientSeq, caseId: 'c-1', kind: 'accept', baseVersion: 1, actor: operator },
  ...{ actorAt: 1_000_000, input, report: null },
  ...change,
})
const push = async (socket: Socket, ...ops: object[]) =>
  pushReply.parse(await ask(socket, 'ops.push', { ops })).results.map(({ status, why }) => why || status)

async function workstation(harness: ScaledHarness, hub = 0, clientId = 'client-1') {
  const socket = harness.socket(hub, { clientId })
  const { epoch, head } = welcome.parse(await connect(socket))
  return { socket, epoch, head }
}
const pull = async (socket: Socket, epoch: string, cursor = 0, limit = 1000) =>
  pullReply.parse(await ask(socket, 'feed.pull', { epoch, cursor, limit }))

async function readAll(socket: Socket, snapshotId: string, limit: number) {
  const items: unknown[] = []
  let after: string | null = null
  do {
    const page = await ask(socket, 'snapshot.page', { snapshotId, after, limit })
    items.push(...(page['items'] as unknown[]))
    after = page['next'] as string | null
  } while (after !== null)
  return items.map((item) => put.parse(item))
}

describe.skipIf(missing !== null)('the hub at scale', () => {
  let services: HubServices
  beforeAll(async () => {
    services = await startHubServices()
  }, 60_000)
  afterAll(() => services[Symbol.asyncDispose](), 60_000)

  const oneCase = (hub: { publish(subCenter: string, put: Put): number }) => void hub.publish(subCenter, casePut('c-1'))

  describe('handshake', () => {
    it.each([
      ['an unknown token', { token: 'not-the-token-of-anybody' }, 'unauthorized'],
      ['an unknown workstation', { workstation: 'SZ-99' }, 'unauthorized'],
      ['another protocol', { protocol: 2 }, 'protocol-unsupported'],
      ['a missing client', { clientId: undefined }, 'malformed'],
    ])('refuses %s', async (_name, auth, code) => {
      await using harness = await openScaledHub(services, undefined, { count: 1 })
      const error = (await connect(harness.socket(0, auth)).catch((refused: unknown) => refused)) as { data: unknown }
      expect(refusal.parse(error.data).code).toBe(code)
    })

    it('welcomes at every process with the same epoch, head and sub-center', async () => {
      await using harness = await openScaledHub(services, oneCase)
      const welcomes = await Promise.all([0, 1].map((hub) => connect(harness.socket(hub))))
      const [first, second] = welcomes.map((message) => welcome.parse(message))
      expect(second).toEqual(first)
      expect(first).toMatchObject({ head: 1, subCenter: { code: subCenter, name: '宋庄镇' } })
    })
  })

  describe('feed', () => {
    it('gives consecutive changes in pages that are bounded by number and by bytes', async () => {
      const description = '长'.repeat(10_000)
      await using harness = await openScaledHub(services, (hub) => {
        const puts = Array.from({ length: 20 }, (_, index) => casePut(`c-${index}`, { description }))
        hub.publishMany(subCenter, puts)
        hub.publishRaw(subCenter, [{ kind: 'case', padding: 'x'.repeat(300_000) }])
      })
      const { socket, epoch } = await workstation(harness)
      const page = await pull(socket, epoch)
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(256 * 1024 + 1000)
      expect(page.changes.map(({ seq }) => seq)).toEqual(page.changes.map((_, index) => index + 1))
      expect((await pull(socket, epoch, 0, 3)).changes).toHaveLength(3)
      expect((await pull(socket, epoch, 20)).changes.map(({ seq }) => seq)).toEqual([21])
      expect(await pull(socket, epoch, 21)).toMatchObject({ changes: [], head: 21 })
    })

    it('says which cursors it cannot serve', async () => {
      await using harness = await openScaledHub(services, (hub) => {
        hub.publishMany(subCenter, [casePut('c-1'), casePut('c-2'), casePut('c-3')])
        hub.compact(subCenter, 2)
      })
      const { socket, epoch } = await workstation(harness)
      const fault = async (body: object) =>
        faultOf(await ask(socket, 'feed.pull', { epoch, cursor: 2, limit: 10, ...body }))
      expect(await fault({})).toBeUndefined()
      expect(await fault({ cursor: 1 })).toBe('cursor-too-old')
      expect(await fault({ cursor: 9 })).toBe('epoch-changed')
      expect(await fault({ epoch: 'another' })).toBe('epoch-changed')
      expect(faultOf(await ask(socket, 'feed.unknown', {}))).toBe('unsupported')
    })
  })

  describe('snapshot', () => {
    it('stands for one sequence while another process takes steps', async () => {
      await using harness = await openScaledHub(services, (hub) => {
        const puts = Array.from({ length: 120 }, (_, index) => casePut(`c-${index}`))
        hub.fill(subCenter, puts)
      })
      const { socket } = await workstation(harness, 0)
      const other = await workstation(harness, 1, 'client-2')
      const opened = snapshotOpened.parse(await ask(socket, 'snapshot.open', {}))
      expect(await push(other.socket, operation(1), operation(2, { caseId: 'c-7' }))).toEqual(['applied', 'applied'])
      const items = await readAll(socket, opened.snapshotId, 50)
      expect(opened).toMatchObject({ asOf: 120, total: 120 })
      expect(new Set(items.map((item) => item.kind === 'case' && item.case.id)).size).toBe(120)
      expect(items.every((item) => item.kind === 'case' && item.case.state === 'reported')).toBe(true)
      const tail = await pull(socket, opened.epoch, opened.asOf)
      expect(tail.changes.map(({ seq }) => seq)).toEqual([121, 122])
    })

    it('belongs to its connection, gives way to a third one, and ends when closed', async () => {
      await using harness = await openScaledHub(services, oneCase)
      const { socket } = await workstation(harness)
      const open = async () => snapshotOpened.parse(await ask(socket, 'snapshot.open', {})).snapshotId
      const pageOf = async (snapshotId: string, at = socket) =>
        faultOf(await ask(at, 'snapshot.page', { snapshotId, after: null, limit: 1 })) ?? 'read'
      const [first, second, third] = [await open(), await open(), await open()]
      expect([await pageOf(first), await pageOf(second), await pageOf(third)]).toEqual([
        ...['snapshot-unknown', 'read', 'read'],
      ])
      expect(await pageOf(third, (await workstation(harness)).socket)).toBe('snapshot-unknown')
      expect(await ask(socket, 'snapshot.close', { snapshotId: third })).toEqual({ ok: true })
      expect(await ask(socket, 'snapshot.close', { snapshotId: third })).toEqual({ ok: true })
      expect(await pageOf(third)).toBe('snapshot-unknown')
    })
  })

  describe('operations', () => {
    it('are answered again by another process and done once', async () => {
      await using harness = await openScaledHub(services, oneCase)
      const first = await workstation(harness, 0)
      const ops = [operation(1), operation(2), operation(3, { kind: 'file' })]
      const answers = await push(first.socket, ...ops)
      expect(answers).toEqual(['applied', '案件已由王建国受理,现为“受理”,不能再办理这一步', 'applied'])
      const second = await workstation(harness, 1)
      expect(await push(second.socket, ...ops)).toEqual(answers)
      const renamed = await workstation(harness, 1, 'client-2')
      expect(await push(renamed.socket, operation(1, { opId: 'op-3', kind: 'file' }))).toEqual(['applied'])
      expect((await pull(second.socket, second.epoch)).changes).toHaveLength(3)
    })

    it('must be the next ones of their workstation, else nothing of the batch is done', async () => {
      await using harness = await openScaledHub(services, oneCase)
      const first = await workstation(harness, 0)
      const second = await workstation(harness, 1)
      const fault = async ({ socket }: { socket: Socket }, ...ops: object[]) =>
        faultOf(await ask(socket, 'ops.push', { ops }))
      expect(await fault(first, operation(2))).toBe('out-of-order')
      expect(await fault(first, operation(1), operation(3, { kind: 'file' }))).toBe('out-of-order')
      expect((await pull(first.socket, first.epoch)).head).toBe(1)
      expect(await push(first.socket, operation(1))).toEqual(['applied'])
      expect(await fault(second, operation(1, { opId: 'another' }))).toBe('out-of-order')
      expect(await push(second.socket, operation(2, { kind: 'file' }))).toEqual(['applied'])
    })

    it('of two processes at the same moment are decided one after the other', async () => {
      await using harness = await openScaledHub(services, (hub) =>
        hub.publish(subCenter, casePut('c-1', { state: 'filed' })),
      )
      const seats = [await workstation(harness, 0, 'client-1'), await workstation(harness, 1, 'client-2')]
      const answers = await Promise.all(
        seats.map(({ socket }, index) => push(socket, operation(1, { opId: `dispatch-${index}`, kind: 'dispatch' }))),
      )
      expect(answers.flat().toSorted()).toEqual(['applied', '案件已由王建国派遣,现为“已派遣”,不能再办理这一步'])
    })

    it('that hold what no database text can are refused for themselves', async () => {
      await using harness = await openScaledHub(services, oneCase)
      const { socket, epoch } = await workstation(harness)
      const remark = 'a\u0000b\ud800c'
      expect(await push(socket, operation(1, { input: { ...input, remark } }))).toEqual(['applied'])
      const { changes } = await pull(socket, epoch, 1)
      expect((changes[0]?.put as { steps: { remark: string }[] }).steps[0]?.remark).toBe(remark)
      const report = { ...casePut('c-2').case, classCode: 'S\u000001' }
      const ops = [operation(2, { kind: 'report', caseId: 'c-2', report }), operation(3, { kind: 'file' })]
      expect(await push(socket, ...ops)).toEqual(['applied', 'applied'])
    })

    it('get the answers, numbers and changes that the embedded hub gives', async () => {
      await using embedded = await openHub()
      await using harness = await openScaledHub(services)
      const seats = [await workstation(harness, 0), await workstation(harness, 1)]
      const own = embedded.socket()
      const { epoch } = welcome.parse(await connect(own))
      const kinds = [
        'accept',
        'file',
        'dispatch',
        'start',
        'return',
        'remark',
        'resolve',
        'check-fail',
        'report',
      ] as const
      let last = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(2), fc.nat(3)), { minLength: 1, maxLength: 8 }),
          fc.nat(1),
          async (wanted, hub) => {
            const ops = wanted.map(([kind, place, flaw]) => {
              const caseId = `case-${place + Math.floor(last / 20)}`
              const actor = flaw === 3 ? { ...operator, id: 'p-2' } : operator
              const report = kind === 'report' ? casePut(caseId, { channel: 'self-found' }).case : null
              return operation((last += 1), { caseId, kind, actor, report })
            })
            const answers = [
              await ask(own, 'ops.push', { ops }),
              await ask(seats[hub]?.socket as Socket, 'ops.push', { ops }),
            ]
            expect(answers[1]).toEqual(answers[0])
          },
        ),
        { numRuns: 40, seed: 7 },
      )
      const whole = await pull(own, epoch)
      const scaled = await pull(seats[0]?.socket as Socket, seats[0]?.epoch ?? '')
      expect(whole.changes.length).toBeGreaterThan(20)
      expect(scaled.changes).toEqual(whole.changes)
    })
  })
})
