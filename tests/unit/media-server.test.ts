import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../native/clock.ts'
import { type MediaServer, startMediaServer, type WatchUse } from '../../native/media/media-server.ts'
import { manualClock } from './media-clock.ts'
import { createSender, sets, slice } from './media-rtp-packets.ts'
import { openScriptedCamera } from './media-scripted-camera.ts'
import { openPage, pageOrigin } from './media-wire-client.ts'
import { eventually, silent } from './support.ts'

const token = 'a-token-of-this-start'

async function setUp(clock = systemClock) {
  const uses: WatchUse[] = []
  const server: MediaServer = await startMediaServer({
    port: 0,
    token,
    allowedOrigins: [pageOrigin, 'app://console'],
    clock,
    random: () => 0,
    log: silent,
    onUse: (use) => uses.push(use),
  })
  onTestFinished(() => server.close())
  const camera = await openScriptedCamera()
  const sender = createSender([{ together: 1, piece: 20_000 }])
  let timestamp = 0
  const picture = (key: boolean, bytes = 10) => {
    const nals = [...(key ? sets[0] : []), slice(key, true, new Uint8Array(bytes).fill(0x90))]
    for (const packet of sender.send(nals, (timestamp += 6_000), true)) camera.send(packet)
  }
  const plays = (sessions = 1) =>
    eventually(() => camera.requests.filter(({ method }) => method === 'PLAY').length === sessions)
  const access = { origin: `http://127.0.0.1:${server.port}`, token }
  const source = { kind: 'rtsp', url: camera.url, credentials: null } as const
  return { server, access, camera, picture, plays, source, uses }
}

describe('who may speak to the gateway', () => {
  test.each([
    ['an unknown origin', { origin: 'http://127.0.0.1:40123' }],
    ['no origin', { origin: undefined }],
    ['an opaque origin', { origin: 'null' }],
    ['no token', { protocols: ['media'] }],
    ['a wrong token', { protocols: ['media', 'another'] }],
    ['the token without the protocol', { protocols: [token] }],
    ['another path', { path: '/other' }],
    ['a name that leads to loopback', { headers: { Host: 'rebound.example' } }],
  ])('%s is refused', async (_name, visit) => {
    const { access } = await setUp()
    await expect(openPage(access, visit)).rejects.toThrow(/Unexpected server response: 40[134]/)
  })

  test('the pages it was told of are let in, and the token is not said back', async () => {
    const { access } = await setUp()
    const page = await openPage(access, { origin: 'app://console' })
    expect(page.socket.protocol).toBe('media')
  })
})

