import { describe, expect, onTestFinished, test } from 'vitest'
import { type MediaUnit, StreamFailure } from '../../native/media/media-unit.ts'
import { headerOf } from '../../native/media/rtsp-message.ts'
import { playRtsp, type RtspTimes } from '../../native/media/rtsp-session.ts'
import { manualClock } from './media-clock.ts'
import { createSender, hex, slice } from './media-rtp-packets.ts'
import { type Answers, describe264, openScriptedCamera, withBody } from './media-scripted-camera.ts'
import { eventually, silent } from './support.ts'

const times: RtspTimes = { answer: 5_000, noPacket: 6_000, noPicture: 20_000 }

interface Wish {
  answers?: Answers
  credentials?: { user: string; password: string }
  times?: RtspTimes
  host?: string
}

async function play(wish: Wish = {}) {
  const clock = manualClock()
  const camera = await openScriptedCamera(wish.answers, wish.host)
  const told: string[] = []
  const units: MediaUnit[] = []
  const stopping = new AbortController()
  const address = camera.url.replace('//', '//forgotten:secret@')
  const ended = playRtsp({
    url: address,
    credentials: wish.credentials ?? null,
    signal: stopping.signal,
    clock,
    log: silent,
    times: wish.times ?? times,
    onUnit: (unit) => units.push(unit),
    onRestart: () => told.push('restart'),
    onKeyWanted: () => told.push('key wanted'),
  }).catch((error: unknown) => error)
  onTestFinished(() => stopping.abort())
  const methods = () => camera.requests.map((request) => request.method)
  const plays = () => eventually(() => methods().includes('PLAY'))
  const sender = createSender([{ together: 1, piece: 0 }])
  const picture = (key: boolean, timestamp: number) =>
    sender.send([slice(key, true, hex('8811223344'))], timestamp, true).forEach((packet) => camera.send(packet))
  return { clock, camera, units, told, stopping, ended, methods, plays, picture }
}

async function troubleOf(ended: Promise<unknown>): Promise<string> {
  const error = await ended
  expect(error).toBeInstanceOf(StreamFailure)
  return (error as StreamFailure).trouble
}

