/** Streams tell how cameras are: from the gateway's thread or server to the health board and the camera's log. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCameraLog } from '../../native/cameras/camera-log.ts'
import { createHealthRound } from '../../native/cameras/health-round.ts'
import { tellHealthOfStreams } from '../../native/cameras/stream-health.ts'
import type { HealthReason } from '../../native/contract/camera-health.ts'
import type { Camera, CameraRow } from '../../native/contract/camera.ts'
import type { StreamTrouble } from '../../native/contract/media-wire.ts'
import { openDatabase } from '../../native/database/open.ts'
import { startMediaGateway } from '../../native/media/media-gateway.ts'
import { retellMs, startMediaServer, type WatchState } from '../../native/media/media-server.ts'
import { type MediaUnit, StreamFailure } from '../../native/media/media-unit.ts'
import { SharedStream, type StreamState } from '../../native/media/shared-stream.ts'
import { createEmitter } from '../../native/signal.ts'
import { manualClock } from './media-clock.ts'
import { createSender, sets, slice } from './media-rtp-packets.ts'
import { openScriptedCamera, type ScriptedCamera } from './media-scripted-camera.ts'
import { openPage, pageOrigin } from './media-wire-client.ts'
import { eventually, silent, temporaryFolder } from './support.ts'

const sourceOf = (camera: ScriptedCamera) => ({ kind: 'rtsp', url: camera.url, credentials: null }) as const

/** Sends one key picture after the other. */
function painter(camera: ScriptedCamera): () => void {
  const sender = createSender([{ together: 1, piece: 0 }])
  const nals = [...sets[0], slice(true, true, new Uint8Array(9))]
  let timestamp = 0
  return () => {
    for (const packet of sender.send(nals, (timestamp += 6_000), true)) camera.send(packet)
  }
}

describe('what streams tell of a camera', () => {
  /** Watches are named by their camera and a number: `c-1/1`. */
  function setUp() {
    const clock = manualClock()
    const states = createEmitter<WatchState>()
    const heard: string[] = []
    const stop = tellHealthOfStreams({
      ...{ states, clock },
      cameraOf: (watchId) => (watchId.startsWith('c-') ? { cameraId: watchId.split('/')[0] ?? '' } : null),
      hear: (cameraId, reason) => heard.push(`${cameraId}: ${reason ?? 'well'}`),
    })
    onTestFinished(stop)
    const tell = (watchId: string, state: StreamState['state'], trouble: StreamTrouble | null = null) =>
      states.emit({ watchId, state, trouble, at: clock.now() })
    return { clock, heard, tell, stop }
  }

  test.each<[StreamTrouble, HealthReason | null]>([
    ['unreachable', 'network'],
    ['no-media', 'network'],
    ['closed-by-camera', 'network'],
    ['unauthorized', 'credentials'],
    ['refused', 'answer'],
    ['unsupported', 'codec'],
    ['budget', 'budget'],
    ['overload', null],
    ['unknown-watch', null],
  ])('%s is told as %s', (trouble, reason) => {
    const { heard, tell } = setUp()
    tell('c-1/1', 'connecting')
    tell('c-1/1', 'failed', trouble)
    tell('c-1/1', 'connecting', trouble)
    tell('ended', 'failed', trouble)
    expect(heard).toEqual(reason ? [`c-1: ${reason}`] : [])
  })

  test('one of its streams that plays is enough, for as long as it says so', async () => {
    const { clock, heard, tell } = setUp()
    tell('c-1/1', 'playing')
    tell('c-1/2', 'failed', 'refused')
    tell('c-2/1', 'failed', 'refused')
    expect(heard).toEqual(['c-1: well', 'c-2: answer'])
    await clock.advance(20_000)
    tell('c-1/2', 'failed', 'refused')
    expect(heard.slice(2)).toEqual(['c-1: answer'])
    tell('c-1/1', 'playing')
    tell('c-1/1', 'stalled', 'no-media')
    expect(heard.slice(3)).toEqual(['c-1: well', 'c-1: network'])
  })

  test('that all is well is not said more often than it is of use, but at once after a failure', async () => {
    const { clock, heard, tell, stop } = setUp()
    for (let count = 0; count < 20; count += 1) {
      tell('c-1/1', 'playing')
      await clock.advance(1_000)
    }
    expect(heard).toEqual(['c-1: well', 'c-1: well'])
    tell('c-1/1', 'failed', 'unauthorized')
    tell('c-1/1', 'playing')
    expect(heard.slice(2)).toEqual(['c-1: credentials', 'c-1: well'])
    stop()
    tell('c-1/1', 'failed', 'unauthorized')
    expect(heard).toHaveLength(4)
  })
})

