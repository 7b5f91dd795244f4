/** Finding and steering the district's simulated cameras, and who has them in hand. */
import fc from 'fast-check'
import { join } from 'node:path'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { askDevice } from '../../native/cameras/ask-device.ts'
import { createCameraLog } from '../../native/cameras/camera-log.ts'
import { createCameraSettings } from '../../native/cameras/camera-settings.ts'
import { createLeases, type LeasesOptions } from '../../native/cameras/leases.ts'
import { openOnvifDevice } from '../../native/cameras/onvif-device.ts'
import { openPtz, readPresets } from '../../native/cameras/onvif-ptz.ts'
import { readProbeMatches, scopeValue } from '../../native/cameras/probe-messages.ts'
import { networksOf, searchNetworks } from '../../native/cameras/search-networks.ts'
import { createSteering } from '../../native/cameras/steering.ts'
import { createTurning } from '../../native/cameras/turning.ts'
import { systemClock } from '../../native/clock.ts'
import type { Operator } from '../../native/contract/case.ts'
import type { PresenceTold } from '../../native/contract/presence.ts'
import type { Velocity } from '../../native/contract/ptz.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createEmitter } from '../../native/signal.ts'
import { type CameraPark, openCameraPark } from '../district/cameras/camera-park.ts'
import { manualClock } from './media-clock.ts'
import { silent, temporaryFolder } from './support.ts'

let park: CameraPark
beforeAll(async () => {
  park = await openCameraPark({
    host: '127.0.0.1',
    seed: 3,
    cacheFolder: new URL('../../build/out/camera-clips', import.meta.url).pathname,
    count: { 'public-security': 1, 'land-bureau': 5, 'civil-defense': 2 },
    signal: new AbortController().signal,
    log: () => {},
    discoveryPort: 0,
  })
}, 60_000)
afterAll(() => park.close())

const find = (id: string) => park.cameras.find((camera) => camera.id === id) ?? null
function addressOf(id: string) {
  const camera = find(id)
  if (camera?.source.kind !== 'onvif') throw new Error(`${id} is no ONVIF camera`)
  return { deviceUrl: camera.source.deviceUrl, credentials: camera.credentials }
}
const parts = () => ({ signal: new AbortController().signal, clock: systemClock, log: silent })

const chen = { id: 'chen', name: '陈', role: 'operator' } as Operator
const zhao = { id: 'zhao', name: '赵', role: 'duty-leader' } as Operator
const right: Velocity = { pan: 1, tilt: 0, zoom: 0 }

