import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBitrate } from '../../renderer/players/bitrate.ts'
import { createFrameGate, wallLimits } from '../../renderer/players/frame-gate.ts'
import { hlsAge } from '../../renderer/players/hls-age.ts'
import { edgeStep } from '../../renderer/players/live-edge.ts'
import { parseNotice } from '../../renderer/players/media-notices.ts'
import { phaseOf } from '../../renderer/players/player.ts'
import { createStreamHealth } from '../../renderer/players/stream-health.ts'
import { createShownFrames } from '../../renderer/players/shown-frames.ts'
import { createStartTurns } from '../../renderer/players/start-turns.ts'
import { manualTime } from './players-time.ts'

describe('the frame gate', () => {
  it('starts with a key frame', () => {
    const gate = createFrameGate(wallLimits)
    expect(gate.admit({ key: false }, 0, 0)).toBe('drop')
    expect(gate.admit({ key: true }, 0, 10)).toBe('decode')
    expect(gate.admit({ key: false }, 1, 20)).toBe('decode')
  })

  it('lets a cached group of pictures through at once', () => {
    const gate = createFrameGate(wallLimits)
    const verdicts = Array.from({ length: 60 }, (_, index) => gate.admit({ key: index === 0 }, index, 5))
    expect(new Set(verdicts)).toEqual(new Set(['decode']))
  })

  it('drops to the next key frame when the decoder stays late', () => {
    const gate = createFrameGate(wallLimits)
    gate.admit({ key: true }, 0, 0)
    gate.decoded(900, 500)
    expect(gate.admit({ key: false }, 10, 601)).toBe('restart')
    expect(gate.admit({ key: false }, 0, 650)).toBe('drop')
    expect(gate.admit({ key: true }, 0, 700)).toBe('decode')
  })

  it('goes straight on when the late unit is a key frame itself', () => {
    const gate = createFrameGate(wallLimits)
    gate.admit({ key: true }, 0, 0)
    expect(gate.admit({ key: true }, 10, 700)).toBe('restart')
    expect(gate.admit({ key: false }, 1, 760)).toBe('decode')
  })

  it('is not alarmed by a stream that pauses while nothing waits in the decoder', () => {
    const gate = createFrameGate(wallLimits)
    gate.admit({ key: true }, 0, 0)
    expect(gate.admit({ key: false }, 0, 30_000)).toBe('decode')
  })

  it('never lets more wait than the limit, and never decodes a delta after a drop before a key', () => {
    const step = fc.record({ key: fc.boolean(), queued: fc.nat(300), passed: fc.nat(400), age: fc.nat(3000) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const gate = createFrameGate(wallLimits)
        let now = 0
        let chain = false
        for (const { key, queued, passed, age } of steps) {
          now += passed
          const verdict = gate.admit({ key }, queued, now)
          if (verdict === 'decode') expect(key || chain).toBe(true)
          if (verdict === 'decode' && chain) expect(queued).toBeLessThan(wallLimits.mostQueued)
          chain = verdict === 'decode' || (verdict === 'restart' && key)
          if (chain) gate.decoded(age, now)
        }
      }),
    )
  })

  /** A decoder that takes `cost` ms a frame, fed at 15 frames a second with a key frame every 2 s. */
  function worstLag(cost: number): number {
    const gate = createFrameGate(wallLimits)
    let queue: number[] = []
    let freeAt = 0
    let worst = 0
    for (let index = 0; index < 900; index += 1) {
      const now = index * 66.7
      while (queue[0] !== undefined && freeAt <= now) {
        const received = queue.shift()!
        freeAt = Math.max(freeAt, received) + cost
        worst = Math.max(worst, freeAt - received)
        gate.decoded(freeAt - received, now)
      }
      const verdict = gate.admit({ key: index % 30 === 0 }, queue.length, now)
      if (verdict === 'restart') queue = []
      if (verdict === 'decode' || (verdict === 'restart' && index % 30 === 0)) queue.push(now)
    }
    return worst
  }

  it('keeps the lag below a second however slow the decoder is', () => {
    for (const cost of [10, 60, 70, 100, 150, 300]) expect(worstLag(cost)).toBeLessThan(1000 + cost)
  })
})

