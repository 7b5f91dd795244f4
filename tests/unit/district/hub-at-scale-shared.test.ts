/** What the hub's processes share besides the feed: accounts, claims, presence, pokes; and that Redis may be lost. */
import type { Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pullReply, pushReply, signedIn, welcome } from '../../../native/hub/protocol.ts'
import { type Database, openPool, readEpoch, renewEpoch } from '../../district/hub-at-scale/database.ts'
import { startScaledHub } from '../../district/hub-at-scale/hub.ts'
import type { Hub } from '../../district/hub/hub.ts'
import { noInput } from '../../district/traffic/step.ts'
import { openConsole } from '../hub/console-parts.ts'
import { eventually, temporaryFolder } from '../support.ts'
import { ask, casePut, connect, silent, subCenter } from './hub-harness.ts'
import { type HubServices, missingServices, startHubServices } from './hub-services.ts'
import { openScaledHub, type ScaledHarness } from './scaled-harness.ts'

const missing = missingServices()
const person = { id: 'p-1', name: '王建国', role: 'operator' as const }
const input = { ...noInput, remark: '情况属实' }
const faultOf = (reply: Record<string, unknown>) => (reply['fault'] as { code: string } | undefined)?.code
const oneCase = (hub: Hub) => void hub.publish(subCenter, casePut('c-1'))

async function workstation(harness: ScaledHarness, hub: number, clientId = `client-${hub}`) {
  const socket = harness.socket(hub, { clientId })
  const { epoch } = welcome.parse(await connect(socket))
  return { socket, epoch }
}
async function remark(socket: Socket, clientSeq: number): Promise<string | undefined> {
  const op = {
    ...{ opId: `remark-${clientSeq}`, clientSeq, caseId: 'c-1', kind: 'remark', baseVersion: 1, actor: person },
    ...{ actorAt: 1_000_000, input, report: null },
  }
  return pushReply.parse(await ask(socket, 'ops.push', { ops: [op] })).results[0]?.status
}
const heads = async ({ socket, epoch }: { socket: Socket; epoch: string }) =>
  pullReply.parse(await ask(socket, 'feed.pull', { epoch, cursor: 0, limit: 1 })).head
const nextPoke = (socket: Socket) => new Promise<{ head: number }>((resolve) => socket.once('feed.poke', resolve))