describe('finding cameras', () => {
  test('every network is asked, and each says what it found', async () => {
    let changes = 0
    const search = searchNetworks({
      cards: networkInterfaces(),
      cameraAt: (url) => (url === addressOf('lb-001').deviceUrl ? 'lb-001' : null),
      changed: () => (changes += 1),
      newId: () => crypto.randomUUID(),
      signal: new AbortController().signal,
      clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 5, signal) },
      port: park.discovery!.port,
    })
    expect(search.state().isRunning).toBe(true)
    await search.finished
    const { isRunning, networks } = search.state()
    expect(isRunning).toBe(false)
    expect(networks.map(({ address }) => address)).toEqual(
      networksOf(networkInterfaces()).map(({ address }) => address),
    )
    const heard = networks.filter(({ address, problem }) => !problem && park.discovery!.networks.includes(address))
    for (const { found } of heard) {
      expect(found.map(({ deviceUrls }) => deviceUrls[0]).toSorted()).toEqual(
        ['cd-002', 'lb-001', 'lb-002', 'lb-003', 'lb-004', 'lb-005'].map((id) => addressOf(id).deviceUrl),
      )
      const known = found.filter(({ cameraId }) => cameraId !== null)
      expect(known).toMatchObject([{ cameraId: 'lb-001', name: find('lb-001')!.name, isSteerable: true }])
    }
    expect(heard.length).toBeGreaterThan(0)
    expect(changes).toBeGreaterThan(1)
  })

  test('a card that is gone says so, and the others go on; leaving ends the search', async () => {
    const card = { family: 'IPv4', internal: false, netmask: '', mac: '', cidr: '192.0.2.7/24' } as const
    const leaving = new AbortController()
    const search = searchNetworks({
      cards: { eth9: [{ ...card, address: '192.0.2.7' }], eth0: [{ ...card, address: '127.0.0.1' }] },
      ...{ cameraAt: () => null, changed: () => leaving.abort(), newId: () => crypto.randomUUID() },
      ...{ signal: leaving.signal, clock: manualClock(), port: park.discovery!.port },
    })
    await search.finished
    expect(search.state().networks[0]?.problem).toMatch(/EADDRNOTAVAIL/)
  })

  test('whatever comes back, it is a camera or nothing', () => {
    const ids = new Set(['urn:uuid:1'])
    const whole =
      '<e:Envelope xmlns:e="x" xmlns:d="y"><e:Header><RelatesTo>urn:uuid:1</RelatesTo></e:Header><e:Body><d:ProbeMatches><d:ProbeMatch>' +
      '<EndpointReference><Address>urn:uuid:cam</Address></EndpointReference><d:Scopes>onvif://www.onvif.org/name/%E6%9D%91 onvif://www.onvif.org/location/%E4</d:Scopes>' +
      '<d:XAddrs>http://10.0.0.1/a javascript:x http://u:p@10.0.0.1/b</d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>'
    const [match] = readProbeMatches(whole, ids)
    expect(match).toMatchObject({ endpoint: 'urn:uuid:cam', addresses: ['http://10.0.0.1/a'] })
    expect([scopeValue(match!.scopes, 'name'), scopeValue(match!.scopes, 'location')]).toEqual(['村', '%E4'])
    expect(readProbeMatches(whole, new Set(['urn:uuid:2']))).toEqual([])
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(200), fc.string(), (from, length, instead) => {
        const spoilt = whole.slice(0, from) + instead + whole.slice(from + length)
        expect(Array.isArray(readProbeMatches(spoilt, ids))).toBe(true)
      }),
    )
  })
})

describe('a device', () => {
  test('whose clock is a year behind says what it is', async () => {
    const sheet = await askDevice({ ...addressOf('lb-005'), ...parts() })
    expect(Math.abs((sheet.clockOffsetMs ?? 0) + 31_536_000_000)).toBeLessThan(2_000)
    expect(sheet).toMatchObject({ model: 'PTZ-7240', isSteerable: true, hasSnapshots: true, hasMedia2: false })
    expect(sheet.profiles.map(({ name, width }) => [name, width])).toEqual([
      ['主码流', 1280],
      ['子码流', 640],
    ])
    expect(JSON.stringify(sheet)).not.toContain(addressOf('lb-005').credentials!.password)
  })

  test('keeps, names and removes presets, whatever characters they have', async () => {
    const device = await openOnvifDevice({ ...addressOf('lb-001'), ...parts() })
    onTestFinished(() => device.close())
    const ptz = await openPtz(device)
    const name = '<村口&"东侧">'
    const token = await ptz.setPreset(null, name)
    expect(await ptz.presets()).toContainEqual({ token, name })
    await ptz.goTo(token)
    await ptz.removePreset(token)
    expect((await ptz.presets()).map((preset) => preset.name)).not.toContain(name)
    await expect(ptz.goTo('<nowhere>')).rejects.toMatchObject({ reason: 'camera-answer' })
  })

  test('that does not turn is no PTZ', async () => {
    const device = await openOnvifDevice({ ...addressOf('cd-002'), ...parts() })
    onTestFinished(() => device.close())
    await expect(openPtz(device)).rejects.toMatchObject({ code: 'invalid', reason: 'not-steerable' })
  })

  test('presets with names like numbers stay as they are, two alike stay two, nameless ones are left out', () => {
    const preset = (token: string, name: string) => `<P:Preset token="${token}"><N:Name>${name}</N:Name></P:Preset>`
    const xml = `<E:Envelope><E:Body><P:GetPresetsResponse>${preset('01', '007')}${preset('2', '007')}${preset('3', '')}</P:GetPresetsResponse></E:Body></E:Envelope>`
    expect(readPresets(xml)).toEqual([
      { token: '01', name: '007' },
      { token: '2', name: '007' },
    ])
    expect(readPresets('<html>')).toEqual([])
  })
})

