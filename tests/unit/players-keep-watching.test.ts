import { describe, expect, it } from 'vitest'
import type { Watch } from '../../native/contract/camera.ts'
import { FaultError } from '../../renderer/link/faults.ts'
import { keepWatching, rewatchDelay } from '../../renderer/players/keep-watching.ts'
import { createPathMemory } from '../../renderer/players/path-memory.ts'
import { phaseOf, type Player, type PlayerPath, type PlayerTrouble } from '../../renderer/players/player.ts'
import { createPathChooser } from '../../renderer/players/player-choice.ts'
import { type ManualTime, manualTime, settle } from './players-time.ts'

/** A browser that can do everything, and a camera that gives still pictures. */
function pathsIn(time: ManualTime) {
  const can = { webCodecs: true, trackGenerator: true, mediaSource: true }
  return createPathChooser({ key: 'camera-1 sub', hasStills: true, can, memory: createPathMemory(), now: time.now })
}

const request = { cameraId: 'camera-1', profile: 'sub', reason: null } as const

/** A camera that can be switched: what it answers to a watch, and whether pictures come. */
function scripted() {
  const time = manualTime()
  const open = new Set<string>()
  let watches = 0
  let sends = true
  let refusal: FaultError | null = null
  const opened: PlayerPath[] = []
  let kill: (reason: PlayerTrouble) => void = () => {}

  async function watch(): Promise<Watch> {
    watches += 1
    if (refusal) throw refusal
    const watchId = `watch-${watches}`
    open.add(watchId)
    return { watchId, player: 'access-units', isKept: false }
  }

  async function play(_watch: Watch, path: PlayerPath): Promise<Player> {
    opened.push(path)
    const ended = Promise.withResolvers<PlayerTrouble>()
    let shownAt: number | null = sends ? time.now() : null
    kill = ended.resolve
    return {
      ended: ended.promise,
      close() {},
      read(now) {
        if (sends) shownAt = now
        const ageMs = shownAt === null ? null : now - shownAt
        const phase = phaseOf({ failed: false, ageMs }, 0)
        const shown = { ageMs, ageBy: 'frame', shown: shownAt ? 1 : 0, dropped: 0, codec: null } as const
        return { phase, trouble: null, ...shown, path, bitsPerSecond: null }
      },
    }
  }

  const unwatch = async (watchId: string) => open.delete(watchId)
  const watching = keepWatching({ request, watch, unwatch, paths: pathsIn(time), play, timing: time })
  return {
    time,
    watching,
    open,
    opened,
    get watches() {
      return watches
    },
    send: (on: boolean) => (sends = on),
    refuse: (fault: FaultError | null) => (refusal = fault),
    kill: (reason: PlayerTrouble) => kill(reason),
  }
}

const unreachable = new FaultError({ code: 'offline', reason: 'camera-unreachable' })

describe('a watched camera', () => {
  it('plays, freezes, dies loudly and comes back without a hand', async () => {
    const it = scripted()
    await it.time.advance(2000)
    expect(it.watching.read()).toMatchObject({ phase: 'playing', since: null, trouble: null })

    it.send(false)
    const frozenAt = it.time.now()
    await it.time.advance(3000)
    expect(it.watching.read()).toMatchObject({ phase: 'stale', since: frozenAt, reading: { ageMs: 3000 } })

    it.refuse(unreachable)
    await it.time.advance(10_000)
    expect(it.watching.read()).toMatchObject({ phase: 'failed', trouble: { fault: unreachable.fault } })
    expect(it.open.size).toBe(0)

    it.refuse(null)
    it.send(true)
    await it.time.advance(30_000)
    expect(it.watching.read()).toMatchObject({ phase: 'playing', since: null, trouble: null })
    expect(it.open.size).toBe(1)
  })

  it('keeps the time since when there is no picture through all attempts', async () => {
    const it = scripted()
    await it.time.advance(1000)
    const diedAt = it.time.now()
    it.refuse(unreachable)
    it.kill('closed-by-camera')
    await settle()
    await it.time.advance(60_000)
    expect(it.watching.read()).toMatchObject({ phase: 'failed', since: diedAt })
    expect(it.watches).toBeLessThan(9)
  })

  it('does not wait for ever for a first picture', async () => {
    const it = scripted()
    it.send(false)
    await it.time.advance(40_000)
    expect(it.watches).toBeGreaterThan(1)
    expect(it.watching.read()).toMatchObject({ phase: 'failed', trouble: { trouble: 'no-media' } })
    expect(it.open.size).toBeLessThanOrEqual(1)
  })

  it('does not insist when only a person can help', async () => {
    const it = scripted()
    await it.time.advance(1000)
    it.refuse(new FaultError({ code: 'forbidden', reason: 'reason-required' }))
    it.kill('unknown-watch')
    await it.time.advance(120_000)
    expect(it.watching.read().phase).toBe('refused')
    expect(it.watches).toBe(2)
  })

  it('goes on by the next path on the same watch, says why, and comes back to the better one', async () => {
    const it = scripted()
    await it.time.advance(1000)
    it.kill('decoder')
    await it.time.advance(1000)
    expect(it.watching.read()).toMatchObject({ phase: 'playing', reading: { path: 'mse', degraded: 'decoder' } })
    it.kill('codec')
    await it.time.advance(1000)
    expect(it.watching.read()).toMatchObject({ phase: 'playing', reading: { path: 'stills', degraded: 'codec' } })
    await it.time.advance(60_000)
    expect(it.watching.read()).toMatchObject({ phase: 'playing', reading: { path: 'webcodecs', degraded: null } })
    expect(it.opened).toEqual(['webcodecs', 'mse', 'stills', 'webcodecs'])
    expect(it.watches).toBe(1)
  })

  it('tries a better path less and less often when it fails every time', async () => {
    const it = scripted()
    for (let minute = 0; minute < 120; minute += 1) {
      await it.time.advance(60_000)
      if (it.watching.read().reading?.path === 'webcodecs') it.kill('decoder')
    }
    const tries = it.opened.filter((path) => path === 'webcodecs').length
    expect(tries).toBeGreaterThan(5)
    expect(tries).toBeLessThan(15)
    expect(it.watches).toBe(1)
  })

  it('says why and waits when no path is left', async () => {
    const it = scripted()
    for (const trouble of ['codec', 'codec', 'no-stills'] as const) {
      await it.time.advance(1000)
      it.kill(trouble)
    }
    await it.time.advance(200_000)
    expect(it.watching.read()).toMatchObject({ phase: 'failed', trouble: { trouble: 'codec' } })
    expect(it.watches).toBe(1)
    expect(it.open.size).toBe(0)
    await it.time.advance(120_000)
    expect(it.watching.read().phase).toBe('playing')
  })

  it('gives everything back when it is stopped', async () => {
    const it = scripted()
    await it.time.advance(5000)
    it.watching.stop()
    await it.time.advance(60_000)
    expect(it.open.size).toBe(0)
    expect(it.watches).toBe(1)
    expect(it.time.pauses).toBe(0)
  })
})

it('asks a dead camera less and less, a lost workstation every second', () => {
  const delays = [0, 1, 2, 3, 4, 5, 9].map((failures) => rewatchDelay(failures, null))
  expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  const lost = { kind: 'fault', fault: { code: 'offline', reason: 'workstation-lost' } } as const
  expect(rewatchDelay(9, lost)).toBe(1000)
})
