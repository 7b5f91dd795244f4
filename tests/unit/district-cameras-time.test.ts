/** What the simulated cameras do over time, on a clock of the test's own: motor, tokens, endless HLS, pacing. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openGate } from '../district/cameras/digest.ts'
import { chooseEquipment, listed } from '../district/cameras/equipment.ts'
import type { FaultKind } from '../district/cameras/faults.ts'
import { fragmentOf, type Movie, takeApart } from '../district/cameras/fragments.ts'
import { createHlsService } from '../district/cameras/hls-server.ts'
import type { HttpReply } from '../district/cameras/http-front.ts'
import { dueAt, frameNumberAt } from '../district/cameras/loop.ts'
import { createPtzHead } from '../district/cameras/onvif/ptz-head.ts'
import { ptzOperations } from '../district/cameras/onvif/ptz-operations.ts'
import { parseEnvelope } from '../district/cameras/onvif/soap.ts'
import { createTokenCheck } from '../district/cameras/onvif/username-token.ts'
import { startPacer } from '../district/cameras/pacer.ts'

const start = 1_800_000_000_000
let now = start
beforeEach(() => {
  now = start
})

describe('the motor', () => {
  const still = { pan: 0, tilt: 0, zoom: 0 }

  it('turns until its timeout when the Stop is lost', () => {
    const head = createPtzHead([], () => now)
    const operations = ptzOperations(head, () => now)
    operations.ContinuousMove!({ Velocity: { PanTilt: { '@x': '0.5', '@y': '-0.5' } }, Timeout: 'PT1.5S' })
    now += 1_000
    expect(head.status()).toEqual({ aim: { pan: 0.1, tilt: -0.1, zoom: 0 }, panTilt: true, zoom: false })
    now += 60_000
    expect(head.status()).toMatchObject({ panTilt: false, zoom: false })
    expect(head.status().aim.pan).toBeCloseTo(0.15)
    expect(operations.ContinuousMove!({ Velocity: { PanTilt: { '@x': 'left', '@y': '0' } } })).toMatchObject({
      status: 400,
    })
    expect(operations.ContinuousMove!({ Velocity: {}, Timeout: '5' })).toMatchObject({ status: 400 })
  })

  it('never leaves its range, whatever it is told', () => {
    const speed = fc.double({ min: -2, max: 2, noNaN: true })
    const move = fc.record({ pan: speed, tilt: speed, zoom: speed })
    fc.assert(
      fc.property(fc.array(fc.tuple(move, fc.integer({ min: 0, max: 60_000 }), fc.boolean())), (moves) => {
        const head = createPtzHead([], () => now)
        for (const [velocity, wait, goes] of moves) {
          if (goes) head.goTo(velocity)
          else head.turn(velocity, 30_000)
          now += wait
          const { aim } = head.status()
          expect(Math.max(Math.abs(aim.pan), Math.abs(aim.tilt), aim.zoom)).toBeLessThanOrEqual(1)
          expect(aim.zoom).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('reaches a preset and stops there; presets are kept and removed', () => {
    const head = createPtzHead(['全景', '村口道路'], () => now)
    const [, second] = head.presets()
    head.goTo(second!.aim)
    now += 30_000
    expect(head.status().panTilt).toBe(false)
    expect(head.status().aim.pan).toBeCloseTo(second!.aim.pan)
    expect(head.keepPreset(null, null)).toMatchObject({ token: 'preset-3', name: '预置位3' })
    head.goTo(still)
    now += 30_000
    expect(head.keepPreset('preset-3', null)?.aim.pan).toBeCloseTo(0)
    expect(head.keepPreset('preset-9', 'x')).toBeNull()
    expect([head.removePreset('preset-3'), head.removePreset('preset-3')]).toEqual([true, false])
  })

  it('stops one axis and lets the other go on', () => {
    const head = createPtzHead([], () => now)
    head.turn({ pan: 1, tilt: 0, zoom: 1 }, 2_000)
    now += 1_000
    head.stop({ panTilt: true, zoom: false })
    now += 5_000
    expect(head.status().aim).toEqual({ pan: 0.2, tilt: 0, zoom: 0.4 })
  })
})

describe('a UsernameToken', () => {
  const credentials = { user: 'u', password: '密码&' }
  function header(created: number, nonce: string, password = credentials.password): Record<string, unknown> {
    const time = new Date(created).toISOString()
    const digest = createHash('sha1').update(Buffer.from(nonce, 'base64')).update(time + password).digest('base64') // prettier-ignore
    const token = `<UsernameToken><Username>u</Username><Password Type="x#PasswordDigest">${digest}</Password><Nonce>${nonce}</Nonce><Created>${time}</Created></UsernameToken>`
    const xml = `<E:Envelope xmlns:E="e"><E:Header><w:Security xmlns:w="w">${token}</w:Security></E:Header><E:Body><A/></E:Body></E:Envelope>`
    return parseEnvelope(xml)!.header
  }

  it('is good once, and only by the clock of the camera', () => {
    const hour = 3_600_000
    const { check } = createTokenCheck(credentials, () => now + hour)
    expect(check(header(now, 'AAAA'))).toBe('bad')
    expect(check(header(now + hour - 9_000, 'AAAA'))).toBe('good')
    expect(check(header(now + hour - 9_000, 'AAAA'))).toBe('bad')
    expect(check(header(now + hour + 9_000, 'BBBB'))).toBe('good')
    expect(check(header(now + hour, 'CCCC', 'wrong'))).toBe('bad')
    expect(check({})).toBe('missing')
  })
})

describe('endless HLS', () => {
  const box = (type: string, ...content: Buffer[]): Buffer => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(8 + content.reduce((sum, { length }) => sum + length, 0))
    head.write(type, 4, 'latin1')
    return Buffer.concat([head, ...content])
  }
  /** A movie of twenty fragments; each one's data is its number. */
  function movie(): Movie {
    const header = Buffer.alloc(24)
    header.writeUInt32BE(15_360, 12)
    const initialisation = Buffer.concat([
      box('ftyp'),
      box('moov', box('trak', box('mdia', box('mdhd', header))), box('avcC', Buffer.from([1, 0x64, 0, 0x16]))),
    ])
    const times = Buffer.from([1, 0, 0, 0, ...Array<number>(8).fill(9)])
    const fragment = (at: number): Buffer =>
      Buffer.concat([
        box('moof', box('mfhd', Buffer.alloc(8)), box('traf', box('tfdt', times))),
        box('mdat', Buffer.from([at])),
      ])
    return takeApart(
      Buffer.concat([initialisation, ...Array.from({ length: 20 }, (_, at) => fragment(at)), box('mfra')]),
      1,
    )
  }
  const movies = { main: movie(), sub: movie() }
  let fault: { kind: FaultKind; at: number } | null = null
  afterEach(() => {
    fault = null
  })

  function ask(file: string, token: string | null = 'secret', given = token): HttpReply | null {
    const codecs = { main: 'avc1.640016', sub: 'avc1.640016' }
    const gate = openGate(token === null ? 'basic' : 'none', { user: 'u', password: 'p' }, false)
    const camera = { gate, token, movies, codecs, keyInterval: 15, keyPhase: 4 }
    const service = createHlsService({ camera: () => camera, faultSince: () => fault, now: () => now })
    const query = new URLSearchParams(given === null ? {} : { token: given })
    return service('c', { method: 'GET', rest: [file], query, target: '', authorization: undefined, body: '' })
  }
  function playlist(): { sequence: number; files: string[]; times: number[] } {
    const body = String(ask('sub.m3u8')?.body)
    return {
      sequence: Number(/MEDIA-SEQUENCE:(\d+)/.exec(body)![1]),
      files: [...body.matchAll(/^sub-\d+\.m4s\?token=secret$/gm)].map(([line]) => line.split('?')[0]!),
      times: [...body.matchAll(/DATE-TIME:(.*)$/gm)].map(([, time]) => Date.parse(time!)),
    }
  }

  it('never lists a segment whose last frame is not taken, and moves on by one a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (later) => {
        now = start + later
        const one = playlist()
        expect(one.files).toHaveLength(8)
        const last = frameNumberAt(one.times.at(-1)!) + 14
        expect(dueAt(last)).toBeLessThanOrEqual(now + 1)
        expect(dueAt(last + 15)).toBeGreaterThan(now - 1)
        now += 1_000
        const next = playlist()
        expect(next.sequence).toBe(one.sequence + 1)
        expect(next.files.slice(0, -1)).toEqual(one.files.slice(1))
        for (const file of next.files) expect(ask(file)?.status).toBe(200)
      }),
      { numRuns: 50 },
    )
  })

  it('has decode times that go on over the end of the loop', () => {
    const time = (number: number): bigint => {
      const bytes = fragmentOf(movies.sub, number)
      return bytes.readBigUInt64BE(bytes.indexOf('tfdt') + 8)
    }
    const first = 1_795_000_019
    for (let number = first; number < first + 25; number++) {
      expect(time(number + 1) - time(number)).toBe(15_360n)
      expect(fragmentOf(movies.sub, number).at(-1)).toBe(number % 20)
    }
  })

  it('asks for its token or its password, and knows no other files', () => {
    expect(ask('index.m3u8')?.body).toContain('sub.m3u8?token=secret')
    expect(ask('index.m3u8', 'secret', 'other')?.status).toBe(403)
    expect(ask('index.m3u8', null)?.status).toBe(401)
    expect([ask('sub-1.m4s'), ask('other.m3u8'), ask('sub-99999999999.m4s')]).toEqual([null, null, null])
  })

  it('freezes with its camera, or begins segments that never come', () => {
    const before = playlist()
    fault = { kind: 'freeze', at: now }
    now += 30_000
    expect(playlist()).toEqual(before)
    fault = { kind: 'play-then-nothing', at: now }
    expect(playlist().sequence).toBe(before.sequence + 30)
    expect(ask(playlist().files[0]!)?.hangs).toBe(true)
  })

  it('starts late, leaves gaps, begins its times anew or jumps on, as packagers do', () => {
    const before = playlist()
    fault = { kind: 'late-playlist', at: now }
    expect([ask('index.m3u8'), ask('sub.m3u8')]).toEqual([null, null])
    expect(ask(before.files[7]!)?.status).toBe(200)
    fault = { kind: 'gaps', at: now }
    expect(playlist()).toEqual(before)
    expect(before.files.filter((file) => ask(file) === null).length).toBeGreaterThanOrEqual(2)
    fault = { kind: 'window-jump', at: now }
    expect(playlist()).toMatchObject({ sequence: before.sequence + 1_000_000, times: before.times })
    expect(ask(playlist().files[0]!)?.body).toEqual(fragmentOf(movies.sub, before.sequence))
    fault = { kind: 'discontinuity', at: now }
    const text = () => String(ask('sub.m3u8')?.body)
    expect(text()).not.toContain('DISCONTINUITY')
    now += 3_000
    const lines = text().split('\n')
    const changed = lines.indexOf('#EXT-X-DISCONTINUITY')
    const decodeTime = (file: string) => {
      const bytes = ask(file)?.body as Buffer
      return bytes.readBigUInt64BE(bytes.indexOf('tfdt') + 8)
    }
    const [first = '', second = ''] = lines.slice(changed).filter((line) => line.startsWith('sub-'))
    expect([first, second].map((file) => decodeTime(file.split('?')[0]!))).toEqual([0n, 15_360n])
    expect(decodeTime(playlist().files[0]!)).toBeGreaterThan(1_000_000n)
    now += 10_000
    expect(text()).toContain('#EXT-X-DISCONTINUITY-SEQUENCE:1')
  })

  it('refuses a broken movie', () => {
    expect(() => takeApart(box('moov'), 1)).toThrow('no fragments')
    expect(() => takeApart(Buffer.from([0, 0, 0, 99, 1, 2, 3, 4]), 1)).toThrow('cut off')
  })
})