describe('turning', () => {
  function setUp() {
    const clock = manualClock()
    const sent: string[] = []
    const broken = { stops: 0 }
    const ptz = {
      move: ({ pan }: Velocity, ms: number) => Promise.resolve(void sent.push(`${pan} ${ms}`)),
      stop: () => {
        sent.push('stop')
        if (broken.stops === 0) return Promise.resolve()
        broken.stops -= 1
        return Promise.reject(new Error('lost'))
      },
    }
    return { clock, sent, broken, turning: createTurning(ptz, clock, new AbortController().signal) }
  }

  test('goes on while it is asked to, and stops by itself when nobody asks any more', async () => {
    const { clock, sent, turning } = setUp()
    for (let count = 0; count < 5; count += 1) {
      void turning.turn(right)
      await clock.advance(200)
    }
    expect(sent).toEqual(['1 1000', '1 1000', '1 1000'])
    await clock.advance(600)
    expect(sent.slice(3)).toEqual(['1 1000', 'stop'].slice(-1 * (sent.length - 3)))
    expect(sent.at(-1)).toBe('stop')
    const length = sent.length
    await clock.advance(60_000)
    expect([sent.length, turning.isTurning()]).toEqual([length, false])
  })

  test('a new direction counts at once; letting go stops at once; a lost stop is sent again', async () => {
    const { clock, sent, broken, turning } = setUp()
    await turning.turn(right)
    await turning.turn({ ...right, pan: -1 })
    expect(sent).toEqual(['1 1000', '-1 1000'])
    broken.stops = 2
    const stopped = turning.stop()
    await clock.advance(1_000)
    await stopped
    expect(sent.slice(2)).toEqual(['stop', 'stop', 'stop'])
  })
})

/** Two workstations at one pretended decision of the hub: what is real here is the workstation's side; the hub's is in the presence tests. */
function setUpSteering() {
  const clock = manualClock()
  const database = openDatabase(join(temporaryFolder(), 'console.db'), '11'.repeat(32))
  onTestFinished(() => void database.close())
  const told = createEmitter<PresenceTold>()
  const link = {
    request: () => Promise.reject(new Error('the hub is away')),
    presence: told,
    welcomed: createEmitter(),
    state: () => ({ isConnected: false }),
  } as unknown as LeasesOptions['link']
  const leases = createLeases({ link, workstation: 'SZ-02', clock, log: silent })
  const cameraLog = createCameraLog(database, clock)
  const settings = createCameraSettings(database)
  const steering = createSteering({
    ...{ findCamera: find, leases, settings, cameraLog, clock, log: silent },
    async openPtz(_camera, signal) {
      const device = await openOnvifDevice({ ...addressOf('lb-002'), ...parts(), signal })
      return { ptz: await openPtz(device), close: () => device.close() }
    },
  })
  onTestFinished(() => {
    steering.close()
    leases.close()
  })
  return { clock, told, leases, steering, cameraLog, head: park.head('lb-002')! }
}

