/** The gateway on the district's cameras of three owners, healthy and not. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { resolveSource } from '../../native/cameras/resolve-source.ts'
import { systemClock } from '../../native/clock.ts'
import type { Camera } from '../../native/contract/camera.ts'
import type { MediaServer } from '../../native/media/media-server.ts'
import { startMediaServer } from '../../native/media/media-server.ts'
import { type MediaUnit, StreamFailure } from '../../native/media/media-unit.ts'
import { playRtsp } from '../../native/media/rtsp-session.ts'
import { type CameraPark, openCameraPark } from '../district/cameras/camera-park.ts'
import type { FaultKind } from '../district/cameras/faults.ts'
import { openPage, pageOrigin } from './media-wire-client.ts'
import { eventually, silent, temporaryFolder } from './support.ts'

const stopping = new AbortController()
let park: CameraPark
let server: MediaServer
const access = () => ({ origin: `http://127.0.0.1:${server.port}`, token: 'token' })

beforeAll(async () => {
  park = await openCameraPark({
    host: '127.0.0.1',
    seed: 5,
    cacheFolder: new URL('../../build/out/camera-clips', import.meta.url).pathname,
    count: { 'public-security': 4, 'land-bureau': 1, 'civil-defense': 2 },
    signal: stopping.signal,
    log: () => {},
    discoveryPort: null,
    start: 'last-key',
    h265: ['ps-003'],
    // Short, so that sessions live by what is done to keep them alive.
    sessionSeconds: 3,
  })
  server = await startMediaServer({
    port: 0,
    token: 'token',
    allowedOrigins: [pageOrigin],
    clock: systemClock,
    random: () => 0,
    log: silent,
    onUse: () => {},
  })
}, 120_000)
afterAll(async () => {
  await server.close()
  await park.close()
})
afterEach(() => park.cameras.forEach(({ id }) => park.fault(id, null)))

const find = (id: string): Camera => park.cameras.find((camera) => camera.id === id) ?? expect.unreachable(id)
const resolve = (camera: Camera, profile: 'main' | 'sub') =>
  resolveSource(camera, profile, { signal: stopping.signal, clock: systemClock, log: silent })

test('every camera with access units plays, main and sub, one slice a picture or several', async () => {
  const page = await openPage(access())
  const cameras = park.cameras.filter(({ source }) => source.kind !== 'hls')
  expect(cameras.map(({ owner }) => owner)).toEqual(
    expect.arrayContaining(['public-security', 'land-bureau', 'civil-defense']),
  )
  const streams = cameras.flatMap((camera) => (['main', 'sub'] as const).map((profile) => ({ camera, profile })))
  for (const [stream, { camera, profile }] of streams.entries()) {
    server.grant(`w${stream}`, await resolve(camera, profile))
    page.ask({ type: 'open', stream, watchId: `w${stream}` })
  }
  const unitsOf = (stream: number) => page.units.filter((unit) => unit.stream === stream)
  await eventually(() => streams.every((_, stream) => unitsOf(stream).length >= 5))
  for (const [stream, { camera, profile }] of streams.entries()) {
    const units = unitsOf(stream)
    expect(units[0]?.key).toBe(true)
    // 15 pictures a second by the camera's own clock, however late this machine is.
    const frames = units.map((unit) => (unit.timestamp - (units[0]?.timestamp ?? 0)) / 66_666.667)
    for (const frame of frames) expect(Math.abs(frame - Math.round(frame))).toBeLessThan(0.01)
    expect(frames).toEqual(frames.toSorted((a, b) => a - b))
    const size = profile === 'main' ? { width: 1280, height: 720 } : { width: 640, height: 360 }
    const codec: unknown = expect.stringMatching(camera.id === 'ps-003' ? /^hvc1\.1\.6\.L\d+/ : /^avc1\./)
    expect(page.notices).toContainEqual(expect.objectContaining({ type: 'config', stream, codec, ...size }))
  }
})

test.each(['ps-001', 'ps-003'])('the last seconds of %s are had as a file that every player opens', async (id) => {
  const terms = { owner: 'public-security', mostSessions: null, mayKeep: true }
  server.grant('kept', await resolve(find(id), 'sub'), terms)
  onTestFinished(() => server.revoke('kept'))
  const page = await openPage(access())
  page.ask({ type: 'open', stream: 1, watchId: 'kept' })
  let recent = await server.recent('kept', 0, Date.now())
  while (recent.outcome !== 'clip' || recent.pictures < 20) {
    await new Promise((resolve) => page.socket.once('message', resolve))
    recent = await server.recent('kept', 0, Date.now())
  }
  const file = join(temporaryFolder(), 'clip.mp4')
  writeFileSync(file, recent.file)
  const read = [
    '-v',
    'error',
    '-count_frames',
    '-show_entries',
    'stream=nb_read_frames,codec_name,width',
    '-of',
    'json',
  ]
  const { stdout, stderr } = await promisify(execFile)('ffprobe', [...read, file])
  expect(stderr).toBe('')
  expect((JSON.parse(stdout) as { streams: unknown[] }).streams).toEqual([
    { codec_name: id === 'ps-003' ? 'hevc' : 'h264', width: 640, nb_read_frames: String(recent.pictures) },
  ])
})

test.each(['ps-004', 'cd-001'])(
  'HLS of %s, with its credentials or token, comes through the gateway alone',
  async (id) => {
    const camera = find(id)
    expect(camera.source.kind).toBe('hls')
    server.grant('hls', await resolve(camera, 'main'))
    onTestFinished(() => server.revoke('hls'))
    const headers = { Origin: pageOrigin, Authorization: 'Bearer token' }
    const get = (path: string) => fetch(access().origin + path, { headers })
    const names = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    const main = await (await get('/hls/hls/index.m3u8')).text()
    const [nested = ''] = names(main)
    expect(nested).toMatch(/^\/hls\/hls\/at\//)
    const text = /\.m3u8/.test(nested) ? await (await get(nested)).text() : main
    const segment = await get(names(text).at(-1) ?? '')
    expect(segment.status).toBe(200)
    expect((await segment.arrayBuffer()).byteLength).toBeGreaterThan(1_000)
  },
)

test('a packager that starts late, leaves gaps and begins anew is passed on as it is', async () => {
  server.grant('hls', await resolve(find('cd-001'), 'main'))
  onTestFinished(() => server.revoke('hls'))
  const headers = { Origin: pageOrigin, Authorization: 'Bearer token' }
  const get = (path: string) => fetch(access().origin + path, { headers })
  const media = () => get('/hls/hls/at/hls/cd-001/sub.m3u8')
  park.fault('cd-001', 'late-playlist')
  const late = await get('/hls/hls/index.m3u8')
  expect([late.status, late.headers.get('x-stream-trouble')]).toEqual([502, 'refused'])
  park.fault('cd-001', 'gaps')
  const text = await (await media()).text()
  const statuses = await Promise.all(
    text.split('\n').flatMap((line) => (line.startsWith('/hls/') ? get(line).then(({ status }) => status) : [])),
  )
  expect(new Set(statuses)).toEqual(new Set([200, 404]))
  park.fault('cd-001', 'discontinuity')
  await expect.poll(async () => (await media()).text()).toContain('#EXT-X-DISCONTINUITY')
  park.fault('cd-001', 'window-jump')
  expect(Number(/SEQUENCE:(\d+)/.exec(await (await media()).text())?.[1])).toBeGreaterThanOrEqual(
    Number(/SEQUENCE:(\d+)/.exec(text)?.[1]) + 1_000_000,
  )
})

describe('a camera that fails', () => {
  const times = { answer: 400, noPacket: 500, noPicture: 2_000 }

  async function play(id: string, onUnit: (unit: MediaUnit) => void = () => {}): Promise<string> {
    const { url, credentials } = await resolve(find(id), 'sub')
    const options = { url, credentials, signal: stopping.signal, clock: systemClock, log: silent, times, onUnit }
    const error = await playRtsp(options).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StreamFailure)
    return (error as StreamFailure).trouble
  }

  test.each<[FaultKind, string[]]>([
    ['silent', ['unreachable']],
    ['unauthorized', ['unauthorized']],
    ['error-500', ['refused']],
    ['html', ['refused']],
    ['half-xml', ['closed-by-camera']],
    ['play-then-nothing', ['no-media']],
    ['reboot', ['unreachable', 'closed-by-camera']],
  ])('by %s', async (kind, troubles) => {
    park.fault('ps-001', kind)
    expect(troubles).toContain(await play('ps-001'))
  })

  test('while it plays', async () => {
    expect(await play('ps-002', () => park.fault('ps-002', 'silent'))).toBe('no-media')
    park.fault('ps-002', null)
    expect(['unreachable', 'closed-by-camera']).toContain(await play('ps-002', () => park.fault('ps-002', 'reboot')))
  })

  test('a nonce that runs out and an address that changes do not cost a picture', async () => {
    const page = await openPage(access())
    for (const [stream, id] of ['ps-001', 'lb-001'].entries()) {
      server.grant(id, await resolve(find(id), 'sub'))
      page.ask({ type: 'open', stream, watchId: id })
    }
    await eventually(() => page.states(0).includes('playing') && page.states(1).includes('playing'))
    park.renewNonce('ps-001')
    park.fault('lb-001', 'moved')
    const count = page.units.length
    await eventually(() => page.units.length > count + 100)
    expect([page.states(0), page.states(1)].map((states) => states.filter((state) => state !== 'connecting'))).toEqual([
      ['playing'],
      ['playing'],
    ])
    const times = page.units.filter((unit) => unit.stream === 1).map((unit) => unit.timestamp)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    for (const id of ['ps-001', 'lb-001']) server.revoke(id)
    // Whoever comes after the change is led there too.
    const { url, credentials } = await resolve(find('lb-001'), 'sub')
    const stop = new AbortController()
    const options = { url, credentials, signal: stop.signal, clock: systemClock, log: silent }
    await playRtsp({ ...options, onUnit: () => stop.abort(new Error('it plays')) }).catch((error: unknown) => {
      expect(error).toMatchObject({ message: 'it plays' })
    })
    park.renewNonce('ps-001')
  })

  test('a camera whose pictures change their size tells it with a key frame, in the same session', async () => {
    const page = await openPage(access())
    server.grant('resized', await resolve(find('ps-001'), 'main'))
    onTestFinished(() => server.revoke('resized'))
    page.ask({ type: 'open', stream: 1, watchId: 'resized' })
    const sizes = () => page.notices.flatMap((notice) => (notice.type === 'config' ? notice.width : []))
    await eventually(() => sizes().length === 1)
    park.fault('ps-001', 'resized')
    await eventually(() => sizes().length === 2)
    park.fault('ps-001', null)
    await eventually(() => sizes().length === 3)
    expect(sizes()).toEqual([1280, 640, 1280])
    expect(page.states(1)).toEqual(['connecting', 'playing'])
    expect(page.notices.some((notice) => notice.type === 'dropped')).toBe(false)
  })

  test('plays again by itself when it is well, and its neighbours never stop', async () => {
    const page = await openPage(access())
    for (const [stream, id] of ['ps-001', 'ps-002'].entries()) {
      server.grant(id, await resolve(find(id), 'sub'))
      page.ask({ type: 'open', stream, watchId: id })
    }
    await eventually(() => page.states(0).includes('playing') && page.states(1).includes('playing'))
    park.fault('ps-001', 'reboot')
    await eventually(() => page.states(0).filter((state) => state.startsWith('failed')).length >= 2)
    park.fault('ps-001', null)
    await eventually(() => page.states(0).at(-1) === 'playing')
    expect(page.states(1).slice(-1)).toEqual(['playing'])
    expect(page.states(1).filter((state) => state === 'playing')).toHaveLength(1)
  })
})