describe('the age of the shown frame', () => {
  it('is that of the frame on the screen, not of the newest one received', () => {
    const frames = createShownFrames()
    frames.expect(5_000_000_066_790, 1000)
    frames.expect(5_000_000_133_457, 1067)
    expect(frames.lastReceivedAt).toBeNull()
    frames.shown(5000000.06679)
    expect(frames.lastReceivedAt).toBe(1000)
    expect(frames.count).toBe(1)
  })

  it('finds any microsecond that a stream can carry', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 }), (timestamp) => {
        const frames = createShownFrames()
        frames.expect(timestamp, 7)
        frames.shown(timestamp / 1e6)
        expect(frames.lastReceivedAt).toBe(7)
      }),
    )
  })

  it('forgets the oldest, so it stays small', () => {
    const frames = createShownFrames()
    for (let index = 0; index < 2000; index += 1) frames.expect(index, index)
    expect(frames.receivedAt(0)).toBeNull()
    expect(frames.receivedAt(1999)).toBe(1999)
  })

  it('is stale past two seconds beyond what the path delays', () => {
    expect(phaseOf({ failed: false, ageMs: null }, 0)).toBe('connecting')
    expect(phaseOf({ failed: false, ageMs: 1999 }, 0)).toBe('playing')
    expect(phaseOf({ failed: false, ageMs: 2001 }, 0)).toBe('stale')
    expect(phaseOf({ failed: false, ageMs: 3900 }, 2000)).toBe('playing')
    expect(phaseOf({ failed: true, ageMs: 10 }, 0)).toBe('failed')
  })
})

describe('the age of an HLS picture', () => {
  const loaded = { playingDate: null, currentTime: 10, bufferEnd: 12, bufferedAt: 99_500 }

  it('is measured by the source clock when there is one', () => {
    expect(hlsAge({ ...loaded, playingDate: 96_400 }, 100_000)).toEqual({ ageMs: 3600, ageBy: 'program-date' })
  })

  it('is at least the distance to what was loaded', () => {
    expect(hlsAge(loaded, 100_000)).toEqual({ ageMs: 2500, ageBy: 'buffer' })
  })

  it('does not believe a source whose clock is a year off, either way', () => {
    const year = 31_536_000_000
    for (const playingDate of [96_400 - year, 96_400 + year])
      expect(hlsAge({ ...loaded, playingDate }, 100_000)).toEqual({ ageMs: 2500, ageBy: 'buffer' })
  })

  it('grows while nothing arrives', () => {
    expect(hlsAge({ ...loaded, currentTime: 12 }, 110_000).ageMs).toBe(10_500)
  })

  it('is unknown before anything was loaded', () => {
    expect(hlsAge({ ...loaded, bufferEnd: null, bufferedAt: null }, 100_000).ageMs).toBeNull()
  })
})

describe('the live edge of a buffered picture', () => {
  const at15 = { start: 90, end: 100, interval: 1 / 15, rate: 1 }

  it('is jumped to from outside, or from far behind', () => {
    for (const currentTime of [0, 80, 98.4, 101]) {
      expect(edgeStep({ ...at15, currentTime })).toEqual({ seekTo: 99.8, rate: 1 })
    }
  })

  it('is caught up with by speed that grows with the lag, within its limits', () => {
    const rate = (behind: number) => edgeStep({ ...at15, currentTime: 100 - behind }).rate
    expect(rate(0.3)).toBe(1)
    expect(rate(0.5)).toBeGreaterThanOrEqual(1.05)
    expect(rate(1.4)).toBeGreaterThan(rate(0.8))
    expect(rate(1.5)).toBeLessThanOrEqual(1.5)
  })

  it('leaves more in hand where pictures are far apart', () => {
    const slow = { ...at15, interval: 0.5, currentTime: 98.7 }
    expect(edgeStep(slow)).toEqual({ seekTo: null, rate: 1 })
    expect(edgeStep({ ...slow, currentTime: 0 }).seekTo).toBe(98.75)
  })

  it('reaches the edge from any lag and stays there', () => {
    const lag = fc.double({ min: 0, max: 30, noNaN: true })
    fc.assert(
      fc.property(lag, fc.constantFrom(1 / 25, 1 / 15, 0.2), (behind, interval) => {
        let [currentTime, end, rate] = [100 - behind, 100, 1]
        for (let step = 0; step < 15 / interval; step += 1) {
          end += interval
          currentTime += interval * rate
          const next = edgeStep({ start: 50, end, currentTime, interval, rate })
          rate = next.rate
          currentTime = next.seekTo ?? currentTime
        }
        expect(end - currentTime).toBeLessThan(0.5 + 2.5 * interval)
        expect(rate).toBe(1)
      }),
    )
  })
})

