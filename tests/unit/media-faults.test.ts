/**
 * What cameras and networks do to the gateway, and what it must make of it. What is not here: restarts, another resolution, PLAY and nothing,
 * several slices and packagers in media-district; another codec in media-terms; wrong descriptions and redirects in media-rtsp-session; broken
 * packets of any kind in media-depacketiser; a device's clock in cameras-onvif.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RtpPacket } from '../../native/media/rtp.ts'
import { headerOf, type RtspRequest } from '../../native/media/rtsp-message.ts'
import { playRtsp } from '../../native/media/rtsp-session.ts'
import { startMediaServer } from '../../native/media/media-server.ts'
import { senderReport } from '../district/cameras/rtp.ts'
import { manualClock } from './media-clock.ts'
import { annexB, createSender, hex, sets, slice } from './media-rtp-packets.ts'
import {
  type Answers,
  describe264,
  openScriptedCamera,
  type ScriptedCamera,
  withBody,
} from './media-scripted-camera.ts'
import { openPage, type Page, pageOrigin } from './media-wire-client.ts'
import { eventually, silent } from './support.ts'

async function setUp() {
  const clock = manualClock()
  const server = await startMediaServer({
    ...{ port: 0, token: 'token', allowedOrigins: [pageOrigin], clock, random: () => 0, log: silent },
    onUse: () => {},
  })
  onTestFinished(() => server.close())
  const origin = `http://127.0.0.1:${server.port}`
  const page = await openPage({ origin, token: 'token' })
  const get = (path: string) => fetch(origin + path, { headers: { Origin: pageOrigin, Authorization: 'Bearer token' } })
  return { clock, server, page, get }
}

const unitsOf = (page: Page, stream: number) => page.units.filter((unit) => unit.stream === stream)
const timesPlayed = (camera: ScriptedCamera) => camera.requests.filter(({ method }) => method === 'PLAY').length

/** Opens the camera as the page's stream of this number; its pictures are sent by `picture`. */
async function open({ server, page }: Awaited<ReturnType<typeof setUp>>, stream: number, answers: Answers = {}) {
  const camera = await openScriptedCamera(answers)
  const credentials = { user: 'u', password: 'p' }
  const terms = { owner: 'land-bureau', mostSessions: null, mayKeep: true }
  server.grant(`w${stream}`, { kind: 'rtsp', url: camera.url, credentials }, terms)
  page.ask({ type: 'open', stream, watchId: `w${stream}` })
  await eventually(() => timesPlayed(camera) === 1)
  const sender = createSender([{ together: 1, piece: 0 }], 1)
  const nalsOf = (key: boolean) => [...(key ? sets[0] : []), slice(key, true, new Uint8Array(60).fill(0x90))]
  const send = (packets: RtpPacket[]) => packets.forEach((packet) => camera.send(packet))
  /** `frame`: when it is shown, in fifteenths of a second. */
  const picture = (key: boolean, frame: number) => send(sender.send(nalsOf(key), frame * 6_000, true))
  return { camera, send, picture, nalsOf }
}

test('B-frames come in the order they are decoded in, each with the time when it is shown, live and in a clip', async () => {
  const parts = await setUp()
  const { picture } = await open(parts, 1)
  const shown = [0, 3, 1, 2, 6, 4, 5]
  for (const [index, frame] of shown.entries()) picture(index === 0, frame)
  await eventually(() => parts.page.units.length === shown.length)
  expect(parts.page.units.map(({ timestamp }) => Math.round((timestamp * 15) / 1_000_000))).toEqual(shown)
  expect(parts.page.states(1)).toEqual(['connecting', 'playing'])
  expect(await parts.server.recent('w1', 0, parts.clock.now())).toMatchObject({ outcome: 'clip', pictures: 7 })
})