describe('an RTSP session', () => {
  test('plays over the connection it was asked on, says that it is alive, and says goodbye', async () => {
    const { clock, camera, units, stopping, ended, methods, plays, picture } = await play({
      answers: { GET_PARAMETER: '405 Method Not Allowed\r\n\r\n' },
    })
    await plays()
    picture(true, 90_000)
    picture(false, 96_000)
    await eventually(() => units.length === 2)
    expect(units.map(({ key, timestamp }) => [key, timestamp])).toEqual([
      [true, 0],
      [false, 66_667],
    ])
    for (let second = 0; second < 30; second += 5) {
      picture(false, 102_000 + second)
      const count = units.length
      await eventually(() => units.length > count)
      await clock.advance(5_000)
    }
    await eventually(() => methods().length === 6)
    stopping.abort(new Error('seen enough'))
    expect(await ended).toMatchObject({ message: 'seen enough' })
    await eventually(() => methods().includes('TEARDOWN'))
    expect(methods()).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'GET_PARAMETER', 'OPTIONS', 'TEARDOWN'])
    expect(camera.requests.map((request) => request.uri)).toEqual(
      methods().map((method) => camera.url + (method === 'SETUP' ? '/track1' : '')),
    )
    expect(headerOf(camera.requests[3]!, 'session')).toBe('42')
  })

  test('takes the name and password that it was given, and tries them once', async () => {
    const answers: Answers = {
      DESCRIBE: (request) =>
        headerOf(request, 'authorization') === `Basic ${Buffer.from('张:秘').toString('base64')}`
          ? withBody('200 OK', describe264)
          : '401 No\r\nWWW-Authenticate: Basic realm="c"\r\n\r\n',
    }
    const right = await play({ answers, credentials: { user: '张', password: '秘' } })
    await right.plays()
    const wrong = await play({ answers, credentials: { user: '张', password: 'x' } })
    expect(await troubleOf(wrong.ended)).toBe('unauthorized')
    expect(wrong.methods()).toEqual(['OPTIONS', 'DESCRIBE', 'DESCRIBE'])
    const none = await play({ answers })
    expect(await troubleOf(none.ended)).toBe('unauthorized')
    expect(none.methods()).toEqual(['OPTIONS', 'DESCRIBE'])
  })

  test.each<[string, string, Answers]>([
    ['JPEG only', 'unsupported', { DESCRIBE: withBody('200 OK', describe264.replace('H264', 'JPEG')) }],
    ['no video', 'unsupported', { DESCRIBE: withBody('200 OK', 'v=0\r\nm=audio 0 RTP/AVP 0\r\n') }],
    ['a web page instead of a description', 'refused', { DESCRIBE: withBody('200 OK', '<html></html>') }],
    ['a web page instead of RTSP', 'refused', { OPTIONS: '200 OK\r\nContent-Length: 9\r\n\r\nNot RTSP!<html>' }],
    ['404', 'refused', { DESCRIBE: '404 Not Found\r\n\r\n' }],
    ['500', 'refused', { SETUP: '500 Error\r\n\r\n' }],
    ['UDP', 'refused', { SETUP: '200 OK\r\nTransport: RTP/AVP;unicast;client_port=1-2\r\nSession: 1\r\n\r\n' }],
    ['no session', 'refused', { SETUP: '200 OK\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n' }],
    ['a description without end', 'refused', { DESCRIBE: '200 OK\r\nContent-Length: 999999\r\n\r\n' }],
  ])('a camera that offers %s fails as %s', async (_name, trouble, answers) => {
    const { ended } = await play({ answers })
    expect(await troubleOf(ended)).toBe(trouble)
  })

  test('a camera that nobody listens for, or that never answers, is unreachable', async () => {
    const silentOne = await play({ answers: { DESCRIBE: null } })
    await eventually(() => silentOne.methods().includes('DESCRIBE'))
    await silentOne.clock.advance(times.answer)
    expect(await troubleOf(silentOne.ended)).toBe('unreachable')
    const { signal } = new AbortController()
    const options = { credentials: null, signal, clock: manualClock(), log: silent, onUnit: () => {} }
    await expect(playRtsp({ ...options, url: 'rtsp://127.0.0.1:1/x' })).rejects.toMatchObject({
      trouble: 'unreachable',
    })
    await expect(playRtsp({ ...options, url: 'http://127.0.0.1/' })).rejects.toMatchObject({ trouble: 'refused' })
  })

  test('PLAY and then nothing ends in time', async () => {
    const { clock, plays, ended } = await play()
    await plays()
    await clock.advance(times.noPacket)
    expect(await troubleOf(ended)).toBe('no-media')
  })

  test('packets that never make a picture end it too', async () => {
    const { clock, plays, ended, picture, camera } = await play({ times: { ...times, noPacket: 60_000 } })
    await plays()
    picture(false, 90_000)
    await eventually(() => camera.socket().writableLength === 0)
    await clock.advance(times.noPicture)
    expect(await troubleOf(ended)).toBe('no-media')
  })

  test.each<[string, (camera: Awaited<ReturnType<typeof openScriptedCamera>>) => void]>([
    ['RTCP BYE', (camera) => camera.sendRtcp(hex('80c9000100000001' + '81cb000100000001'))],
    ['a closed connection', (camera) => camera.socket().end()],
    ['a reset connection', (camera) => camera.socket().resetAndDestroy()],
  ])('%s ends it at once', async (_name, act) => {
    const { plays, ended, camera } = await play()
    await plays()
    act(camera)
    expect(await troubleOf(ended)).toBe('closed-by-camera')
  })

  test('stopping while the camera is being asked leaves nothing behind', async () => {
    const { stopping, ended, camera, methods } = await play({ answers: { DESCRIBE: null } })
    await eventually(() => methods().includes('DESCRIBE'))
    stopping.abort(new Error('never mind'))
    expect(await ended).toMatchObject({ message: 'never mind' })
    await eventually(() => camera.socket().readableEnded || camera.socket().destroyed)
    expect(methods()).not.toContain('TEARDOWN')
  })

  test('reaches cameras by IPv6', async () => {
    const { camera, picture, plays, units } = await play({ host: '::1' })
    expect(camera.url).toContain('rtsp://[::1]:')
    await plays()
    picture(true, 0)
    await eventually(() => units.length === 1)
  })

  test('reports what it receives, and asks for a key frame when it needs one', async () => {
    const { clock, camera, picture, plays, units, told } = await play()
    await plays()
    picture(true, 0)
    await eventually(() => units.length === 1)
    expect(told).toEqual(['key wanted'])
    await clock.advance(5_000)
    await eventually(() => camera.reports.length === 1)
    expect(camera.reports[0]?.[1]).toBe(201)
    const lost = {
      marker: true,
      payloadType: 96,
      sequence: 9,
      timestamp: 1,
      source: 1,
      payload: slice(false, true, hex('88')),
    }
    camera.send(lost)
    await eventually(() => told.length === 2)
    expect(told).toEqual(['key wanted', 'key wanted'])
  })
})

