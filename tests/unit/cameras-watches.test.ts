import { describe, expect, test } from 'vitest'
import type { AuditEntry } from '../../native/access/audit.ts'
import { createWatches } from '../../native/cameras/watches.ts'
import type { Camera } from '../../native/contract/camera.ts'
import { Fault } from '../../native/fault.ts'
import type { WatchState, WatchUse } from '../../native/media/media-server.ts'
import type { ResolvedSource } from '../../native/media/media-unit.ts'
import type { WatchTerms } from '../../native/media/watch-terms.ts'
import { createEmitter } from '../../native/signal.ts'
import { manualClock } from './media-clock.ts'

const cameraOf = (id: string, owner: Camera['owner']): Camera => ({
  id,
  deviceCode: '11011200001321000001',
  owner,
  name: id,
  place: '',
  longitude: 116.7,
  latitude: 39.9,
  gridCode: '',
  steerable: false,
  source: { kind: 'rtsp', mainUrl: 'rtsp://c/main', subUrl: null },
  credentials: null,
  version: 1,
})
const cameras = [cameraOf('police', 'public-security'), cameraOf('tunnel', 'civil-defense')]
const chen = { id: 'chen' }

function setUp(kind: ResolvedSource['kind'] = 'rtsp') {
  const clock = manualClock()
  const uses = createEmitter<WatchUse>()
  const states = createEmitter<WatchState>()
  const granted = new Map<string, ResolvedSource>()
  const asked: (WatchTerms | undefined)[] = []
  const audit: AuditEntry[] = []
  const parts = {
    auditFault: null as Error | null,
    resolving: null as Promise<void> | null,
    wantKey: () => {},
    host: 'c',
  }
  const resolved: string[] = []
  const keyRequests: { what: string; signal: AbortSignal; settle: PromiseWithResolvers<void> }[] = []
  let count = 0
  const watches = createWatches({
    findCamera: (id) => cameras.find((camera) => camera.id === id) ?? null,
    recordAudit: (entry) => {
      if (parts.auditFault) throw parts.auditFault
      audit.push(entry)
    },
    gateway: {
      grant: (watchId, source, { terms, requestKeyFrame } = {}) => {
        granted.set(watchId, source)
        parts.wantKey = requestKeyFrame ?? parts.wantKey
        return Promise.resolve(void asked.push(terms))
      },
      revoke: (watchId) => void granted.delete(watchId),
      ...{ uses, states },
    },
    resolve: async (camera, profile, signal) => {
      await parts.resolving
      if (signal.aborted) throw new Fault('cancelled', 'nobody waits')
      resolved.push(camera.id)
      if (parts.host === '') throw new Fault('offline', 'nobody answers', 'camera-unreachable')
      return { kind, url: `rtsp://${parts.host}/${camera.id}/${profile}`, credentials: null }
    },
    requestKeyFrame: (camera, profile, signal) => {
      const settle = Promise.withResolvers<void>()
      keyRequests.push({ what: `${camera.id}/${profile}`, signal, settle })
      return settle.promise
    },
    newId: () => `w${++count}`,
    clock,
  })
  return { clock, uses, states, resolved, granted, asked, audit, watches, parts, keyRequests }
}

describe('watching a camera', () => {
  test('is recorded, whoever owns it, and then granted', async () => {
    const { watches, granted, asked, audit } = setUp()
    expect(await watches.watch(chen, { cameraId: 'tunnel', profile: 'sub', reason: null })).toEqual({
      watchId: 'w1',
      player: 'access-units',
      isKept: true,
    })
    expect(await watches.watch(chen, { cameraId: 'police', profile: 'main', reason: '走失老人' })).toMatchObject({
      isKept: false,
    })
    expect(audit).toEqual([
      { operatorId: 'chen', action: 'camera.watch', subject: 'tunnel', reason: null },
      { operatorId: 'chen', action: 'camera.watch', subject: 'police', reason: '走失老人' },
    ])
    expect([...granted.values()].map(({ url }) => url)).toEqual(['rtsp://c/tunnel/sub', 'rtsp://c/police/main'])
    expect(asked.map((terms) => [terms?.owner, terms?.mayKeep])).toEqual([
      ['civil-defense', true],
      ['public-security', false],
    ])
  })

  test('tells of a watch who looks at what by it and why, for as long as it runs', async () => {
    const { watches } = setUp()
    const { watchId } = await watches.watch(chen, { cameraId: 'police', profile: 'main', reason: '走失老人' })
    expect(watches.cameraOf(watchId)).toEqual({
      cameraId: 'police',
      profile: 'main',
      operatorId: 'chen',
      reason: '走失老人',
    })
    expect(watches.cameraOf('never')).toBeNull()
    watches.unwatch(watchId)
    expect(watches.cameraOf(watchId)).toBeNull()
  })

  test('asks the camera for key frames when they help, one request at a time, until it ends', async () => {
    const { watches, parts, keyRequests } = setUp()
    const { watchId } = await watches.watch(chen, { cameraId: 'tunnel', profile: 'sub', reason: null })
    parts.wantKey()
    parts.wantKey()
    expect(keyRequests.map(({ what }) => what)).toEqual(['tunnel/sub'])
    keyRequests[0]?.settle.reject(new Fault('offline', 'it does not know how'))
    await new Promise((resolve) => setImmediate(resolve))
    parts.wantKey()
    expect(keyRequests).toHaveLength(2)
    watches.unwatch(watchId)
    expect(keyRequests[1]?.signal.aborted).toBe(true)
  })

  test('HLS is played from a path of the gateway', async () => {
    const { watches } = setUp('hls')
    const watch = await watches.watch(chen, { cameraId: 'tunnel', profile: 'sub', reason: null })
    expect(watch).toEqual({ watchId: 'w1', player: 'hls', path: '/hls/w1/index.m3u8' })
  })

  test.each([
    ['an unknown camera', 'nowhere', 'not-found', undefined],
    ["public security's camera without a reason", 'police', 'forbidden', 'reason-required'],
  ])('%s is refused and not recorded', async (_name, cameraId, code, reason) => {
    const { watches, granted, audit } = setUp()
    const refused = watches.watch(chen, { cameraId, profile: 'sub', reason: null })
    await expect(refused).rejects.toMatchObject({ code, reason })
    expect([granted.size, audit.length]).toEqual([0, 0])
  })

  test('what cannot be recorded is not shown', async () => {
    const { watches, granted, parts } = setUp()
    parts.auditFault = new Fault('internal', 'disk full', 'storage-full')
    const request = { cameraId: 'tunnel', profile: 'sub', reason: null } as const
    await expect(watches.watch(chen, request)).rejects.toBe(parts.auditFault)
    expect(granted.size).toBe(0)
  })
})

