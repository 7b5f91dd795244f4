/** The reference hub over real sockets: handshake, pulls, snapshots, sign-in, and its ways to misbehave. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Socket } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import { poke, pullReply, put, refusal, signedIn, snapshotOpened, welcome } from '../../../native/hub/protocol.ts'
import { ask, casePut, connect, type Harness, openHub, subCenter } from './hub-harness.ts'

async function open(harness: Harness): Promise<{ socket: Socket; epoch: string; head: number }> {
  const socket = harness.socket()
  const { epoch, head } = welcome.parse(await connect(socket))
  return { socket, epoch, head }
}
const faultOf = (reply: Record<string, unknown>) => (reply['fault'] as { code: string } | undefined)?.code

describe('handshake', () => {
  it.each([
    ['an unknown token', { token: 'not-the-token-of-anybody' }, 'unauthorized'],
    ['an unknown workstation', { workstation: 'SZ-99' }, 'unauthorized'],
    ['another protocol', { protocol: 2 }, 'protocol-unsupported'],
    ['a missing client', { clientId: undefined }, 'malformed'],
  ])('refuses %s', async (_name, auth, code) => {
    await using harness = await openHub()
    const error = (await connect(harness.socket(auth)).catch((refused: unknown) => refused)) as { data: unknown }
    expect(refusal.parse(error.data).code).toBe(code)
  })

  it('is not trusted without its private authority', async () => {
    await using harness = await openHub()
    await expect(connect(harness.socket({}, { ca: undefined }))).rejects.toThrow('websocket error')
  })

  it('welcomes with the sub-center of the workstation', async () => {
    await using harness = await openHub()
    const message = welcome.parse(await connect(harness.socket()))
    expect(message).toMatchObject({ epoch: harness.hub.epoch, head: 0, subCenter: { code: subCenter } })
  })
})

describe('feed', () => {
  it('pokes, and gives consecutive changes in pages', async () => {
    await using harness = await openHub()
    const { socket, epoch } = await open(harness)
    const poked = new Promise((resolve) => socket.once('feed.poke', resolve))
    harness.hub.publishMany(
      subCenter,
      Array.from({ length: 25 }, (_, index) => casePut(`c-${index}`)),
    )
    expect(poke.parse(await poked)).toEqual({ epoch, head: 25 })
    const first = pullReply.parse(await ask(socket, 'feed.pull', { epoch, cursor: 0, limit: 20 }))
    const second = pullReply.parse(await ask(socket, 'feed.pull', { epoch, cursor: 20, limit: 20 }))
    const seqs = [...first.changes, ...second.changes].map((change) => change.seq)
    expect(seqs).toEqual(Array.from({ length: 25 }, (_, index) => index + 1))
    expect(second.changes.every((change) => put.safeParse(change.put).success)).toBe(true)
    const end = pullReply.parse(await ask(socket, 'feed.pull', { epoch, cursor: 25, limit: 20 }))
    expect(end.changes).toEqual([])
  })

  it('bounds a page by bytes, yet always gives one change', async () => {
    await using harness = await openHub()
    const { socket, epoch } = await open(harness)
    const description = '长'.repeat(10_000)
    harness.hub.publishMany(
      subCenter,
      Array.from({ length: 20 }, (_, index) => casePut(`c-${index}`, { description })),
    )
    harness.hub.publishRaw(subCenter, [{ kind: 'case', padding: 'x'.repeat(300_000) }])
    const page = await ask(socket, 'feed.pull', { epoch, cursor: 0, limit: 1000 })
    const large = await ask(socket, 'feed.pull', { epoch, cursor: 20, limit: 1000 })
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(256 * 1024 + 1000)
    expect(pullReply.parse(page).changes.length).toBeGreaterThan(1)
    expect(pullReply.parse(large).changes).toHaveLength(1)
  })

  it('says which cursors it cannot serve', async () => {
    await using harness = await openHub()
    const { socket, epoch } = await open(harness)
    harness.hub.publishMany(subCenter, [casePut('c-1'), casePut('c-2'), casePut('c-3')])
    harness.hub.compact(subCenter, 2)
    const pull = async (body: object) =>
      faultOf(await ask(socket, 'feed.pull', { epoch, cursor: 2, limit: 10, ...body }))
    expect(await pull({})).toBeUndefined()
    expect(await pull({ cursor: 1 })).toBe('cursor-too-old')
    expect(await pull({ cursor: 9 })).toBe('epoch-changed')
    expect(await pull({ epoch: 'another' })).toBe('epoch-changed')
    expect(await pull({ limit: 1001 })).toBe('malformed')
    expect(faultOf(await ask(socket, 'feed.unknown', {}))).toBe('unsupported')
    expect(faultOf(await ask(socket, 'constructor', {}))).toBe('unsupported')
  })

  it('keeps sub-centers apart', async () => {
    await using harness = await openHub()
    harness.hub.publish(subCenter, casePut('c-1'))
    const socket = harness.socket({ workstation: 'ZJW-01', token: 'token-of-another-sub-center' })
    expect(welcome.parse(await connect(socket))).toMatchObject({ head: 0, subCenter: { code: '110112105' } })
  })
})

it('refuses to publish what would not fit into a message', async () => {
  await using harness = await openHub()
  const steps = Array.from({ length: 40 }, (_, index) => ({
    ...{ id: `s-${index}`, caseId: 'c-1', kind: 'remark' as const, from: 'reported' as const, to: 'reported' as const },
    ...{ actor: { id: 'p', name: '', role: '' }, actorAt: 1, hubAt: 1, remark: '长'.repeat(9000), evidence: [] },
  }))
  expect(() => harness.hub.publish(subCenter, { ...casePut('c-1'), steps })).toThrow('would not fit')
  expect(harness.hub.head(subCenter)).toBe(0)
})

describe('restart', () => {
  it('keeps epoch, head and port with the file', async () => {
    await using harness = await openHub()
    const { epoch, port } = harness.hub
    harness.hub.publish(subCenter, casePut('c-1'))
    await harness.restart()
    expect(harness.hub.port).toBe(port)
    expect(await open(harness)).toMatchObject({ epoch, head: 1 })
  })

  it('begins a new epoch when told to', async () => {
    await using harness = await openHub()
    const { epoch } = harness.hub
    await harness.restart({ newEpoch: true })
    const { socket } = await open(harness)
    expect(faultOf(await ask(socket, 'feed.pull', { epoch, cursor: 0, limit: 1 }))).toBe('epoch-changed')
  })

  it('begins again with the file of a program that kept other cases', async () => {
    await using harness = await openHub()
    const { epoch, port } = harness.hub
    harness.hub.publish(subCenter, casePut('c-1'))
    await harness.hub.close()
    const file = new Database(join(harness.folder, 'hub.sqlite'))
    file.exec('ALTER TABLE sub_centers DROP COLUMN letters; PRAGMA user_version = 0')
    file.close()
    await harness.restart({ port })
    expect(harness.hub.epoch).not.toBe(epoch)
    expect(harness.hub.head(subCenter)).toBe(0)
    expect(harness.hub.publish(subCenter, casePut('c-1'))).toBe(1)
  })

  it('says clearly that a port is taken', async () => {
    await using harness = await openHub()
    await expect(openHub({ port: harness.hub.port })).rejects.toThrow(/port \d+ is taken/)
  })
})

describe('snapshot', () => {
  const readAll = async (socket: Socket, snapshotId: string, limit: number) => {
    const items: unknown[] = []
    let after: string | null = null
    do {
      const page = await ask(socket, 'snapshot.page', { snapshotId, after, limit })
      items.push(...(page['items'] as unknown[]))
      after = page['next'] as string | null
    } while (after !== null)
    return items.map((item) => put.parse(item))
  }

  it('stands for one sequence while the feed moves on', async () => {
    await using harness = await openHub()
    const { socket } = await open(harness)
    harness.hub.fill(
      subCenter,
      Array.from({ length: 250 }, (_, index) => casePut(`c-${index}`)),
    )
    const opened = snapshotOpened.parse(await ask(socket, 'snapshot.open', {}))
    harness.hub.publishMany(subCenter, [casePut('c-3', { state: 'accepted', version: 2 }), casePut('c-new')])
    const items = await readAll(socket, opened.snapshotId, 100)
    expect(opened).toMatchObject({ asOf: 250, total: 250 })
    expect(items).toHaveLength(250)
    expect(items.every((item) => item.kind === 'case' && item.case.state === 'reported')).toBe(true)
    const { epoch } = opened
    const tail = pullReply.parse(await ask(socket, 'feed.pull', { epoch, cursor: opened.asOf, limit: 10 }))
    expect(tail.changes.map((change) => change.seq)).toEqual([251, 252])
  })

  it('holds all steps of a case although a change brings only new ones', async () => {
    await using harness = await openHub()
    const { socket } = await open(harness)
    const step = (id: string) => ({
      ...{ id, caseId: 'c-1', kind: 'remark' as const, from: 'reported' as const, to: 'reported' as const },
      ...{ actor: { id: 'p-1', name: '王建国', role: 'operator' }, actorAt: 1, hubAt: 1, remark: '', evidence: [] },
    })
    harness.hub.publish(subCenter, { ...casePut('c-1'), steps: [step('s-1')] })
    harness.hub.publish(subCenter, { ...casePut('c-1', { version: 2 }), steps: [step('s-1'), step('s-2')] })
    const { snapshotId } = snapshotOpened.parse(await ask(socket, 'snapshot.open', {}))
    const [item] = await readAll(socket, snapshotId, 10)
    expect(item).toMatchObject({ case: { version: 2 }, steps: [{ id: 's-1' }, { id: 's-2' }] })
  })

  it('is gone when closed, and with its connection', async () => {
    await using harness = await openHub()
    const { socket } = await open(harness)
    const { snapshotId } = snapshotOpened.parse(await ask(socket, 'snapshot.open', {}))
    const page = { snapshotId, after: null, limit: 1 }
    const other = await open(harness)
    expect(faultOf(await ask(other.socket, 'snapshot.page', page))).toBe('snapshot-unknown')
    expect(await ask(socket, 'snapshot.close', { snapshotId })).toEqual({ ok: true })
    expect(faultOf(await ask(socket, 'snapshot.page', page))).toBe('snapshot-unknown')
  })
})

describe('account', () => {
  it('signs in and out', async () => {
    await using harness = await openHub()
    const { socket } = await open(harness)
    const reply = signedIn.parse(await ask(socket, 'account.signIn', { account: 'wang', password: 'songzhuang-1' }))
    expect(reply.operator).toMatchObject({ name: '王建国', role: 'operator', subCenterName: '宋庄镇' })
    expect(await ask(socket, 'account.signOut', { sessionToken: reply.sessionToken })).toEqual({ ok: true })
  })

  it('slows guessing down and forgets it after the pause', async () => {
    let now = Date.now()
    await using harness = await openHub({ clock: () => now })
    const { socket } = await open(harness)
    const signIn = async (password: string, account = 'wang') =>
      faultOf(await ask(socket, 'account.signIn', { account, password }))
    expect(await signIn('x', 'nobody')).toBe('wrong-credentials')
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await signIn('guess')).toBe('wrong-credentials')
    expect(await signIn('songzhuang-1')).toBe('throttled')
    now += 30_000
    expect(await signIn('songzhuang-1')).toBeUndefined()
    expect(await signIn('zhangjiawan-1', 'zhao')).toBe('other-sub-center')
  })
})

describe('misbehaviour on demand', () => {
  it('sends raw events, altered replies, and nothing at all', async () => {
    await using harness = await openHub()
    const { socket } = await open(harness)
    const raw = new Promise((resolve) => socket.once('feed.poke', resolve))
    harness.hub.emitRaw(subCenter, 'feed.poke', 'nonsense')
    expect(await raw).toBe('nonsense')
    harness.hub.setAlterReply((event, reply) => (event === 'link.ping' ? undefined : { ...reply, changes: 'broken' }))
    expect(await ask(socket, 'feed.pull', { epoch: 'x', cursor: 0, limit: 1 })).toMatchObject({ changes: 'broken' })
    await expect(socket.timeout(50).emitWithAck('link.ping', { sentAt: 1 })).rejects.toThrow()
    harness.hub.setAlterReply(null)
    expect(await ask(socket, 'link.ping', { sentAt: 1 })).toMatchObject({ ok: true })
  })
})