describe.skipIf(missing !== null)('what processes share', () => {
  let services: HubServices
  beforeAll(async () => {
    services = await startHubServices()
  }, 60_000)
  afterAll(() => services[Symbol.asyncDispose](), 60_000)

  it('counts failures at all of them, and lets a session end at another one', async () => {
    let now = Date.now()
    await using harness = await openScaledHub(services, undefined, { clock: () => now })
    const seats = [await workstation(harness, 0), await workstation(harness, 1)]
    const signIn = (hub: number, password: string) =>
      ask(seats[hub]?.socket as Socket, 'account.signIn', { account: 'wang', password })
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(faultOf(await signIn(attempt % 2, 'guess'))).toBe('wrong-credentials')
    expect(faultOf(await signIn(0, 'songzhuang-1'))).toBe('throttled')
    now += 30_000
    const { sessionToken, operator } = signedIn.parse(await signIn(1, 'songzhuang-1'))
    expect(operator).toMatchObject({ name: '王建国', subCenterName: '宋庄镇' })
    const sessions = async () => (await harness.database.query('SELECT 1 FROM sessions')).rowCount
    expect(await sessions()).toBe(1)
    expect(await ask(seats[0]?.socket as Socket, 'account.signOut', { sessionToken })).toEqual({ ok: true })
    expect(await sessions()).toBe(0)
    const other = { account: 'zhao', password: 'zhangjiawan-1' }
    expect(faultOf(await ask(seats[0]?.socket as Socket, 'account.signIn', other))).toBe('other-sub-center')
  })

  it('knows a claim at every process, and shows who looks at what', async () => {
    await using harness = await openScaledHub(services, oneCase)
    const first = harness.socket(0)
    const second = harness.socket(1, { workstation: 'SZ-02' })
    await connect(first)
    await connect(second)
    const seen = new Promise((resolve) =>
      second.on('presence.changed', (state: { seats: object[] }) => state.seats.length > 0 && resolve(state.seats)),
    )
    expect(await ask(first, 'presence.look', { caseId: 'c-1', by: person })).toEqual({ ok: true })
    expect(await seen).toMatchObject([{ workstation: 'SZ-01', caseId: 'c-1', by: person }])
    const take = (at: Socket) => ask(at, 'claim.take', { caseId: 'c-1', by: person, isTakenOver: false })
    expect(await take(first)).toEqual({ ok: true })
    expect(faultOf(await take(second))).toBe('claimed')
    expect(await ask(second, 'claim.release', { caseId: 'c-1' })).toEqual({ ok: true })
    expect(faultOf(await take(second))).toBe('claimed')
    expect(await ask(first, 'claim.release', { caseId: 'c-1' })).toEqual({ ok: true })
    expect(await take(second)).toEqual({ ok: true })
  })

  it('takes an instruction once', async () => {
    const people = [{ id: 'w-1', name: '王小明' }]
    const recipients = (_subCenter: string, { code }: { code: string }) =>
      code === 'w-1' ? { name: '王小明', people } : null
    await using harness = await openScaledHub(services, undefined, { recipients })
    const seats = [await workstation(harness, 0), await workstation(harness, 1)]
    const send = async (hub: number, change: object = {}) => {
      const sent = { instructionId: 'i-1', at: 1, text: '请到北口看一下井盖', caseId: null, by: person }
      const to = { kind: 'person', code: 'w-1' }
      return faultOf(await ask(seats[hub]?.socket as Socket, 'instruction.send', { ...sent, to, ...change }))
    }
    expect([await send(0), await send(1)]).toEqual([undefined, undefined])
    expect(await send(0, { instructionId: 'i-2', by: { ...person, id: 'p-2' } })).toBe('forbidden')
    expect(await send(0, { instructionId: 'i-2', to: { kind: 'person', code: 'w-9' } })).toBe('unknown-recipient')
    expect(await heads(seats[1] as { socket: Socket; epoch: string })).toBe(1)
  })

  it('lets two consoles at two processes see each other’s steps', async () => {
    await using harness = await openScaledHub(services, oneCase)
    // They would ask by themselves after a day: what arrives was poked.
    const consoles = [0, 1].map((hub) => openConsole(harness.configuration(hub), temporaryFolder(), {}, 86_400_000))
    const [first, second] = consoles as [(typeof consoles)[0], (typeof consoles)[0]]
    await eventually(() => consoles.every((one) => one.cases.head('c-1')))
    const operator = { ...person, account: 'wang', subCenter, subCenterName: '宋庄镇' }
    first.ownSteps.take(operator, 'c-1', 'accept', input)
    await eventually(() => second.cases.head('c-1')?.state === 'accepted')
    second.ownSteps.take(operator, 'c-1', 'file', input)
    await eventually(() => first.cases.head('c-1')?.state === 'filed')
    expect(await harness.database.query('SELECT head FROM sub_centers WHERE code = $1', [subCenter])).toMatchObject({
      rows: [{ head: 3 }],
    })
    for (const one of consoles) one.close()
  })

  it('loses nothing but pokes while Redis is away', async () => {
    await using harness = await openScaledHub(services, oneCase)
    const first = await workstation(harness, 0)
    const second = await workstation(harness, 1)
    const poked = nextPoke(second.socket)
    expect(await remark(first.socket, 1)).toBe('applied')
    expect((await poked).head).toBe(2)

    await services.stopRedis()
    const own = nextPoke(first.socket)
    expect(await remark(first.socket, 2)).toBe('applied')
    expect((await own).head).toBe(3)
    expect(await heads(second)).toBe(3)
    const claim = { caseId: 'c-1', by: person, isTakenOver: false }
    expect(await ask(second.socket, 'claim.take', claim)).toEqual({ ok: true })

    await services.startRedis()
    const pokes: number[] = []
    second.socket.on('feed.poke', ({ head }: { head: number }) => pokes.push(head))
    // The processes find Redis again in their own time.
    for (let seq = 3; pokes.length === 0; seq += 1) expect(await remark(first.socket, seq)).toBe('applied')
    expect(await heads(second)).toBeGreaterThanOrEqual(pokes[0] ?? 0)
  })

  it('begins a new epoch after a backup was restored, and then believes the first number of a workstation', async () => {
    let before = ''
    const prepareDatabase = async (database: Database) => {
      before = await readEpoch(database)
      await renewEpoch(database)
    }
    await using harness = await openScaledHub(services, oneCase, { count: 1, prepareDatabase })
    const { socket, epoch } = await workstation(harness, 0)
    expect(epoch).not.toBe(before)
    expect(faultOf(await ask(socket, 'feed.pull', { epoch: before, cursor: 0, limit: 1 }))).toBe('epoch-changed')
    expect(await remark(socket, 17)).toBe('applied')
    expect(await remark(socket, 18)).toBe('applied')
  })

  it('has a database that keeps what it commits, or does not start', async () => {
    // Servers of its own: they are spoiled.
    await using services = await startHubServices()
    await using harness = await openScaledHub(services, undefined, { count: 0 })
    const { database, databaseUrl: url, folder } = harness
    await database.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`)
    await using stack = new AsyncDisposableStack()
    const pool = openPool({ url, log: silent, most: 1, idleMs: 10_000 })
    stack.defer(() => pool.end())
    expect((await pool.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }])
    await pool.query('ALTER SYSTEM SET full_page_writes = off')
    await pool.query('SELECT pg_reload_conf()')
    const isOff = async () => (await pool.query('SHOW full_page_writes')).rows[0].full_page_writes === 'off'
    while (!(await isOff()));
    const options = { databaseUrl: url, redisUrl: services.redisUrl, port: 0, folder, tls: { certPem: '', keyPem: '' } }
    await expect(startScaledHub({ ...options, clock: Date.now, log: silent })).rejects.toThrow('full_page_writes = off')
  })
})
