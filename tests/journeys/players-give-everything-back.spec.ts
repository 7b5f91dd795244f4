/** Ten thousand players are opened and closed, some with pictures: nothing is left in the page, the gateway, or at the camera. */
import { expect, type Page, test } from '@playwright/test'
import { build } from 'esbuild'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { findStills } from '../../native/cameras/still-source.ts'
import { createStillPictures } from '../../native/cameras/still-pictures.ts'
import { resolveSource } from '../../native/cameras/resolve-source.ts'
import { createWatches } from '../../native/cameras/watches.ts'
import { systemClock as clock } from '../../native/clock.ts'
import type { WatchRequest } from '../../native/contract/camera.ts'
import { startMediaGateway } from '../../native/media/media-gateway.ts'
import { openCameraPark } from '../district/cameras/camera-park.ts'
import type { PlayersPage } from './players/page.ts'

declare const players: PlayersPage

const log = pino({ level: 'silent' })
const chen = { id: 'chen' }

/** The native side of watching as it is, and a page of players in front of it. */
async function openStage() {
  await using opening = new AsyncDisposableStack()
  const park = await openCameraPark({
    ...{ host: '127.0.0.1', seed: 3, discoveryPort: null, log: () => {}, signal: new AbortController().signal },
    cacheFolder: new URL('../../build/out/camera-clips', import.meta.url).pathname,
    count: { 'public-security': 0, 'land-bureau': 1, 'civil-defense': 0 },
  })
  opening.defer(() => park.close())
  const entry = new URL('./players/page.ts', import.meta.url).pathname
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: 'iife' })
  const script = outputFiles[0]?.text ?? ''

  const server = createServer((request, response) => {
    const answer = answers[request.url ?? '']
    if (request.url === '/') response.setHeader('Content-Type', 'text/html')
    if (!answer) return void response.writeHead(404).end()
    readBody(request)
      .then(answer)
      .then((text) => response.end(text))
      .catch(() => response.writeHead(500).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opening.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const workerUrl = new URL('../../native/media/media-worker.ts', import.meta.url)
  const gateway = await startMediaGateway({ workerUrl, allowedOrigins: [origin], log, clock })
  opening.defer(() => gateway.close())
  const viewers = new Map<string, number>()
  gateway.uses.subscribe((use) => viewers.set(use.watchId, use.viewers))
  const findCamera = (id: string) => park.cameras.find((camera) => camera.id === id) ?? null
  let granted = 0
  const watches = createWatches({
    ...{ findCamera, gateway, clock, recordAudit: () => {}, newId: () => `watch-${(granted += 1)}` },
    resolve: (camera, profile, signal) => resolveSource(camera, profile, { signal, clock, log }),
  })
  opening.defer(() => watches.close())
  const find = (...[camera, profile, signal]: Parameters<Parameters<typeof createStillPictures>[0]['find']>) =>
    findStills(camera, profile, { signal, clock, log })
  const stills = createStillPictures({ watches, findCamera, find, clock })
  opening.defer(() => stills.close())

  const answers: Record<string, (body: unknown) => unknown> = {
    '/': () => '<!doctype html><meta charset="utf-8"><body><script src="/page.js"></script>',
    '/page.js': () => script,
    '/gateway': () => JSON.stringify(gateway.access),
    '/watch': async (body) => JSON.stringify(await watches.watch(chen, body as WatchRequest)),
    '/unwatch': (watchId) => JSON.stringify(watches.unwatch(String(watchId)) ?? null),
    '/still': async (watchId) => JSON.stringify(await stills.take(String(watchId))),
  }
  const closing = opening.move()
  return {
    origin,
    watches,
    cameraId: park.cameras[0]?.id ?? '',
    /** What native still holds for pages. */
    held: () => ({
      watches: Array.from({ length: granted }, (_, index) => `watch-${index + 1}`).filter((id) => watches.cameraOf(id))
        .length,
      viewers: [...viewers.values()].reduce((sum, count) => sum + count, 0),
      sessions: park.viewers().length,
    }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += String(piece)
  return text === '' ? null : JSON.parse(text)
}

/** Bytes of script objects, and nodes and listeners of the document, after a collection. */
async function memoryOf(page: Page) {
  const session = await page.context().newCDPSession(page)
  for (let turn = 0; turn < 3; turn += 1) await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
  await session.detach()
  return { usedSize, nodes, jsEventListeners }
}

const nothing = { decoders: 0, tracks: 0, sources: 0, sockets: 0, frameCallbacks: 0, timers: 0 }
const heldIn = (page: Page) => page.evaluate(() => players.held())

test('ten thousand players are opened and closed, and nothing is left of them', async ({ page }) => {
  // Half a minute of processor time: more on the clock where others work too.
  test.setTimeout(150_000)
  await using stage = await openStage()
  await page.goto(stage.origin)
  const { watchId } = await stage.watches.watch(chen, { cameraId: stage.cameraId, profile: 'sub', reason: null })
  const turnOver = (count: number, waitEvery: number) =>
    page.evaluate((given) => players.turnOver(...given), [watchId, count, waitEvery] as const)

  await turnOver(200, 25)
  await expect.poll(() => heldIn(page)).toEqual(nothing)
  const before = await memoryOf(page)

  const { waited, shown } = await turnOver(10_000, 1000)
  expect(shown).toBe(waited)
  const watched = await page.evaluate((id) => players.watchOver(id, 60), stage.cameraId)
  expect(watched).toBe(6)
  stage.watches.unwatch(watchId)

  await expect.poll(() => heldIn(page)).toEqual(nothing)
  await expect.poll(() => stage.held()).toEqual({ watches: 0, viewers: 0, sessions: 0 })
  const after = await memoryOf(page)
  expect(after.usedSize - before.usedSize).toBeLessThan(1_500_000)
  expect(after.nodes - before.nodes).toBeLessThan(50)
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(50)
})
