/** What owners allow, as the gateway keeps to it: how many sessions, and whether the last minute is kept. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { recentHeaders, recentPath } from '../../native/contract/media-wire.ts'
import { startMediaServer } from '../../native/media/media-server.ts'
import { defaultSharedStreamLimits } from '../../native/media/shared-stream.ts'
import { manualClock } from './media-clock.ts'
import { createSender, hex, sets, slice } from './media-rtp-packets.ts'
import { describe264, openScriptedCamera, type ScriptedCamera, withBody } from './media-scripted-camera.ts'
import { openPage, pageOrigin } from './media-wire-client.ts'
import { eventually, silent } from './support.ts'

async function setUp() {
  const clock = manualClock()
  const keyWishes: string[] = []
  const uses: string[] = []
  const server = await startMediaServer({
    port: 0,
    token: 'token',
    allowedOrigins: [pageOrigin],
    clock,
    random: () => 0,
    log: silent,
    onUse: ({ watchId, viewers }) => uses.push(`${watchId}: ${viewers}`),
    onKeyWanted: (watchId) => keyWishes.push(watchId),
  })
  onTestFinished(() => server.close())
  const page = await openPage({ origin: `http://127.0.0.1:${server.port}`, token: 'token' })
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, {
      ...init,
      headers: { Origin: pageOrigin, Authorization: 'Bearer token' },
    })
  /** Once the watch has no viewer, lets its session end. */
  const abandoned = async (watchId: string) => {
    await eventually(() => uses.at(-1) === `${watchId}: 0`)
    await clock.advance(defaultSharedStreamLimits.linger)
  }
  return { clock, server, page, get, keyWishes, abandoned }
}

const plays = (camera: ScriptedCamera) => eventually(() => camera.requests.some(({ method }) => method === 'PLAY'))
const sourceOf = (camera: ScriptedCamera) => ({ kind: 'rtsp', url: camera.url, credentials: null }) as const

/** Sends pictures of one camera, a fifteenth of a second apart by its own time. */
function painter(camera: ScriptedCamera) {
  const sender = createSender([{ together: 1, piece: 0 }])
  let timestamp = 0
  return (key: boolean, version: 0 | 1 = 0) => {
    const nals = [...(key ? sets[version] : []), slice(key, true, new Uint8Array(9).fill(0x90))]
    for (const packet of sender.send(nals, (timestamp += 6_000), true)) camera.send(packet)
  }
}

