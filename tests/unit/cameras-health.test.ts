/** How cameras are: what a look tells, what follows from it, and a round over hundreds that spares them. */
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createCameraLog } from '../../native/cameras/camera-log.ts'
import { createHealthRound, differHealth, type RoundPace } from '../../native/cameras/health-round.ts'
import { judgeHealth, unknownHealth } from '../../native/cameras/judge-health.ts'
import { lookAtCamera } from '../../native/cameras/look-at-camera.ts'
import { systemClock } from '../../native/clock.ts'
import type { HealthReason } from '../../native/contract/camera-health.ts'
import type { Camera, CameraRow } from '../../native/contract/camera.ts'
import { openDatabase } from '../../native/database/open.ts'
import { type CameraPark, openCameraPark } from '../district/cameras/camera-park.ts'
import type { FaultKind } from '../district/cameras/faults.ts'
import { manualClock } from './media-clock.ts'
import { silent, temporaryFolder } from './support.ts'

let park: CameraPark
beforeAll(async () => {
  park = await openCameraPark({
    host: '127.0.0.1',
    seed: 3,
    cacheFolder: new URL('../../build/out/camera-clips', import.meta.url).pathname,
    count: { 'public-security': 4, 'land-bureau': 1, 'civil-defense': 1 },
    signal: new AbortController().signal,
    log: () => {},
    discoveryPort: null,
  })
}, 60_000)
afterAll(() => park.close())
afterEach(() => park.cameras.forEach(({ id }) => park.fault(id, null)))

const find = (id: string): Camera => park.cameras.find((camera) => camera.id === id) ?? expect.unreachable(id)
const lookAt = (camera: Camera, isThorough = true) =>
  lookAtCamera(camera, { isThorough, clock: systemClock, log: silent, signal: new AbortController().signal })

describe('a look at one of the district’s cameras', () => {
  test('finds all of them well, whatever they are reached by, and plays none', async () => {
    for (const camera of park.cameras) {
      expect([camera.id, await lookAt(camera), await lookAt(camera, false)]).toEqual([camera.id, null, null])
    }
    expect(park.viewers()).toEqual([])
  })

  test.each<[string, FaultKind, HealthReason]>([
    ['lb-001', 'unauthorized', 'credentials'],
    ['lb-001', 'html', 'answer'],
    ['lb-001', 'reboot', 'network'],
    ['ps-001', 'unauthorized', 'credentials'],
    ['ps-001', 'html', 'answer'],
    ['ps-001', 'reboot', 'network'],
    ['cd-001', 'unauthorized', 'credentials'],
    ['cd-001', 'html', 'answer'],
    ['cd-001', 'reboot', 'network'],
  ])('%s with the fault %s is told as %s', async (id, fault, reason) => {
    park.fault(id, fault)
    expect(await lookAt(find(id))).toBe(reason)
  })

  test.each(['lb-001', 'ps-001', 'cd-001'])('%s that answers nothing is given up in time', async (id) => {
    park.fault(id, 'silent')
    const clock = manualClock()
    const signal = new AbortController().signal
    const look = lookAtCamera(find(id), { isThorough: true, clock, log: silent, signal })
    let told: HealthReason | null | undefined
    void look.then((reason) => (told = reason))
    // Connecting takes real time; each wait of it is one of the clock's.
    await expect.poll(async () => (await clock.advance(1_000), told)).toBe('network')
  })

  test('with a wrong password or an address where nobody is', async () => {
    const wrong = { user: 'subcenter', password: 'wrong' }
    for (const id of ['lb-001', 'ps-001', 'cd-001']) {
      expect([id, await lookAt({ ...find(id), credentials: wrong })]).toEqual([id, 'credentials'])
    }
    const nobody = { kind: 'rtsp', mainUrl: 'rtsp://127.0.0.1:1/a', subUrl: null } as const
    expect(await lookAt({ ...find('ps-001'), source: nobody })).toBe('network')
  })
})