describe('the media wire', () => {
  test('two tiles of one camera share its session; the second starts from the last key frame', async () => {
    const { server, access, source, picture, plays, uses, camera } = await setUp()
    server.grant('w1', source)
    server.grant('w2', source)
    const page = await openPage(access)
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    await plays()
    picture(true)
    picture(false)
    await eventually(() => page.units.length === 2)
    expect(page.notices).toMatchObject([
      { type: 'state', state: 'connecting', trouble: null },
      { type: 'state', state: 'playing', trouble: null },
      { type: 'config', stream: 1, codec: 'avc1.640016', width: 640, height: 360 },
    ])
    const other = await openPage(access)
    other.ask({ type: 'open', stream: 7, watchId: 'w2' })
    await eventually(() => other.units.length === 2)
    expect(other.units.map(({ stream, key, timestamp }) => [stream, key, timestamp])).toEqual([
      [7, true, 0],
      [7, false, 66_667],
    ])
    expect(camera.requests.filter(({ method }) => method === 'PLAY')).toHaveLength(1)
    page.ask({ type: 'refresh', stream: 1 })
    await eventually(() => page.units.length === 4)
    expect(page.units.map(({ key }) => key)).toEqual([true, false, true, false])
    other.socket.close()
    await eventually(() => uses.length === 3)
    expect(uses).toEqual([
      { watchId: 'w1', viewers: 1 },
      { watchId: 'w2', viewers: 1 },
      { watchId: 'w2', viewers: 0 },
    ])
  })

  test('a watch that was not granted, or is no more, is refused', async () => {
    const { server, access, source, picture, plays } = await setUp()
    const page = await openPage(access)
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    await eventually(() => page.states(1).includes('failed: unknown-watch'))
    server.grant('w1', source)
    page.ask({ type: 'open', stream: 2, watchId: 'w1' })
    await plays()
    server.revoke('w1')
    await eventually(() => page.states(2).includes('failed: unknown-watch'))
    picture(true)
    page.ask({ type: 'close', stream: 9 })
    page.ask({ type: 'refresh', stream: 2 })
    page.ask({ type: 'open', stream: 3, watchId: 'w1' })
    await eventually(() => page.states(3).length > 0)
    expect(page.units).toEqual([])
  })

  test.each<[string, string | Buffer, number]>([
    ['no JSON', '{"type":', 1008],
    ['an unknown request', '{"type":"steal","stream":1}', 1008],
    ['a stream number that is none', '{"type":"close","stream":-1}', 1008],
    ['a field too many', '{"type":"close","stream":1,"x":1}', 1008],
    ['bytes', Buffer.from([1, 2, 3]), 1008],
    ['a request beyond all measure', JSON.stringify({ type: 'open', stream: 1, watchId: 'x'.repeat(5_000) }), 1009],
  ])('%s closes the page that sent it and nothing else', async (_name, message, code) => {
    const { server, access, source, picture, plays } = await setUp()
    server.grant('w1', source)
    const neighbour = await openPage(access)
    neighbour.ask({ type: 'open', stream: 1, watchId: 'w1' })
    await plays()
    const page = await openPage(access)
    page.socket.send(message)
    expect(await page.closed).toBe(code)
    picture(true)
    await eventually(() => neighbour.units.length === 1)
  })

  test('a page has a limit of streams', async () => {
    const { server, access, source } = await setUp()
    server.grant('w1', source)
    const page = await openPage(access)
    for (let stream = 0; stream < 65; stream += 1) page.ask({ type: 'open', stream, watchId: 'w1' })
    await eventually(() => page.states(64).length > 0)
    expect(page.states(64)).toEqual(['failed: overload'])
    page.ask({ type: 'close', stream: 0 })
    page.ask({ type: 'open', stream: 64, watchId: 'w1' })
    await eventually(() => page.states(64).length > 1)
    expect(page.states(64)[1]).toBe('connecting')
  })

  test('a page that does not read loses pictures, never time, and is told', async () => {
    const { server, access, source, picture, plays } = await setUp()
    server.grant('w1', source)
    const page = await openPage(access)
    const neighbour = await openPage(access)
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    neighbour.ask({ type: 'open', stream: 1, watchId: 'w1' })
    await plays()
    page.socket.pause()
    // More than the kernel's buffers and the gateway's own hold.
    for (let count = 0; count < 90; count += 1) {
      picture(count % 30 === 0, 200_000)
      if (count % 10 === 9) await eventually(() => neighbour.units.length === count + 1)
    }
    page.socket.resume()
    await eventually(() => page.states(1).includes('stalled: overload'))
    const before = page.units.length
    expect(before).toBeLessThan(90)
    const dropped = () => page.notices.find((notice) => notice.type === 'dropped')
    await eventually(() => {
      picture(true, 100)
      return dropped()
    })
    const { count } = dropped() as { count: number }
    expect(count).toBeGreaterThan(0)
    const after = await eventually(() => page.units[before])
    expect(after.key).toBe(true)
    expect(page.states(1).slice(-2)).toEqual(['stalled: overload', 'playing'])
    expect(neighbour.notices.some((notice) => notice.type === 'dropped')).toBe(false)
  })

  test('a page that is gone without saying so is noticed', async () => {
    const clock = manualClock()
    const { access, server, source, uses } = await setUp(clock)
    server.grant('w1', source)
    const page = await openPage(access)
    page.ask({ type: 'open', stream: 1, watchId: 'w1' })
    await eventually(() => uses.length === 1)
    page.socket.pause()
    await clock.advance(10_000)
    await clock.advance(10_000)
    await eventually(() => uses.at(-1)?.viewers === 0)
  })
})