test('broken NAL units cost their group of pictures and nothing more; nothing of them is given out', async () => {
  const parts = await setUp()
  const { send, picture, nalsOf } = await open(parts, 1)
  picture(true, 0)
  const usual = { payloadType: 96, timestamp: 6_000, source: 1 }
  // Nothing at all, an aggregate longer than its packet, the end of a unit that never began, a kind that does not exist, two first pieces.
  // Between them a good slice: a picture of which the rest is lost.
  const broken = ['', '419a11', '7800ff41', '5c4111', '5e00', '5c8111', '5c8111', '00', 'ff']
  const marked = broken.map((payload, at) => ({ payload: hex(payload), marker: at === broken.length - 1 }))
  send(marked.map((one, at) => ({ ...usual, ...one, sequence: 4 + at })))
  const later = createSender([{ together: 1, piece: 0 }], 4 + broken.length)
  send(later.send(nalsOf(false), 12_000, true))
  send(later.send(nalsOf(true), 18_000, true))
  send(later.send(nalsOf(false), 24_000, true))
  await eventually(() => parts.page.units.length === 3)
  const given = parts.page.units.map(({ data }) => Buffer.from(data).toString('hex'))
  expect(given).toEqual([true, true, false].map((key) => annexB(nalsOf(key))))
  expect(parts.page.states(1)).toEqual(['connecting', 'playing'])
})

test('a clock that is off by a year changes nothing on the wire: times of receipt are ours', async () => {
  const parts = await setUp()
  const { camera, picture } = await open(parts, 1)
  picture(true, 0)
  await eventually(() => parts.page.units.length === 1)
  const yearMs = 365 * 86_400_000
  camera.sendRtcp(senderReport(3, 1, parts.clock.now() - yearMs, 0, { packets: 1, bytes: 1 }).subarray(4))
  await parts.clock.advance(1_000)
  picture(false, 15)
  await eventually(() => parts.page.units.length === 2)
  const [first, second] = parts.page.units
  expect([first!.receivedAt, second!.receivedAt]).toEqual([parts.clock.now() - 1_000, parts.clock.now()])
  expect(second!.timestamp - first!.timestamp).toBe(1_000_000)
  expect(parts.page.states(1)).toEqual(['connecting', 'playing'])
})

test('a login that the camera forgets every hour costs no picture in three hours', async () => {
  const clock = manualClock()
  const hour = () => `nonce="hour-${Math.floor(clock.now() / 3_600_000)}"`
  const refusals: string[] = []
  const guarded = (answer: string) => (request: RtspRequest) => {
    if (headerOf(request, 'authorization')?.includes(hour())) return answer
    refusals.push(request.method)
    return `401 No\r\nWWW-Authenticate: Digest realm="c", ${hour()}, algorithm=MD5, qop="auth"\r\n\r\n`
  }
  const camera = await openScriptedCamera({
    DESCRIBE: guarded(withBody('200 OK', describe264)),
    GET_PARAMETER: guarded('200 OK\r\n\r\n'),
  })
  const stopping = new AbortController()
  let pictures = 0
  // A picture every half a minute, so that three hours are soon over.
  const times = { answer: 60_000, noPacket: 60_000, noPicture: 60_000 }
  const ended = playRtsp({
    ...{ url: camera.url, credentials: { user: 'u', password: 'p' }, clock, log: silent, times },
    ...{ signal: stopping.signal, onUnit: () => (pictures += 1) },
  }).catch(() => 'ended')
  onTestFinished(() => stopping.abort())
  await eventually(() => timesPlayed(camera) === 1)
  const sender = createSender([{ together: 1, piece: 0 }])
  for (let minutes = 0; minutes < 180; minutes += 0.5) {
    const packets = sender.send([slice(true, true, hex('8811'))], minutes * 60 * 90_000, true)
    packets.forEach((packet) => camera.send(packet))
    await eventually(() => pictures === 2 * minutes + 1)
    await clock.advance(30_000)
  }
  expect(await Promise.race([ended, 'plays'])).toBe('plays')
  // Once at the beginning, then once with every new hour.
  expect(refusals).toEqual(['DESCRIBE', 'GET_PARAMETER', 'GET_PARAMETER', 'GET_PARAMETER'])
})

