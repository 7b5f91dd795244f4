import { describe, expect, test } from 'vitest'
import { type MediaUnit, StreamFailure } from '../../native/media/media-unit.ts'
import {
  defaultSharedStreamLimits as limits,
  retryDelay,
  SharedStream,
  type SharedStreamLimits,
  type StreamState,
  type StreamViewer,
} from '../../native/media/shared-stream.ts'
import { manualClock } from './media-clock.ts'
import { silent } from './support.ts'

const format = { codec: 'avc1.640016', width: 640, height: 360 }

/** A camera that the test plays by hand, and everything that happens to its stream. */
function setUp(changes: Partial<SharedStreamLimits> = {}) {
  const clock = manualClock()
  interface Session {
    unit: (key: boolean, at?: number) => void
    fail: (error: Error) => void
    signal: AbortSignal
    restart: () => void
    wantKey: () => void
  }
  const sessions: Session[] = []
  let idle = 0
  let keyRequests = 0
  const stream = new SharedStream({
    play: ({ signal, onUnit, onRestart, onKeyWanted }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        const unit = (key: boolean, at = 0): MediaUnit => {
          return { key, timestamp: at * 1000, receivedAt: clock.now(), data: new Uint8Array(100), format }
        }
        const told = { restart: onRestart, wantKey: onKeyWanted }
        sessions.push({ unit: (key, at) => onUnit(unit(key, at)), fail: reject, signal, ...told })
      }),
    clock,
    random: () => 1,
    log: silent,
    limits: { ...limits, ...changes },
    requestKeyFrame: () => (keyRequests += 1),
    onIdle: () => (idle += 1),
  })
  const session = () => sessions.at(-1) ?? expect.unreachable('no session was opened')
  return { clock, stream, sessions, session, idles: () => idle, keyRequests: () => keyRequests }
}

function newViewer() {
  const states: StreamState[] = []
  const units: MediaUnit[] = []
  const viewer: StreamViewer = { state: (state) => states.push(state), unit: (unit) => units.push(unit) }
  const told = () => states.map(({ state, trouble }) => (trouble ? `${state}: ${trouble}` : state))
  return { viewer, units, told }
}

describe('one session for all viewers', () => {
  test('a second viewer starts at once from the last key frame', async () => {
    const { stream, sessions, session } = setUp()
    const first = newViewer()
    stream.attach(first.viewer)
    for (const key of [true, false, true, false, false]) session().unit(key)
    const second = newViewer()
    stream.attach(second.viewer)
    session().unit(false)
    expect(second.told()).toEqual(['playing'])
    expect(second.units.map((unit) => unit.key)).toEqual([true, false, false, false])
    expect(first.units).toHaveLength(6)
    expect(sessions).toHaveLength(1)
  })

  test('the cached pictures are bounded in number and in bytes, and whole', () => {
    for (const changes of [{ cachedUnits: 3 }, { cachedBytes: 300 }]) {
      const { stream, session } = setUp(changes)
      for (const key of [true, false, false, false, false]) session().unit(key)
      const late = newViewer()
      stream.attach(late.viewer)
      expect(late.units).toEqual([])
      session().unit(true)
      session().unit(false)
      stream.replay(late.viewer)
      expect(late.units.map((unit) => unit.key)).toEqual([true, false, true, false])
      stream.close()
    }
  })

  test('it ends some time after the last viewer has gone, not when the next one comes in between', async () => {
    const { clock, stream, session, idles } = setUp()
    const leave = stream.attach(newViewer().viewer)
    leave()
    await clock.advance(limits.linger - 1)
    const leaveAgain = stream.attach(newViewer().viewer)
    await clock.advance(limits.linger * 2)
    expect([idles(), session().signal.aborted]).toEqual([0, false])
    leaveAgain()
    leaveAgain()
    await clock.advance(limits.linger)
    expect([idles(), session().signal.aborted]).toEqual([1, true])
  })
})

