/** The native program as the shell hosts it: the bundle itself, in a process of its own, on the pinned Node. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { bundleNative } from '../../build/electron-bundle.ts'
import { temporaryFolder } from './support.ts'

const out = new URL('../../build/out', import.meta.url).pathname
let folder: string

beforeAll(async () => {
  mkdirSync(out, { recursive: true })
  // Below the root, where the database's package is found.
  folder = mkdtempSync(join(out, 'unit-native-'))
  await bundleNative(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Message = { type?: string; frame?: string; mediaOrigin?: string; code?: string; chinese?: string }

/** Starts the bundle; `next` resolves with the next message that fits. */
async function start() {
  const heard: Message[] = []
  const child: ChildProcess = fork(new URL('./electron-parent-port.mjs', import.meta.url), [join(folder, 'child.js')], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  onTestFinished(() => void child.kill('SIGKILL'))
  let wake = () => undefined as void
  child.on('message', (message: Message) => (heard.push(message), wake()))
  const next = async (fits: (message: Message) => unknown): Promise<Message> => {
    for (;;) {
      const index = heard.findIndex((message) => fits(message))
      if (index >= 0) return heard.splice(index, 1)[0]!
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  await next(({ type }) => type === 'loaded')
  return { child, ended, next }
}

function configuration(): string {
  const data = temporaryFolder()
  const file = join(data, 'configuration.json')
  writeFileSync(join(data, 'token'), 'a-token', { mode: 0o600 })
  const hub = { url: 'https://127.0.0.1:9', workstation: 'SZ-02', tokenFile: 'token' }
  writeFileSync(file, JSON.stringify({ hub, dataFolder: join(data, 'data') }))
  return file
}

const open = (configurationFile: string, databaseKey: string | null) => ({
  type: 'open',
  configurationFile,
  allowedOrigins: ['console://app'],
  databaseKey,
})

test('it opens the database, says where media is, answers a page, survives what is no message, and closes', async () => {
  const { child, ended, next } = await start()
  child.send(open(configuration(), 'ab'.repeat(32)))
  const ready = await next(({ type }) => type === 'ready' || type === 'failed')
  expect(ready.mediaOrigin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)

  child.send({ type: 'page' })
  const call = (id: string) => child.send({ frame: JSON.stringify({ i: id, p: { u: '/link/retry', b: {} } }) })
  call('1')
  expect(JSON.parse((await next(({ frame }) => frame)).frame!)).toEqual({ i: '1', p: { b: { json: null } } })
  for (const junk of ['', '{', 'null', '7', '{"i":"2","p":null}', '{"i":"2","p":{"u":":::"}}'])
    child.send({ frame: junk })
  child.send({ type: 'suspend' })
  child.send({ type: 'resume' })
  call('3')
  expect(JSON.parse((await next(({ frame }) => frame?.includes('"3"'))).frame!)).toEqual({
    i: '3',
    p: { b: { json: null } },
  })

  child.send({ type: 'close' })
  expect(await ended).toBe(0)
})

test('a start that cannot succeed says why in the words for the screen, and ends', async () => {
  const { child, ended, next } = await start()
  child.send(open('/nowhere/configuration.json', null))
  expect(await next(({ type }) => type === 'failed')).toMatchObject({
    code: 'configuration',
    chinese: expect.stringContaining('读不到') as string,
  })
  expect(await ended).toBe(1)
})

test('the key that the system keeps opens what it closed; another one is refused and changes nothing', async () => {
  const file = configuration()
  const run = async (key: string | null) => {
    const { child, ended, next } = await start()
    child.send(open(file, key))
    const message = await next(({ type }) => type === 'ready' || type === 'failed')
    if (message.type === 'ready') child.send({ type: 'close' })
    await ended
    return message.code ?? message.type
  }
  expect(await run('ab'.repeat(32))).toBe('ready')
  expect(await run('cd'.repeat(32))).toBe('wrong-key')
  expect(await run(null)).toBe('key-missing')
  expect(await run('ab'.repeat(32))).toBe('ready')
})