describe('a description that is wrong', () => {
  const numbered = (from: number, count: number, payloadType: number) =>
    createSender([{ together: 1, piece: 0 }], from)
      .send(
        Array.from({ length: count }, () => slice(true, true, hex('8811'))),
        0,
        false,
      )
      .map((packet, index) => ({ ...packet, payloadType, timestamp: index * 6_000, marker: true }))

  test('about the payload type is not believed for long', async () => {
    const { camera, plays, units } = await play()
    await plays()
    for (const packet of numbered(1, 30, 35)) camera.send(packet)
    await eventually(() => units.length >= 10)
  })

  test('is believed when packets of the described type come too', async () => {
    const { camera, plays, units } = await play()
    await plays()
    for (const packet of numbered(1, 1, 96)) camera.send(packet)
    for (const packet of numbered(2, 60, 97)) camera.send(packet)
    for (const packet of numbered(2, 1, 96)) camera.send(packet)
    await eventually(() => units.length === 2)
  })

  test('about the codec ends in no picture', async () => {
    const { camera, clock, plays, ended } = await play({ times: { ...times, noPacket: 60_000 } })
    await plays()
    for (const packet of numbered(1, 9, 96)) camera.send({ ...packet, payload: hex('2601af08') })
    await eventually(() => camera.socket().writableLength === 0)
    await clock.advance(times.noPicture)
    expect(await troubleOf(ended)).toBe('no-media')
  })
})

describe('a password or nonce that no longer holds', () => {
  const nonce = (value: string, stale = '') =>
    `401 No\r\nWWW-Authenticate: Digest realm="c", nonce="${value}", algorithm=SHA-256, qop="auth"${stale}\r\n\r\n`
  const says = (request: Parameters<typeof headerOf>[0], value: string) =>
    headerOf(request, 'authorization')?.includes(`nonce="${value}"`) === true

  test.each(['', ', stale=true'])('is taken anew in the middle of playing%s', async (stale) => {
    let valid = 'first'
    const { clock, camera, plays, ended, picture, units } = await play({
      credentials: { user: 'u', password: 'p' },
      answers: {
        DESCRIBE: (request) => (says(request, valid) ? withBody('200 OK', describe264) : nonce(valid)),
        GET_PARAMETER: (request) => (says(request, valid) ? '200 OK\r\n\r\n' : nonce(valid, stale)),
      },
    })
    await plays()
    valid = 'second'
    picture(true, 0)
    await eventually(() => units.length === 1)
    const alive = () => camera.requests.filter(({ method }) => method === 'GET_PARAMETER')
    for (const timestamp of [1, 2, 3]) {
      await clock.advance(5_000)
      picture(false, timestamp)
      await eventually(() => units.length === timestamp + 1)
    }
    await eventually(() => alive().length === 2)
    expect(alive().map((request) => says(request, 'second'))).toEqual([false, true])
    expect(headerOf(alive()[1]!, 'authorization')).toMatch(/algorithm=SHA-256.*qop=auth/)
    expect(await Promise.race([ended, 'plays'])).toBe('plays')
  })

  test('keeps the picture while it comes, and does not knock again and again', async () => {
    let isChanged = false
    const refuse = () => (isChanged ? nonce('x') : null)
    const { clock, camera, plays, ended, picture, units } = await play({
      credentials: { user: 'u', password: 'old' },
      answers: { GET_PARAMETER: () => refuse() ?? '200 OK\r\n\r\n' },
    })
    await plays()
    isChanged = true
    for (let count = 1; count <= 20; count += 1) {
      picture(count === 1, count)
      await eventually(() => units.length === count)
      await clock.advance(5_000)
    }
    expect(camera.requests.filter(({ method }) => method === 'GET_PARAMETER').length).toBeLessThanOrEqual(3)
    expect(await Promise.race([ended, 'plays'])).toBe('plays')
    camera.socket().end()
    expect(await troubleOf(ended)).toBe('closed-by-camera')
  })
})

describe('a camera that leads elsewhere', () => {
  const moved = (location: string) => `302 Moved\r\nLocation: ${location}\r\n\r\n`

  test('is followed on its own host, also to another port and while it plays', async () => {
    const second = await openScriptedCamera()
    const { camera, plays, picture, units, told, stopping } = await play()
    await plays()
    picture(true, 0)
    await eventually(() => units.length === 1)
    camera.socket().write(`REDIRECT ${camera.url} RTSP/1.0\r\nCSeq: 9\r\nLocation: ${second.url}\r\n\r\n`)
    await eventually(() => second.requests.some(({ method }) => method === 'PLAY'))
    expect(camera.requests.at(-1)?.method).toBe('TEARDOWN')
    expect(told).toEqual(['key wanted', 'restart', 'key wanted'])
    stopping.abort()
  })

  test('is followed when it is asked', async () => {
    const second = await openScriptedCamera()
    const first = await play({ answers: { DESCRIBE: moved(second.url) } })
    await eventually(() => second.requests.some(({ method }) => method === 'PLAY'))
    expect(first.methods()).toEqual(['OPTIONS', 'DESCRIBE'])
  })

  test.each([
    ['another host', 'rtsp://localhost/live'],
    ['the web', 'http://127.0.0.1/live'],
    ['nowhere', ''],
    ['itself', '/live?channel=1'],
  ])('is not followed to %s', async (_name, location) => {
    const { ended, methods } = await play({ answers: { DESCRIBE: moved(location) } })
    expect(await troubleOf(ended)).toBe('refused')
    expect(methods().filter((method) => method === 'DESCRIBE').length).toBeLessThanOrEqual(4)
  })
})