describe('steering', () => {
  test('only what is in hand moves, and it stops when it no longer is', async () => {
    const { leases, steering, told, clock, head } = setUpSteering()
    await expect(steering.setPreset(chen, 'lb-002', null, '新')).rejects.toMatchObject({ reason: 'lease-needed' })
    await leases.take(chen, 'lb-002', false)
    await expect(steering.goTo(zhao, 'lb-002', 'preset-1')).rejects.toMatchObject({ reason: 'lease-needed' })
    await steering.move(chen, 'lb-002', right)
    expect(head.status().panTilt).toBe(true)
    const by = { id: 'zhao', name: '赵', role: 'duty-leader' }
    const other = { workstation: 'SZ-03', cameraId: 'lb-002', by, until: clock.now() + 60_000 }
    told.emit({ seats: [], claims: [], leases: [other] })
    expect(leases.state()).toMatchObject({ leases: [other], lost: { cameraId: 'lb-002', to: by } })
    await expect.poll(() => head.status().panTilt).toBe(false)
    await expect(steering.goTo(chen, 'lb-002', 'preset-1')).rejects.toMatchObject({ reason: 'lease-needed' })
    await clock.advance(60_001)
    expect(leases.state().leases).toEqual([])
  })

  test('a lease runs out when it is not used', async () => {
    const { leases, clock } = setUpSteering()
    await leases.take(chen, 'lb-002', false)
    await clock.advance(40_000)
    leases.use(chen, 'lb-002')
    await clock.advance(59_000)
    leases.use(chen, 'lb-002')
    await clock.advance(60_001)
    expect(() => leases.use(chen, 'lb-002')).toThrow(expect.objectContaining({ reason: 'lease-needed' }))
    expect(leases.state().leases).toEqual([])
  })

  test('a camera that nobody has goes back to its guard position', async () => {
    const { leases, steering, clock, head, cameraLog } = setUpSteering()
    await steering.refresh('lb-002')
    steering.setGuard(zhao, 'lb-002', { presetToken: 'preset-3', idleSeconds: 30 })
    await leases.take(chen, 'lb-002', false)
    await steering.goTo(chen, 'lb-002', 'preset-1')
    await leases.release('lb-002')
    expect(steering.state('lb-002').returnsAt).toBe(clock.now() + 30_000)
    await clock.advance(29_000)
    expect(cameraLog.read('lb-002', null).map(({ kind }) => kind)).toEqual(['guard-set'])
    await clock.advance(1_000)
    await expect
      .poll(() => cameraLog.read('lb-002', null)[0])
      .toMatchObject({ kind: 'guard-returned', detail: '东侧地块' })
    expect(head.status().panTilt).toBe(true)
    expect(steering.state('lb-002').returnsAt).toBeNull()
  })

  test('presets are kept, named anew and forgotten with the name of whose hand it was; fixed cameras are refused', async () => {
    const { leases, steering, cameraLog, clock } = setUpSteering()
    await leases.take(chen, 'lb-002', false)
    const token = await steering.setPreset(chen, 'lb-002', null, '新堆场')
    expect(steering.state('lb-002').presets).toContainEqual({ token, name: '新堆场' })
    const renaming = steering.renamePreset(chen, 'lb-002', token, '老堆场')
    let isDone = false
    void renaming.then(() => (isDone = true))
    await expect.poll(async () => (await clock.advance(500), isDone), { timeout: 20_000 }).toBe(true)
    expect(steering.state('lb-002').presets).toContainEqual({ token, name: '老堆场' })
    await steering.removePreset(chen, 'lb-002', token)
    expect(
      cameraLog.read('lb-002', null).map(({ kind, operatorName, detail }) => [kind, operatorName, detail]),
    ).toEqual([
      ['preset-removed', '陈', '老堆场'],
      ['preset-set', '陈', '老堆场'],
      ['preset-set', '陈', '新堆场'],
    ])
    expect(() => steering.requireSteerable('cd-002')).toThrow(expect.objectContaining({ reason: 'not-steerable' }))
    expect(() => steering.requireSteerable('nowhere')).toThrow(expect.objectContaining({ code: 'not-found' }))
  })
})