it('lets players start one after another, and nobody wait who comes alone', async () => {
  const time = manualTime()
  const turn = createStartTurns(150, time)
  const started: number[] = []
  const start = () => turn(new AbortController().signal).then(() => started.push(time.now()))
  const first = time.now()
  for (let count = 0; count < 3; count += 1) void start()
  await time.advance(1000)
  await start()
  expect(started.map((at) => at - first)).toEqual([0, 150, 300, 1000])
})

describe('bits a second', () => {
  it('are told by when they were received, over the last seconds', () => {
    const bitrate = createBitrate()
    // Two seconds from the cache at once, then live.
    for (let at = 0; at <= 6000; at += 100) bitrate.add(1250, 1000 + at)
    expect(bitrate.read(7000)).toBe(100_000)
    expect(bitrate.read(9000)).toBeLessThan(60_000)
    expect(bitrate.read(20_000)).toBe(0)
  })

  it('are not told before there is a second of them', () => {
    const bitrate = createBitrate()
    expect(bitrate.read(0)).toBeNull()
    bitrate.add(1000, 100)
    expect(bitrate.read(900)).toBeNull()
  })
})

describe('what the gateway says', () => {
  it('is taken when it is of this version', () => {
    const config = { type: 'config', stream: 1, codec: 'avc1.640016', width: 640, height: 360 }
    const state = { type: 'state', stream: 1, state: 'failed', trouble: 'no-media', at: 1 }
    for (const notice of [config, state, { ...state, trouble: null }, { type: 'dropped', stream: 3, count: 2 }])
      expect(parseNotice(JSON.stringify(notice))).toEqual(notice)
  })

  it('is refused otherwise, whatever it is', () => {
    const wrong = [
      '',
      'null',
      '[]',
      '{"type":"config","stream":1}',
      '{"type":"config","stream":1,"codec":"<script>","width":1,"height":1}',
      '{"type":"config","stream":1,"codec":"avc1.640016","width":1e9,"height":1}',
      '{"type":"config","stream":1,"codec":"avc1.640016","width":1,"height":1,"initialisation":1}',
      '{"type":"state","stream":1,"state":"happy","trouble":null,"at":1}',
      '{"type":"state","stream":1,"state":"failed","trouble":"bored","at":1}',
      '{"type":"dropped","stream":-1,"count":2}',
    ]
    for (const text of wrong) expect(parseNotice(text), text).toBeNull()
    fc.assert(fc.property(fc.json(), (text) => parseNotice(text) === null))
  })
})

describe('the health of a stream', () => {
  const told = (state: 'connecting' | 'playing' | 'stalled' | 'failed', trouble: 'no-media' | 'unreachable' | null) =>
    ({ type: 'state', stream: 1, state, trouble, at: 0 }) as const

  it('is live with the second frame, and says why not before', () => {
    const health = createStreamHealth()
    health.told(told('playing', null), 0)
    expect(health.judge(1, 20)).toEqual({ phase: 'connecting', trouble: null })
    expect(health.judge(2, 20)).toEqual({ phase: 'playing', trouble: null })
    health.told(told('stalled', 'no-media'), 60)
    expect(health.judge(60, 2500)).toEqual({ phase: 'stale', trouble: 'no-media' })
    health.told(told('failed', 'unreachable'), 60)
    expect(health.judge(60, 9000)).toEqual({ phase: 'failed', trouble: 'unreachable' })
  })

  it('does not take one old key frame for a recovery', () => {
    const health = createStreamHealth()
    health.told(told('failed', 'no-media'), 60)
    health.told(told('connecting', 'no-media'), 60)
    health.told(told('playing', null), 60)
    expect(health.judge(61, 30)).toEqual({ phase: 'failed', trouble: 'no-media' })
    expect(health.judge(62, 30)).toEqual({ phase: 'playing', trouble: null })
  })

  it('names the wire when it breaks, and comes back with the pictures', () => {
    const health = createStreamHealth()
    health.told(told('playing', null), 0)
    health.lost()
    expect(health.judge(60, 4000)).toEqual({ phase: 'stale', trouble: 'wire' })
    health.told(told('playing', null), 60)
    expect(health.judge(62, 40)).toEqual({ phase: 'playing', trouble: null })
  })
})
