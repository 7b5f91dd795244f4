/** A page in the shell speaks through the shell to a kiosk that runs by itself: real sockets, real ports, the real contract client. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { implement } from '@orpc/server'
import type { MessagePortMain } from 'electron'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { attachNative, readAttachAddress } from '../../electron/attach.ts'
import { contract, type Contract } from '../../native/contract/contract.ts'
import { type Kiosk, startKiosk } from '../../native/kiosk/kiosk-server.ts'
import { eventually, silent, temporaryFolder } from './support.ts'
import { writeFileSync } from 'node:fs'

const media = 'http://127.0.0.1:45678'
const soon = () => AbortSignal.timeout(5_000)
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** How many topics the serving side has open. */
let open = 0
const os = implement(contract.link)
const link = os.router({
  watch: os.watch.handler(async function* ({ signal }) {
    open += 1
    try {
      yield { kind: 'snapshot', sequence: 1, snapshot: { phase: 'online' } } as never
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    } finally {
      open -= 1
    }
  }),
  retry: os.retry.handler(() => null),
})

async function kiosk(allowedOrigins = ['console://app'], port = 0) {
  const rendererFolder = temporaryFolder()
  writeFileSync(`${rendererFolder}/index.html`, '<!doctype html>')
  const addresses: string[] = []
  const started = await startKiosk({
    port,
    rendererFolder,
    allowedOrigins,
    log: silent,
    onAddress: (address) => addresses.push(address),
  })
  started.serve({ router: { link }, mediaOrigin: media } as unknown as Parameters<Kiosk['serve']>[0])
  closers.push(() => started.close())
  return { started, address: addresses[0]! }
}

/** Node's port in the shape of the main process's. */
function asMain(port: MessagePort): MessagePortMain {
  const shape = {
    on: (event: string, listener: (event: { data: unknown }) => void) =>
      port.on(event as 'message', (data) => listener({ data })),
    once: (event: string, listener: () => void) => port.once(event as 'close', listener),
    postMessage: (data: unknown) => port.postMessage(data),
    start: () => port.start(),
    close: () => port.close(),
  }
  return shape as unknown as MessagePortMain
}

function attach(address: string) {
  const known: string[] = []
  const native = attachNative(readAttachAddress(address)!, silent, (origin) => known.push(origin))
  closers.push(() => native.close())
  return { native, known }
}

function channel() {
  const { port1, port2 } = new MessageChannel()
  closers.push(async () => port2.close())
  const closed = new Promise<string>((resolve) => port2.once('close', () => resolve('closed')))
  return { main: asMain(port1), port: port2, closed }
}

test.each([
  ['http://127.0.0.1:4000/#/enter/a-B_9', { origin: 'http://127.0.0.1:4000', ticket: 'a-B_9' }],
  ['http://127.0.0.1:4000/', null],
  ['http://localhost:4000/#/enter/abc', null],
  ['https://127.0.0.1:4000/#/enter/abc', null],
  ['http://127.0.0.1.example.com/#/enter/abc', null],
  ['http://somebody@127.0.0.1:4000/#/enter/abc', null],
  ['http://127.0.0.1:4000/x#/enter/abc', null],
  ['http://127.0.0.1:4000/#/enter/a/b', null],
  ['nothing', null],
])('%s', (text, address) => expect(readAttachAddress(text)).toEqual(address))

test('calls and topics pass unchanged, several pages share one ticket, and a page that goes closes its topics', async () => {
  const { address } = await kiosk()
  const { native, known } = attach(address)
  expect(await native.mediaOrigin(soon())).toBe(media)
  const pages = [channel(), channel()]
  for (const { main } of pages) expect(await native.connect(main, soon())).toBe('connected')
  expect(known).toEqual([media])
  for (const { port } of pages) {
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port }))
    expect(await client.link.retry()).toBe(null)
    const topic = await client.link.watch()
    expect((await topic[Symbol.asyncIterator]().next()).value).toMatchObject({ kind: 'snapshot', sequence: 1 })
  }
  expect(open).toBe(2)
  for (const { port } of pages) port.close()
  await eventually(() => open === 0)
})

test('a page hears that the native program is gone; one started anew lets nobody in', async () => {
  const { started, address } = await kiosk()
  const { native } = attach(address)
  const page = channel()
  expect(await native.connect(page.main, soon())).toBe('connected')
  await started.close()
  expect(await page.closed).toBe('closed')
  const second = channel()
  expect(await native.connect(second.main, soon())).toBe('unreachable')
  expect(await second.closed).toBe('closed')

  await kiosk(['console://app'], Number(new URL(address).port))
  const answers: string[] = []
  // The kiosk says by closing the socket that it does not know the cookie: at the latest the next page is told.
  while (answers.at(-1) !== 'refused' && answers.length < 3) {
    const next = channel()
    answers.push(await native.connect(next.main, soon()))
    await next.closed
  }
  expect(answers.at(-1)).toBe('refused')
})

test('a used ticket, and a kiosk that does not expect the shell, refuse', async () => {
  const { address } = await kiosk()
  await attach(address).native.mediaOrigin(soon())
  expect(await attach(address).native.connect(channel().main, soon())).toBe('refused')
  const strict = await kiosk([])
  const { native, known } = attach(strict.address)
  expect(await native.connect(channel().main, soon())).toBe('refused')
  expect(await native.mediaOrigin(soon())).toBe(null)
  expect(known).toEqual([])
})