/** The stream of a camera `c` that the test plays by hand, the camera's health and its log. */
function setUpCamera() {
  const clock = manualClock()
  const states = createEmitter<WatchState>()
  const database = openDatabase(join(temporaryFolder(), 'console.db'), '11'.repeat(32))
  onTestFinished(() => void database.close())
  const cameraLog = createCameraLog(database, clock)
  const round = createHealthRound({
    cameras: () => [{ id: 'c', owner: 'land-bureau' } as CameraRow],
    find: (id) => (id === 'c' ? ({ id } as Camera) : null),
    look: () => expect.unreachable('the stream tells'),
    ...{ cameraLog, clock, random: () => 0.9 },
  })
  const stop = tellHealthOfStreams({ states, clock, hear: round.hear, cameraOf: () => ({ cameraId: 'c' }) })
  const sessions: { onUnit: (unit: MediaUnit) => void; fail: (error: Error) => void }[] = []
  const stream = new SharedStream({
    play: ({ signal, onUnit }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        sessions.push({ onUnit, fail: reject })
      }),
    ...{ clock, random: () => 0.5, log: silent, onIdle: () => {} },
    onState: (state) => states.emit({ watchId: 'w', ...state }),
  })
  onTestFinished(() => (stream.close(), stop(), round.close()))
  const format = { codec: 'avc1.640016', width: 640, height: 360 }
  /** So many seconds of pictures, one each, and what the gateway tells again of them. */
  const play = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      const receivedAt = clock.now()
      sessions.at(-1)?.onUnit({ key: true, timestamp: 0, receivedAt, data: new Uint8Array(1), format })
      if (second % 15 === 14) states.emit({ watchId: 'w', ...stream.state })
      await clock.advance(1_000)
    }
  }
  const fail = (trouble: StreamTrouble) => sessions.at(-1)?.fail(new StreamFailure(trouble, 'it failed'))
  /** For so many seconds the camera is away: nobody answers. */
  const away = async (seconds: number) => {
    fail('closed-by-camera')
    for (let second = 0, count = sessions.length; second < seconds; second += 1) {
      await clock.advance(1_000)
      if (sessions.length > count) fail('unreachable')
      count = sessions.length
    }
    // It is there again: the stream finds it by itself.
    for (const count = sessions.length; sessions.length === count;) await clock.advance(500)
  }
  const lines = () => cameraLog.read('c', null).map(({ kind, reason }) => `${kind}: ${reason}`)
  return { clock, play, away, health: () => round.list()[0], lines: () => lines().toReversed(), sessions }
}

describe('a camera that is watched', () => {
  test('is online while it plays, down since it fell silent, and online again', async () => {
    const { clock, play, away, health, lines } = setUpCamera()
    await play(400)
    expect(health()).toMatchObject({ state: 'online', reason: null, source: 'stream' })
    const died = clock.now()
    await away(60)
    expect(health()).toMatchObject({ state: 'down', since: died, reason: 'network' })
    await play(10)
    expect(health()).toMatchObject({ state: 'unstable', reason: 'network' })
    await play(30)
    expect(health()).toMatchObject({ state: 'online', reason: null })
    expect(lines()).toEqual(['online: null', 'unstable: network', 'down: network', 'unstable: network', 'online: null'])
  })

  test('is unstable while it restarts every five seconds, and its log has one line of that', async () => {
    const { play, away, health, lines, sessions } = setUpCamera()
    await play(60)
    for (let count = 0; count < 60; count += 1) {
      await away(2)
      expect(health()?.state).toBe('unstable')
      await play(3)
      expect(health()?.state).toBe('unstable')
    }
    expect(lines()).toEqual(['online: null', 'unstable: network'])
    // It is found again within seconds each time, not later and later.
    expect(sessions.length).toBeGreaterThanOrEqual(121)
  })
})