describe('what is heard of a camera', () => {
  function listener() {
    let known = unknownHealth('c', 0)
    return (seconds: number, reason: HealthReason | null) => {
      known = judgeHealth(known, { at: seconds * 1_000, reason, answerMs: 1, source: 'round' })
      return [known.state, known.since / 1_000, known.reason]
    }
  }

  test('one lost answer makes it unstable, a quarter of a minute of them down since the first, and good ones well again', () => {
    const hear = listener()
    expect(hear(1, null)).toEqual(['online', 1, null])
    expect(hear(300, 'network')).toEqual(['unstable', 300, 'network'])
    expect(hear(315, null)).toEqual(['unstable', 300, 'network'])
    expect(hear(345, null)).toEqual(['online', 345, null])
    expect(hear(900, 'network')).toEqual(['unstable', 900, 'network'])
    expect(hear(905, 'network')).toEqual(['unstable', 900, 'network'])
    expect(hear(915, 'credentials')).toEqual(['down', 900, 'credentials'])
    expect(hear(930, 'credentials')).toEqual(['down', 900, 'credentials'])
    expect(hear(945, null)).toEqual(['unstable', 945, 'credentials'])
    expect(hear(960, null)).toEqual(['unstable', 945, 'credentials'])
    expect(hear(970, null)).toEqual(['online', 970, null])
  })

  test('the first of it decides at once', () => {
    expect(listener()(9, 'codec')).toEqual(['down', 9, 'codec'])
    expect(listener()(9, null)).toEqual(['online', 9, null])
  })

  test('that it restarts every few seconds makes it unstable for as long as that lasts, whatever the rhythm', () => {
    const rhythm = fc.record({
      upSeconds: fc.integer({ min: 1, max: 18 }),
      awaySeconds: fc.integer({ min: 1, max: 11 }),
      times: fc.integer({ min: 3, max: 40 }),
    })
    fc.assert(
      fc.property(rhythm, ({ upSeconds, awaySeconds, times }) => {
        const hear = listener()
        hear(0, null)
        let at = 100
        for (let count = 0; count < times; count += 1) {
          for (const end = at + awaySeconds; at < end; at += 1)
            expect(hear(at, 'network')).toEqual(['unstable', 100, 'network'])
          for (const end = at + upSeconds; at < end; at += 1)
            expect(hear(at, null)).toEqual(['unstable', 100, 'network'])
        }
        // Having fallen so often it is believed only after two minutes.
        expect([hear(at + 60, null)[0], hear(at + 120, null)[0]]).toEqual(['unstable', 'online'])
      }),
    )
  })

  test('that it restarts again and again, away for longer each time, makes it down after a minute only', () => {
    const hear = listener()
    hear(0, null)
    for (const at of [100, 130, 160])
      expect([hear(at, 'network')[0], hear(at + 5, null)[0]]).toEqual(['unstable', 'unstable'])
    expect([hear(200, 'network')[0], hear(250, 'network')[0]]).toEqual(['unstable', 'unstable'])
    expect(hear(260, 'network')).toEqual(['down', 200, 'network'])
  })
})

function setUpRound(count: number, pace: Partial<RoundPace> = {}) {
  const clock = manualClock()
  const database = openDatabase(join(temporaryFolder(), 'console.db'), '11'.repeat(32))
  onTestFinished(() => void database.close())
  const owners = ['public-security', 'land-bureau', 'civil-defense'] as const
  let cameras = Array.from({ length: count }, (_, at) => ({ id: `c-${at}`, owner: owners[at % 3]! }) as CameraRow)
  const looked: { id: string; at: number; isThorough: boolean }[] = []
  const bad = new Map<string, HealthReason>()
  const most = { now: 0, ever: 0 }
  const cameraLog = createCameraLog(database, clock)
  const round = createHealthRound({
    cameras: () => cameras,
    find: (id) => (cameras.find((row) => row.id === id) as unknown as Camera | undefined) ?? null,
    async look({ id }, isThorough) {
      looked.push({ id, at: clock.now(), isThorough })
      most.now += 1
      most.ever = Math.max(most.ever, most.now)
      await clock.sleep(100)
      most.now -= 1
      return bad.get(id) ?? null
    },
    ...{ cameraLog, clock, random: () => 0.5, pace },
  })
  onTestFinished(() => round.close())
  const of = (id: string) => round.list().find(({ cameraId }) => cameraId === id)
  return { clock, round, looked, bad, most, cameraLog, of, keep: (next: number) => (cameras = cameras.slice(0, next)) }
}

