import { createServer } from 'node:net'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../native/clock.ts'
import type { MediaAccess } from '../../native/contract/camera.ts'
import { startMediaGateway } from '../../native/media/media-gateway.ts'
import type { WatchUse } from '../../native/media/media-server.ts'
import { manualClock } from './media-clock.ts'
import { createSender, sets, slice } from './media-rtp-packets.ts'
import { openScriptedCamera, type ScriptedCamera } from './media-scripted-camera.ts'
import { openPage, type Page, pageOrigin } from './media-wire-client.ts'
import { eventually } from './support.ts'

async function setUp(workerUrl: URL, clock = systemClock) {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) })
  const gateway = await startMediaGateway({ workerUrl, allowedOrigins: [pageOrigin], log, clock })
  onTestFinished(() => gateway.close())
  const uses: WatchUse[] = []
  gateway.uses.subscribe((use) => uses.push(use))
  return { gateway, lines, uses }
}

const worker = new URL('../../native/media/media-worker.ts', import.meta.url)
const dyingWorker = new URL('media-dying-worker.ts', import.meta.url)

function sendPicture(camera: ScriptedCamera): void {
  const sender = createSender([{ together: 1, piece: 0 }])
  const nals = [...sets[0], slice(true, true, new Uint8Array(9))]
  for (const packet of sender.send(nals, 1, true)) camera.send(packet)
}

/** Connects as soon as the gateway listens again. */
async function openPageAgain(access: MediaAccess): Promise<Page> {
  for (;;) {
    const page = await openPage(access).catch(() => null)
    if (page) return page
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('a granted camera plays from a thread of its own, until it is revoked', async () => {
  const { gateway, uses, lines } = await setUp(worker)
  const camera = await openScriptedCamera()
  await gateway.grant('w1', { kind: 'rtsp', url: camera.url, credentials: { user: 'u', password: 'hidden-word' } })
  const page = await openPage(gateway.access)
  page.ask({ type: 'open', stream: 1, watchId: 'w1' })
  await eventually(() => camera.requests.some(({ method }) => method === 'PLAY'))
  sendPicture(camera)
  await eventually(() => page.units.length === 1)
  gateway.revoke('w1')
  gateway.revoke('w1')
  await eventually(() => page.states(1).includes('failed: unknown-watch'))
  await eventually(() => uses.length > 0)
  expect(uses[0]).toEqual({ watchId: 'w1', viewers: 1 })
  await eventually(() => lines.some((line) => line.includes('RTSP session plays')))
  expect(lines.join('')).not.toMatch(/hidden-word|channel=1/)
  expect(lines.join('')).not.toContain(gateway.access.token)
})

test('a worker that dies comes back at the same place with the same watches', async () => {
  const clock = manualClock()
  const { gateway, uses, lines } = await setUp(dyingWorker, clock)
  const camera = await openScriptedCamera()
  const source = { kind: 'rtsp', url: camera.url, credentials: null } as const
  await gateway.grant('w1', source)
  const page = await openPage(gateway.access)
  page.ask({ type: 'open', stream: 1, watchId: 'w1' })
  await eventually(() => uses.length === 1)
  const access = gateway.access
  await gateway.grant('die', source)
  gateway.revoke('die')
  await page.closed
  await eventually(() => uses.length === 2)
  expect(uses).toEqual([
    { watchId: 'w1', viewers: 1 },
    { watchId: 'w1', viewers: 0 },
  ])
  await gateway.grant('w2', source)
  await eventually(() => lines.some((line) => line.includes('started again')))
  await clock.advance(1_000)
  const back = await openPageAgain(access)
  expect(gateway.access).toEqual(access)
  for (const stream of [1, 2]) back.ask({ type: 'open', stream, watchId: `w${stream}` })
  await eventually(() => back.states(1).includes('connecting') && back.states(2).includes('connecting'))
})

test('a port that is taken while the worker is away is waited for', async () => {
  const clock = manualClock()
  const { gateway, lines } = await setUp(dyingWorker, clock)
  const port = Number(new URL(gateway.access.origin).port)
  await gateway.grant('die', { kind: 'hls', url: 'http://127.0.0.1:1/', credentials: null })
  gateway.revoke('die')
  await eventually(() => lines.some((line) => line.includes('started again')))
  const thief = createServer()
  await new Promise<void>((resolve) => thief.listen(port, '127.0.0.1', resolve))
  await clock.advance(1_000)
  await eventually(() => lines.some((line) => line.includes('cannot start')))
  await new Promise((resolve) => thief.close(resolve))
  await clock.advance(2_000)
  await openPageAgain(gateway.access)
})

test('a worker that cannot be started says so', async () => {
  const log = pino({ level: 'silent' })
  const options = { allowedOrigins: [], log, clock: systemClock }
  await expect(
    startMediaGateway({ ...options, workerUrl: new URL('no-such-worker.ts', import.meta.url) }),
  ).rejects.toThrow('ended before it listened')
})

test('what a watch showed is read from the thread as a file, and its camera is asked for key frames by another way', async () => {
  const { gateway } = await setUp(worker)
  const camera = await openScriptedCamera()
  let keyRequests = 0
  const source = { kind: 'rtsp', url: camera.url, credentials: null } as const
  const terms = { owner: 'land-bureau', mostSessions: null, mayKeep: true }
  await gateway.grant('w1', source, { terms, requestKeyFrame: () => (keyRequests += 1) })
  const page = await openPage(gateway.access)
  page.ask({ type: 'open', stream: 1, watchId: 'w1' })
  await eventually(() => camera.requests.some(({ method }) => method === 'PLAY'))
  const before = Date.now()
  sendPicture(camera)
  await eventually(() => page.units.length === 1)
  const recent = await gateway.recent('w1', before, Date.now())
  expect(recent).toMatchObject({ outcome: 'clip', pictures: 1, from: page.units[0]?.receivedAt })
  expect(recent.outcome === 'clip' && Buffer.from(recent.file).includes('moof')).toBe(true)
  expect(await gateway.recent('w2', before, Date.now())).toEqual({ outcome: 'nothing' })
  await eventually(() => keyRequests === 1)
})

test('what is being read from a worker that dies is nothing', async () => {
  const { gateway } = await setUp(dyingWorker, manualClock())
  const source = { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/', credentials: null } as const
  const dying = gateway.grant('die', source)
  const reading = gateway.recent('w1', 0, 1)
  gateway.revoke('die')
  expect(await reading).toEqual({ outcome: 'nothing' })
  await dying
  expect(await gateway.recent('w1', 0, 1)).toEqual({ outcome: 'nothing' })
})