describe('sessions over an owner’s budget', () => {
  test('say so, and begin by themselves when one is free; tiles of one source count once, other owners not at all', async () => {
    const { server, page, abandoned } = await setUp()
    const cameras = [await openScriptedCamera(), await openScriptedCamera(), await openScriptedCamera()] as const
    const terms = { owner: 'public-security', mostSessions: 1, mayKeep: false }
    server.grant('w0', sourceOf(cameras[0]), terms)
    server.grant('w1', sourceOf(cameras[1]), terms)
    server.grant('w2', sourceOf(cameras[2]), { ...terms, owner: 'land-bureau' })
    page.ask({ type: 'open', stream: 0, watchId: 'w0' })
    page.ask({ type: 'open', stream: 10, watchId: 'w0' })
    await plays(cameras[0])
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    page.ask({ type: 'open', stream: 2, watchId: 'w2' })
    await plays(cameras[2])
    await eventually(() => page.states(1).includes('failed: budget'))
    expect(cameras[1].requests).toEqual([])
    for (const stream of [0, 10]) page.ask({ type: 'close', stream })
    await abandoned('w0')
    await plays(cameras[1])
    expect(page.states(1)).toEqual(['failed: budget', 'connecting'])
    painter(cameras[1])(true)
    await eventually(() => page.states(1).at(-1) === 'playing')
  })

  test('do not wait for a camera that is away', async () => {
    const { server, page } = await setUp()
    const camera = await openScriptedCamera()
    const terms = { owner: 'civil-defense', mostSessions: 1, mayKeep: false }
    server.grant('away', { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/', credentials: null }, terms)
    server.grant('here', sourceOf(camera), terms)
    page.ask({ type: 'open', stream: 1, watchId: 'away' })
    page.ask({ type: 'open', stream: 2, watchId: 'here' })
    await plays(camera)
    expect(page.states(1)).toContain('failed: unreachable')
  })
})

describe('the last minute', () => {
  const kept = { owner: 'land-bureau', mostSessions: null, mayKeep: true }

  test('is had as a file from the key frame before, for as long as the stream is watched', async () => {
    const { clock, server, page, get, abandoned } = await setUp()
    const camera = await openScriptedCamera()
    server.grant('w1', sourceOf(camera), kept)
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    await plays(camera)
    const paint = painter(camera)
    const began = clock.now()
    for (const [index, key] of [true, false, true, false, false].entries()) {
      paint(key)
      await eventually(() => page.units.length === index + 1)
      await clock.advance(1_000)
    }
    const answer = await get(recentPath('w1', began + 3_000, began + 3_500))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('video/mp4')
    expect(Object.values(recentHeaders).map((name) => answer.headers.get(name))).toEqual([
      String(began + 2_000),
      String(began + 3_000),
      'avc1.640016',
    ])
    expect(answer.headers.get('access-control-expose-headers')).toContain(recentHeaders.from)
    const file = Buffer.from(await answer.arrayBuffer())
    expect(file.toString('latin1', 4, 8)).toBe('ftyp')
    expect((await get(recentPath('w1', began, began + 9_000), { method: 'HEAD' })).headers.get('content-length')).toBe(
      String((await (await get(recentPath('w1', began, began + 9_000))).arrayBuffer()).byteLength),
    )
    page.ask({ type: 'close', stream: 1 })
    await abandoned('w1')
    expect((await get(recentPath('w1', began, began + 9_000))).status).toBe(404)
  })

  test('is forgotten with the last watch of it: at once for whoever had it, and for all when its session ends', async () => {
    const { clock, server, page, get } = await setUp()
    const camera = await openScriptedCamera()
    server.grant('w1', sourceOf(camera), kept)
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    await plays(camera)
    painter(camera)(true)
    await eventually(() => page.units.length === 1)
    const all = (watchId: string) => recentPath(watchId, 0, clock.now())
    expect((await get(all('w1'))).status).toBe(200)
    server.revoke('w1')
    expect((await get(all('w1'))).status).toBe(404)
    await clock.advance(defaultSharedStreamLimits.linger)
    await eventually(() => camera.requests.at(-1)?.method === 'TEARDOWN')
    server.grant('w2', sourceOf(camera), kept)
    page.ask({ type: 'open', stream: 2, watchId: 'w2' })
    await eventually(() => camera.requests.filter(({ method }) => method === 'PLAY').length === 2)
    expect((await get(all('w2'))).status).toBe(404)
  })

  test('is not kept where the owner forbids it, and no longer when the owner forbids it from now on', async () => {
    const { clock, server, page, get } = await setUp()
    const camera = await openScriptedCamera()
    server.grant('w1', sourceOf(camera))
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    await plays(camera)
    const paint = painter(camera)
    paint(true)
    await eventually(() => page.units.length === 1)
    const all = (watchId: string) => recentPath(watchId, 0, clock.now())
    expect((await get(all('w1'))).status).toBe(403)
    const other = await openScriptedCamera()
    server.grant('w2', sourceOf(other), kept)
    page.ask({ type: 'open', stream: 2, watchId: 'w2' })
    await plays(other)
    painter(other)(true)
    await eventually(() => page.units.length === 2)
    expect((await get(all('w2'))).status).toBe(200)
    server.grant('w3', sourceOf(other), { ...kept, mayKeep: false })
    expect([(await get(all('w2'))).status, (await get(all('w3'))).status]).toEqual([404, 403])
  })

  test.each([
    ['another watch', recentPath('w9', 0, 1), 404],
    ['no time', '/recent/w1.mp4', 404],
    ['a time that is none', '/recent/w1.mp4?from=-1&to=x', 404],
    ['another name', '/recent/w1.webm?from=0&to=1', 404],
  ])('of %s is not had', async (_name, path, status) => {
    const { get } = await setUp()
    expect((await get(path)).status).toBe(status)
  })
})

test('a page without WebCodecs is given fragmented MP4, from its head again whenever the pictures begin again or change', async () => {
  const { server, page, keyWishes } = await setUp()
  const camera = await openScriptedCamera()
  server.grant('w1', sourceOf(camera))
  page.ask({ type: 'open', stream: 1, watchId: 'w1', as: 'fmp4' })
  page.ask({ type: 'open', stream: 2, watchId: 'w1', as: 'annex-b' })
  await plays(camera)
  const paint = painter(camera)
  paint(true)
  paint(false)
  paint(true, 1)
  const unitsOf = (stream: number) => page.units.filter((unit) => unit.stream === stream)
  await eventually(() => unitsOf(1).length === 3 && unitsOf(2).length === 3)
  const configs = (stream: number) =>
    page.notices.flatMap((notice) => (notice.type === 'config' && notice.stream === stream ? notice : []))
  expect(configs(1).map(({ codec, width }) => [codec, width])).toEqual([
    ['avc1.640016', 640],
    ['avc1.4D400C', 350],
  ])
  for (const { initialisation = '' } of configs(1))
    expect(Buffer.from(initialisation, 'base64').toString('latin1', 4, 8)).toBe('ftyp')
  expect(configs(2).every(({ initialisation }) => initialisation === undefined)).toBe(true)
  for (const unit of unitsOf(1)) expect(Buffer.from(unit.data).toString('latin1', 4, 8)).toBe('moof')
  expect(unitsOf(1).map(({ key, timestamp, receivedAt }) => [key, timestamp, receivedAt])).toEqual(
    unitsOf(2).map(({ key, timestamp, receivedAt }) => [key, timestamp, receivedAt]),
  )
  page.ask({ type: 'refresh', stream: 1 })
  await eventually(() => configs(1).length === 3)
  expect(keyWishes).toEqual(['w1'])
})

test('a camera that comes back with another codec is played on, and the page is told before the first picture of it', async () => {
  const { clock, server, page } = await setUp()
  let description = describe264
  const camera = await openScriptedCamera({ DESCRIBE: () => withBody('200 OK', description) })
  server.grant('w1', sourceOf(camera), { owner: 'land-bureau', mostSessions: 1, mayKeep: true })
  page.ask({ type: 'open', stream: 1, watchId: 'w1' })
  await plays(camera)
  painter(camera)(true)
  await eventually(() => page.units.length === 1)
  description = 'v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\na=control:track1\r\n'
  camera.socket().resetAndDestroy()
  await eventually(() => page.states(1).includes('failed: closed-by-camera'))
  await clock.advance(500)
  await eventually(() => camera.requests.filter(({ method }) => method === 'PLAY').length === 2)
  // x265's sets for 640x360, and the first bytes of a key picture.
  const nals = [
    '40010c01ffff01600000030090000003000003003f959409',
    '42010101600000030090000003000003003fa005020171f2e595952930bc05a020000003002000000301e1',
    '4401c073c189',
    '2601af0811223344',
  ]
  const packets = createSender([{ together: 1, piece: 0 }]).send(nals.map(hex), 1, true)
  for (const packet of packets) camera.send(packet)
  await eventually(() => page.units.length === 2)
  const configs = page.notices.flatMap((notice) => (notice.type === 'config' ? notice.codec : []))
  expect(configs).toEqual(['avc1.640016', 'hvc1.1.6.L63.90'])
  expect(page.states(1).slice(-2)).toEqual(['connecting: closed-by-camera', 'playing'])
  // A file has one codec: that of the time asked for.
  const recent = await server.recent('w1', 0, clock.now())
  expect(recent).toMatchObject({ outcome: 'clip', pictures: 1, format: { codec: 'avc1.640016' } })
})