describe('a network card that is pulled out', () => {
  test('is noticed though nobody says goodbye; other cameras go on, and it plays again when it is back', async () => {
    const parts = await setUp()
    const { clock, page } = parts
    let isPulled = false
    const answers = { OPTIONS: () => (isPulled ? null : '200 OK\r\nPublic: OPTIONS, GET_PARAMETER\r\n\r\n') }
    const pulled = await open(parts, 1, answers)
    const other = await open(parts, 2)
    let frame = 0
    /** A second of both cameras, as far as they reach us. */
    const second = async () => {
      frame += 15
      if (!isPulled) pulled.picture(true, frame)
      other.picture(true, frame)
      const before = unitsOf(page, 2).length
      await eventually(() => unitsOf(page, 2).length > before)
      await clock.advance(1_000)
    }
    for (let count = 0; count < 3; count += 1) await second()
    isPulled = true
    const halfOpen = pulled.camera.socket()
    const closed = new Promise((resolve) => halfOpen.once('close', resolve))
    for (let count = 0; count < 6; count += 1) await second()
    expect(page.states(1)).toEqual([
      'connecting',
      'playing',
      'stalled: no-media',
      'failed: no-media',
      'connecting: no-media',
    ])
    // The connection that is none any more is not kept.
    await closed
    for (let count = 0; count < 6; count += 1) await second()
    expect(page.states(1).at(-1)).toMatch(/^(failed|connecting): unreachable$/)
    isPulled = false
    while (timesPlayed(pulled.camera) < 2) await second()
    await second()
    await eventually(() => page.states(1).at(-1) === 'playing')
    expect(page.states(2)).toEqual(['connecting', 'playing'])
    expect(timesPlayed(other.camera)).toBe(1)
  })

  test('in the middle of a segment of HLS: the page is told, and the next request finds the packager again', async () => {
    const { clock, server, get } = await setUp()
    let isPulled = true
    let asked = 0
    const url = await openPackager((_, response) => {
      asked += 1
      response.setHeader('Content-Type', 'video/mp4').write('half')
      if (!isPulled) response.end('whole')
    })
    server.grant('w', { kind: 'hls', url, credentials: null })
    const cutOff = expect((await get('/hls/w/at/seg1.m4s')).text()).rejects.toThrow()
    await clock.advance(20_000)
    await cutOff
    expect(asked).toBe(1)
    isPulled = false
    expect(await (await get('/hls/w/at/seg1.m4s')).text()).toBe('halfwhole')
  })
})

test('a packager that forgets the login every hour is logged into anew, and one that refuses it is asked no further', async () => {
  const { clock, server, get } = await setUp()
  let isRefused = false
  let asked = 0
  const url = await openPackager((request, response) => {
    asked += 1
    const nonce = `nonce="hour-${Math.floor(clock.now() / 3_600_000)}"`
    if (!isRefused && request.headers.authorization?.includes(nonce)) return void response.end('#EXTM3U\n')
    response.writeHead(401, { 'WWW-Authenticate': `Digest realm="r", ${nonce}, qop="auth"` }).end()
  })
  server.grant('w', { kind: 'hls', url, credentials: { user: 'u', password: 'p' } })
  const statuses: number[] = []
  for (let count = 0; count < 6; count += 1) {
    statuses.push((await get('/hls/w/index.m3u8')).status)
    await clock.advance(1_800_000)
  }
  expect([statuses, asked]).toEqual([[200, 200, 200, 200, 200, 200], 6 + 3])
  isRefused = true
  asked = 0
  const refused = await get('/hls/w/index.m3u8')
  expect([refused.status, refused.headers.get('x-stream-trouble')]).toEqual([502, 'unauthorized'])
  expect(asked).toBeLessThanOrEqual(2)
})

async function openPackager(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const packager = createServer(handler)
  await new Promise<void>((resolve) => packager.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    packager.closeAllConnections()
    packager.close()
  })
  return `http://127.0.0.1:${(packager.address() as AddressInfo).port}/index.m3u8`
}