describe('the round', () => {
  test('comes to each of 852 cameras in its time, a few at once, each owner at a distance', async () => {
    const { clock, looked, most, round } = setUpRound(852)
    await clock.advance(300_000)
    expect(new Set(looked.map(({ id }) => id)).size).toBe(852)
    expect(most.ever).toBeLessThanOrEqual(6)
    const ofOne = looked.filter(({ id }) => Number(id.slice(2)) % 3 === 0).map(({ at }) => at)
    const gaps = ofOne.slice(1).map((at, index) => at - ofOne[index]!)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(400)
    expect(round.list().every(({ state }) => state === 'online')).toBe(true)
  })

  test('comes back soon to one that has just failed, writes down what changes, and forgets who is gone', async () => {
    const { clock, bad, cameraLog, of, keep, round, looked } = setUpRound(3, { everyMs: 60_000 })
    await clock.advance(60_000)
    const before = round.list()
    bad.set('c-1', 'network')
    await clock.advance(60_000)
    await clock.advance(20_000)
    expect(of('c-1')).toMatchObject({ state: 'down', reason: 'network', source: 'round' })
    bad.delete('c-1')
    await clock.advance(120_000)
    expect(of('c-1')).toMatchObject({ state: 'online', reason: null })
    const kinds = cameraLog.read('c-1', null).map(({ kind, reason }) => [kind, reason])
    expect(kinds.toReversed()).toEqual([
      ['online', null],
      ['unstable', 'network'],
      ['down', 'network'],
      ['unstable', 'network'],
      ['online', null],
    ])
    expect(
      looked
        .filter(({ id }) => id === 'c-0')
        .map(({ isThorough }) => isThorough)
        .slice(0, 2),
    ).toEqual([true, false])
    keep(1)
    expect(differHealth(before, round.list())?.removed).toEqual(['c-1', 'c-2'])
  })

  test('writes each reason of an outage down once, however they waver', async () => {
    const { clock, cameraLog, round, of } = setUpRound(1)
    for (let count = 0; count < 20; count += 1) {
      round.hear('c-0', count % 2 === 0 ? 'network' : 'answer')
      await clock.advance(1_000)
    }
    expect(of('c-0')).toMatchObject({ state: 'down', reason: 'answer' })
    const noted = cameraLog.read('c-0', null).map(({ kind, reason }) => `${kind}: ${reason}`)
    expect(noted.toReversed()).toEqual(['down: network', 'down: answer'])
  })

  test('leaves a camera alone whose stream tells how it is', async () => {
    const { clock, looked, of, round } = setUpRound(1, { everyMs: 60_000 })
    await clock.advance(60_000)
    const seen = looked.length
    for (let count = 0; count < 10; count += 1) {
      round.hear('c-0', count < 8 ? null : 'budget')
      await clock.advance(30_000)
    }
    expect(looked).toHaveLength(seen)
    expect(of('c-0')).toMatchObject({ state: 'down', reason: 'budget', source: 'stream' })
    await clock.advance(120_000)
    expect(looked.length).toBeGreaterThan(seen)
    expect(of('c-0')?.source).toBe('round')
  })

  test('one is looked at when somebody asks, thoroughly', async () => {
    const { clock, round, looked } = setUpRound(1)
    const asked = round.check('c-0')
    await clock.advance(100)
    expect(await asked).toMatchObject({ state: 'online', answerMs: 100 })
    expect(looked).toMatchObject([{ isThorough: true }])
    await expect(round.check('nowhere')).rejects.toMatchObject({ code: 'not-found' })
  })
})