describe('a camera in trouble', () => {
  test('is tried again later and later, and soon again once it has played', async () => {
    const { clock, stream, sessions, session } = setUp()
    const { viewer, told } = newViewer()
    stream.attach(viewer)
    const waits: number[] = []
    for (let failure = 0; failure < 9; failure += 1) {
      const count = sessions.length
      session().fail(new StreamFailure('unreachable', 'gone'))
      let waited = 0
      for (; sessions.length === count; waited += 100) await clock.advance(100)
      waits.push(waited)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000])
    session().unit(true)
    await clock.advance(limits.settled)
    session().unit(false)
    session().fail(new StreamFailure('closed-by-camera', 'gone'))
    const count = sessions.length
    await clock.advance(500)
    expect(sessions).toHaveLength(count + 1)
    expect(told().slice(0, 3)).toEqual(['connecting', 'failed: unreachable', 'connecting: unreachable'])
    expect(told().slice(-2)).toEqual(['failed: closed-by-camera', 'connecting: closed-by-camera'])
  })

  test('that refuses the password is left alone for longer', () => {
    expect(retryDelay(1, 'unauthorized', limits, 0)).toBe(limits.unauthorizedRetry / 2)
    expect(retryDelay(1, 'unreachable', limits, 0)).toBe(limits.firstRetry / 2)
    expect(retryDelay(1000, 'unreachable', limits, 1)).toBe(limits.lastRetry)
  })

  test('that stops sending is called stalled, and playing again when it goes on', async () => {
    const { clock, stream, session } = setUp()
    const { viewer, told } = newViewer()
    stream.attach(viewer)
    session().unit(true)
    await clock.advance(limits.stall - 1)
    expect(told()).toEqual(['connecting', 'playing'])
    await clock.advance(1)
    expect(told().at(-1)).toBe('stalled: no-media')
    session().unit(false)
    expect(told().at(-1)).toBe('playing')
  })

  test('has no old picture for a new viewer', () => {
    const { stream, session } = setUp()
    session().unit(true)
    session().fail(new StreamFailure('no-media', 'nothing came'))
    return Promise.resolve().then(() => {
      const { viewer, units, told } = newViewer()
      stream.attach(viewer)
      expect([told(), units]).toEqual([['failed: no-media'], []])
    })
  })

  test('goes on in time when it comes back with a time of its own', async () => {
    const { clock, stream, session } = setUp()
    const { viewer, units } = newViewer()
    stream.attach(viewer)
    session().unit(true, 0)
    session().unit(false, 66)
    session().fail(new StreamFailure('closed-by-camera', 'gone'))
    await clock.advance(5_000)
    session().unit(true, 0)
    session().unit(false, 66)
    expect(units.map((unit) => unit.timestamp)).toEqual([0, 66_000, 5_066_000, 5_132_000])
  })

  test('goes on in time when it leads elsewhere, or when its encoder begins anew', async () => {
    const { clock, stream, session } = setUp()
    const { viewer, units, told } = newViewer()
    stream.attach(viewer)
    session().unit(true, 0)
    await clock.advance(66)
    session().unit(false, 66)
    session().restart()
    await clock.advance(500)
    session().unit(true, 0)
    await clock.advance(66)
    session().unit(true, 90_000_000)
    await clock.advance(66)
    session().unit(false, 90_000_066)
    expect(units.map((unit) => unit.timestamp)).toEqual([0, 66_000, 566_000, 632_000, 698_000])
    expect(told()).toEqual(['connecting', 'playing'])
  })
})

describe('a key frame is asked for', () => {
  test('when the session wants one, and when a viewer finds no picture to begin with, but not all the time', async () => {
    const { clock, stream, session, keyRequests } = setUp({ cachedUnits: 1 })
    stream.attach(newViewer().viewer)
    expect(keyRequests()).toBe(0)
    session().wantKey()
    session().wantKey()
    expect(keyRequests()).toBe(1)
    session().unit(true)
    session().unit(false)
    await clock.advance(limits.keyRequest)
    stream.attach(newViewer().viewer)
    expect(keyRequests()).toBe(2)
    session().unit(true)
    await clock.advance(limits.keyRequest)
    stream.attach(newViewer().viewer)
    expect(keyRequests()).toBe(2)
  })
})