describe('the end of a watch', () => {
  const request = { cameraId: 'tunnel', profile: 'sub', reason: null } as const

  test('comes when it is asked for, once', async () => {
    const { watches, granted } = setUp()
    await watches.watch(chen, request)
    watches.unwatch('w1')
    watches.unwatch('w1')
    watches.unwatch('never')
    expect(granted.size).toBe(0)
  })

  test('comes when its camera fails and is to be had at another address since, so that it is asked for again', async () => {
    const { watches, granted, uses, states, resolved, clock, parts } = setUp()
    await watches.watch(chen, request)
    const fail = async (trouble: WatchState['trouble'] = 'refused') => {
      states.emit({ watchId: 'w1', state: 'failed', trouble, at: clock.now() })
      await new Promise((done) => setImmediate(done))
    }
    uses.emit({ watchId: 'w1', viewers: 1 })
    await fail()
    await clock.advance(30_000)
    parts.host = ''
    await fail('budget')
    expect(resolved).toHaveLength(1)
    await fail()
    await fail()
    expect([resolved.length, granted.size]).toEqual([2, 1])
    await clock.advance(30_000)
    parts.host = 'c'
    await fail()
    expect([resolved.length, granted.size]).toEqual([3, 1])
    await clock.advance(30_000)
    parts.host = 'elsewhere'
    await fail()
    expect([resolved.length, granted.size]).toEqual([4, 0])
  })

  test('comes by itself a minute after the last look', async () => {
    const { watches, granted, uses, clock } = setUp()
    for (let count = 0; count < 3; count += 1) await watches.watch(chen, request)
    uses.emit({ watchId: 'w1', viewers: 1 })
    await clock.advance(50_000)
    uses.emit({ watchId: 'w2', viewers: 0 })
    await clock.advance(10_000)
    expect([...granted.keys()]).toEqual(['w1', 'w2'])
    await clock.advance(50_000)
    expect([...granted.keys()]).toEqual(['w1'])
    await clock.advance(3_600_000)
    uses.emit({ watchId: 'w1', viewers: 0 })
    await clock.advance(59_999)
    expect([...granted.keys()]).toEqual(['w1'])
    await clock.advance(60_001)
    expect([...granted.keys()]).toEqual([])
  })

  test('comes for all when nobody is signed in any more, even for one that is just being asked for', async () => {
    const { watches, granted, audit, parts } = setUp()
    await watches.watch(chen, request)
    const { promise, resolve } = Promise.withResolvers<void>()
    parts.resolving = promise
    const asked = watches.watch(chen, request)
    watches.releaseAll()
    resolve()
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
    expect([granted.size, audit.length]).toEqual([0, 1])
    parts.resolving = null
    await watches.watch(chen, request)
    expect(granted.size).toBe(1)
    watches.close()
    expect(granted.size).toBe(0)
  })
})

describe('listening to a camera', () => {
  const request = { cameraId: 'tunnel', profile: 'sub', reason: null } as const

  test('is recorded, comes from the source that is watched, and ends with the watch', async () => {
    const { watches, granted, asked, audit } = setUp()
    const { watchId } = await watches.watch(chen, request)
    const sound = await watches.listen(chen, watchId)
    expect(audit.at(-1)).toEqual({ operatorId: 'chen', action: 'camera.listen', subject: 'tunnel', reason: null })
    expect(granted.get(sound.watchId)).toEqual(granted.get(watchId))
    expect(asked.map((terms) => terms?.sound)).toEqual(['beside', 'listen'])
    watches.unwatch(watchId)
    expect([...granted.keys()]).toEqual([])
    await expect(watches.listen(chen, watchId)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('that cannot be recorded is not granted', async () => {
    const { watches, granted, parts } = setUp()
    const { watchId } = await watches.watch(chen, request)
    parts.auditFault = new Error('disk full')
    await expect(watches.listen(chen, watchId)).rejects.toThrow('disk full')
    expect([...granted.keys()]).toEqual([watchId])
  })

  test('is refused where the owner forbids it, whose sound is not even asked of the camera', async () => {
    const { watches, asked, audit } = setUp()
    const { watchId } = await watches.watch(chen, { ...request, cameraId: 'police', reason: '核实积水' })
    await expect(watches.listen(chen, watchId)).rejects.toMatchObject({ code: 'forbidden', reason: 'sound-forbidden' })
    expect(asked.map((terms) => terms?.sound)).toEqual([undefined])
    expect(audit.map(({ action }) => action)).toEqual(['camera.watch'])
  })
})
