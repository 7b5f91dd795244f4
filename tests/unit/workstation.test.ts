/** The whole native program over its real contract: roles, faults, topics that end, one page that must be let in. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { loadConfiguration } from '../../native/configuration.ts'
import type { Contract } from '../../native/contract/contract.ts'
import { startKiosk } from '../../native/kiosk/kiosk-server.ts'
import { openWorkstation } from '../../native/workstation.ts'
import { openDistrict } from './hub/console-parts.ts'
import { casePut, eventually, silent, temporaryFolder } from './support.ts'

const rendererFolder = () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>')
  return folder
}

async function openKiosk() {
  const district = await openDistrict()
  const addresses: string[] = []
  const kiosk = await startKiosk({
    port: 0,
    rendererFolder: rendererFolder(),
    allowedOrigins: [],
    log: silent,
    onAddress: (address) => addresses.push(address),
  })
  onTestFinished(() => kiosk.close())
  const workstation = await openWorkstation({
    configuration: loadConfiguration(district.configFile),
    allowedOrigins: [kiosk.origin],
    log: silent,
  })
  onTestFinished(() => workstation.close())
  kiosk.serve(workstation)
  return { district, kiosk, workstation, addresses }
}

type Kiosk = Awaited<ReturnType<typeof openKiosk>>

async function enter({ kiosk, addresses }: Kiosk): Promise<string> {
  const ticket = addresses.at(-1)?.split('/').at(-1)
  const response = await fetch(`${kiosk.origin}/enter`, {
    method: 'POST',
    headers: { origin: kiosk.origin },
    body: JSON.stringify({ ticket }),
  })
  expect(response.status).toBe(204)
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

function connect({ kiosk }: Kiosk, cookie: string) {
  const socket = new WebSocket(`${kiosk.origin.replace('http', 'ws')}/rpc`, {
    headers: { cookie, origin: kiosk.origin },
  })
  onTestFinished(() => socket.terminate())
  const client: ContractRouterClient<Contract> = createORPCClient(
    new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
  )
  return { socket, client }
}

async function signIn(open: Kiosk, role: string) {
  const { client } = connect(open, await enter(open))
  const account = open.district.accounts.find((candidate) => candidate.role === role)
  if (!account) throw new Error(`the district has no ${role}`)
  await eventuallyAsync(async () => {
    await client.session.signIn({ account: account.account, password: account.password })
  })
  return client
}

/** The link needs a moment after the start. */
async function eventuallyAsync(action: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await action()
    } catch (error) {
      if ((error as { code?: string }).code !== 'offline') throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

describe('the entry', () => {
  test('a ticket works once, and nobody is let in without one', async () => {
    const open = await openKiosk()
    const used = open.addresses[0]?.split('/').at(-1)
    await enter(open)
    const again = await fetch(`${open.kiosk.origin}/enter`, {
      method: 'POST',
      headers: { origin: open.kiosk.origin },
      body: JSON.stringify({ ticket: used }),
    })
    expect(again.status).toBe(401)
    expect((await fetch(`${open.kiosk.origin}/host.json`)).status).toBe(401)
    const { socket } = connect(open, 'console=nothing')
    const code = await new Promise((resolve) => socket.on('close', resolve))
    expect(code).toBe(4401)
  })

  test('a page of another origin is refused, whatever it knows', async () => {
    const open = await openKiosk()
    const cookie = await enter(open)
    const socket = new WebSocket(`${open.kiosk.origin.replace('http', 'ws')}/rpc`, {
      headers: { cookie, origin: 'https://elsewhere.example' },
    })
    await expect(new Promise((_resolve, reject) => socket.on('error', reject))).rejects.toThrow('403')
    const post = await fetch(`${open.kiosk.origin}/enter`, { method: 'POST', headers: { origin: 'null' }, body: '{}' })
    expect(post.status).toBe(403)
  })

  test('an oversized or malformed frame ends that connection only', async () => {
    const open = await openKiosk()
    const cookie = await enter(open)
    const large = connect(open, cookie)
    await new Promise((resolve) => large.socket.on('open', resolve))
    large.socket.send('x'.repeat(2_000_000))
    expect(await new Promise((resolve) => large.socket.on('close', resolve))).toBe(1009)
    const odd = connect(open, cookie)
    await new Promise((resolve) => odd.socket.on('open', resolve))
    odd.socket.send('{"half')
    expect(await odd.client.link.retry()).toBeNull()
  })
})

describe('the contract', () => {
  test('nobody signed in: cases are refused, the link state is not', async () => {
    const open = await openKiosk()
    const { client } = connect(open, await enter(open))
    await expect(client.cases.queue({ view: 'open', offset: 0, limit: 10 })).rejects.toMatchObject({
      code: 'forbidden',
      data: { reason: 'signed-out' },
    })
    for await (const event of await client.link.watch()) {
      expect(event).toMatchObject({ kind: 'snapshot', snapshot: { workstation: 'SZ-02' } })
      break
    }
  })

  test('a wrong password is refused in words; invalid input is refused', async () => {
    const open = await openKiosk()
    const { client } = connect(open, await enter(open))
    const account = open.district.accounts[0]?.account ?? ''
    await expect(
      eventuallyAsync(async () => void (await client.session.signIn({ account, password: 'wrong' }))),
    ).rejects.toMatchObject({ code: 'forbidden', data: { reason: 'wrong-credentials' } })
    await expect(client.session.signIn({ account: '', password: '' })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('an administrator may see devices but no case', async () => {
    const client = await signIn(await openKiosk(), 'administrator')
    await expect(client.cases.file({ caseId: 'case-1' })).rejects.toMatchObject({
      code: 'forbidden',
      data: { reason: 'role' },
    })
    for await (const event of await client.cameras.list()) {
      expect(event.kind).toBe('snapshot')
      break
    }
  })

  test('a reported case arrives as a delta; reading its file is recorded; signing out ends the topic', async () => {
    const open = await openKiosk()
    const client = await signIn(open, 'operator')
    const queue = await client.cases.queue({ view: 'open', offset: 0, limit: 10 })
    const first = await queue.next()
    expect(first.value).toMatchObject({ kind: 'snapshot', snapshot: { rows: [], total: 0 } })
    open.district.hub.publish(open.district.subCenter, casePut({ id: 'fresh' }))
    const second = await queue.next()
    expect(second.value).toMatchObject({ kind: 'delta', sequence: 1, delta: { order: ['fresh'], total: 1 } })
    const file = await (await client.cases.file({ caseId: 'fresh' })).next()
    expect(file.value).toMatchObject({ snapshot: { id: 'fresh', reporter: { phone: '138****5678' } } })
    await client.session.signOut()
    expect((await queue.next()).done).toBe(true)
  })

  test('the session outlives a restart while the hub is away, with the cases of before', async () => {
    const open = await openKiosk()
    const client = await signIn(open, 'operator')
    open.district.hub.publish(open.district.subCenter, casePut({ id: 'yesterday' }))
    const queue = await client.cases.queue({ view: 'open', offset: 0, limit: 10 })
    for await (const event of queue) if (event.kind === 'delta' || event.snapshot.total === 1) break
    await open.district.stopHub()
    await open.workstation.close()
    await open.kiosk.close()

    const addresses: string[] = []
    const kiosk = await startKiosk({
      port: 0,
      rendererFolder: rendererFolder(),
      allowedOrigins: [],
      log: silent,
      onAddress: (address) => addresses.push(address),
    })
    onTestFinished(() => kiosk.close())
    const configuration = loadConfiguration(open.district.configFile)
    const workstation = await openWorkstation({ configuration, allowedOrigins: [kiosk.origin], log: silent })
    onTestFinished(() => workstation.close())
    kiosk.serve(workstation)
    const again = { ...open, kiosk, workstation, addresses }
    const page = connect(again, await enter(again))
    const rows = await (await page.client.cases.queue({ view: 'open', offset: 0, limit: 10 })).next()
    expect(rows.value).toMatchObject({ snapshot: { rows: [{ id: 'yesterday' }] } })
    const link = await (await page.client.link.watch()).next()
    expect(link.value).toMatchObject({ snapshot: { lastDataAt: expect.any(Number) } })
    await eventually(() => true)
  })
})