describe('what the gateway tells', () => {
  async function setUp() {
    const clock = manualClock()
    const told: string[] = []
    const uses: string[] = []
    const server = await startMediaServer({
      ...{ port: 0, token: 'token', allowedOrigins: [pageOrigin], clock, random: () => 0, log: silent },
      onUse: ({ watchId, viewers }) => uses.push(`${watchId}: ${viewers}`),
      onState: ({ watchId, state, trouble }) => told.push(`${watchId} ${trouble ? `${state}: ${trouble}` : state}`),
    })
    onTestFinished(() => server.close())
    const origin = `http://127.0.0.1:${server.port}`
    const get = (path: string) =>
      fetch(origin + path, { headers: { Origin: pageOrigin, Authorization: 'Bearer token' } })
    return { clock, server, access: { origin, token: 'token' }, told, uses, get }
  }

  test('of each watch that somebody looks at: what changes, and what lasts again and again', async () => {
    const { clock, server, access, told, uses } = await setUp()
    const camera = await openScriptedCamera()
    for (const watchId of ['w1', 'w2', 'unseen']) server.grant(watchId, sourceOf(camera))
    const page = await openPage(access)
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    page.ask({ type: 'open', stream: 2, watchId: 'w2' })
    await eventually(() => camera.requests.some(({ method }) => method === 'PLAY'))
    const paint = painter(camera)
    paint()
    await eventually(() => told.length === 2)
    await clock.advance(2_000)
    expect(told).toEqual(['w1 playing', 'w2 playing', 'w1 stalled: no-media', 'w2 stalled: no-media'])
    paint()
    await eventually(() => told.length === 6)
    page.ask({ type: 'close', stream: 2 })
    await eventually(() => uses.at(-1) === 'w2: 0')
    camera.socket().resetAndDestroy()
    await eventually(() => told.length === 7)
    server.revoke('w1')
    await clock.advance(retellMs)
    expect(told.slice(4)).toEqual(['w1 playing', 'w2 playing', 'w1 failed: closed-by-camera'])
  })

  test('again and again of what lasts, through the thread too', async () => {
    const { clock, server, access, told } = await setUp()
    const terms = { owner: 'civil-defense', mostSessions: 0, mayKeep: false }
    server.grant('w1', { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/', credentials: null }, terms)
    const page = await openPage(access)
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    await eventually(() => told.length === 1)
    await clock.advance(2 * retellMs)
    expect(told).toEqual(['w1 failed: budget', 'w1 failed: budget', 'w1 failed: budget'])

    const workerUrl = new URL('../../native/media/media-worker.ts', import.meta.url)
    const gateway = await startMediaGateway({
      ...{ workerUrl, allowedOrigins: [pageOrigin], log: silent, clock: manualClock() },
    })
    onTestFinished(() => gateway.close())
    const heard: WatchState[] = []
    gateway.states.subscribe((state) => heard.push(state))
    await gateway.grant('w2', { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/', credentials: null }, { terms })
    const other = await openPage(gateway.access)
    other.ask({ type: 'open', stream: 1, watchId: 'w2' })
    await eventually(() => heard.length > 0)
    expect(heard[0]).toMatchObject({ watchId: 'w2', state: 'failed', trouble: 'budget' })
  })

  test('of HLS: segments that come, lists that fail, and lists that go on without a segment', async () => {
    const { clock, server, told, get } = await setUp()
    const answers = { list: 200, segment: 200 }
    const packager = createServer((request, response) => {
      const isList = request.url?.endsWith('.m3u8')
      response.statusCode = isList ? answers.list : answers.segment
      response.end(isList ? '#EXTM3U\n#EXTINF:1,\nseg1.ts\n' : 'segment')
    })
    await new Promise<void>((resolve) => packager.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void packager.close(() => packager.closeAllConnections()))
    const { port } = packager.address() as AddressInfo
    server.grant('w', { kind: 'hls', url: `http://127.0.0.1:${port}/index.m3u8`, credentials: null })
    const list = async () => await (await get('/hls/w/index.m3u8')).arrayBuffer()
    const segment = async () => await (await get('/hls/w/at/seg1.ts')).arrayBuffer()
    await list()
    expect(told).toEqual([])
    await segment()
    await eventually(() => told.length === 1)
    answers.segment = 404
    // A gap is none of the camera's troubles; that nothing but gaps comes is.
    for (let count = 0; count < 10; count += 1) {
      await list()
      await segment()
      await clock.advance(2_000)
    }
    expect(told).toEqual(['w playing'])
    await list()
    // Nobody looked for a while: what was not asked for is not missing.
    await clock.advance(60_000)
    await list()
    answers.list = 403
    await list()
    answers.list = 404
    await list()
    expect(told).toEqual(['w playing', 'w stalled: no-media', 'w failed: unauthorized', 'w failed: refused'])
  })
})