describe('the pacer', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('calls once for every frame, catches up a little and skips a lot', () => {
    vi.useFakeTimers({ now: start })
    const frames: number[] = []
    const stopping = new AbortController()
    startPacer({ now: Date.now, signal: stopping.signal, onFrame: (frame) => frames.push(frame) })
    const first = frameNumberAt(start)
    vi.advanceTimersByTime(1_000)
    expect(frames.splice(0)).toEqual(Array.from({ length: 15 }, (_, at) => first + 1 + at))
    // A busy second, then a suspended hour, then a clock set back.
    vi.setSystemTime(start + 2_000)
    vi.advanceTimersByTime(100)
    expect(frames[0]).toBe(first + 16)
    expect(frames.splice(0).length).toBeGreaterThanOrEqual(15)
    vi.setSystemTime(start + 3_600_000)
    vi.advanceTimersByTime(100)
    expect(frames.splice(0).length).toBeLessThan(5)
    vi.setSystemTime(start)
    vi.advanceTimersByTime(1_000)
    expect(frames.splice(0).length).toBeLessThan(20)
    stopping.abort()
    vi.advanceTimersByTime(1_000)
    expect(frames).toEqual([])
  })
})

describe('the equipment', () => {
  it('is the same for the same seed, and never the same camera twice', () => {
    const count = { 'public-security': 40, 'land-bureau': 20, 'civil-defense': 20 }
    const chosen = chooseEquipment(3, count)
    expect(chooseEquipment(3, count)).toEqual(chosen)
    expect(chooseEquipment(4, count)).not.toEqual(chosen)
    for (const key of ['id', 'deviceCode'] as const) expect(new Set(chosen.map((one) => one[key])).size).toBe(80)
    const withToken = chosen.find(({ token }) => token !== null)!
    expect(listed(withToken, { kind: 'hls', url: 'http://127.0.0.1/a' }).credentials).toBeNull()
  })
})
