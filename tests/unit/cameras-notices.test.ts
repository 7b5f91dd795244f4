/** What cameras notice themselves, heard from the district's simulated ones. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { listenTo } from '../../native/cameras/camera-desk.ts'
import { createCameraLog } from '../../native/cameras/camera-log.ts'
import { createListening } from '../../native/cameras/camera-notices.ts'
import { createCameraSettings } from '../../native/cameras/camera-settings.ts'
import { readEvents } from '../../native/cameras/onvif-events.ts'
import { type Clock, systemClock } from '../../native/clock.ts'
import { openDatabase } from '../../native/database/open.ts'
import { type CameraPark, openCameraPark } from '../district/cameras/camera-park.ts'
import { manualClock } from './media-clock.ts'
import { silent, temporaryFolder } from './support.ts'

let park: CameraPark
beforeAll(async () => {
  park = await openCameraPark({
    host: '127.0.0.1',
    seed: 3,
    cacheFolder: new URL('../../build/out/camera-clips', import.meta.url).pathname,
    count: { 'public-security': 1, 'land-bureau': 5, 'civil-defense': 0 },
    signal: new AbortController().signal,
    log: () => {},
    discoveryPort: null,
  })
}, 60_000)
afterAll(() => park.close())

const find = (id: string) => park.cameras.find((camera) => camera.id === id) ?? null

function setUp() {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), '11'.repeat(32))
  onTestFinished(() => void database.close())
  const cameraLog = createCameraLog(database, systemClock)
  const settings = createCameraSettings(database)
  // Waits between questions are cut short; the limits of answers stay.
  const limits = [5_000, 75_000]
  const sleep: Clock['sleep'] = (ms, signal) => systemClock.sleep(limits.includes(ms) ? ms : 1, signal)
  const hasty: Clock = { now: systemClock.now, sleep }
  let count = 0
  const open = () => {
    const listening = createListening({
      ...{ find, settings, cameraLog, newId: () => `n-${++count}`, random: () => 0.5, clock: hasty, log: silent },
      listen: (camera, heard, signal) => listenTo(camera, heard, { signal, clock: hasty, log: silent }),
    })
    onTestFinished(() => listening.close())
    return listening
  }
  return { open, cameraLog }
}

test('motion and tampering are heard, from a camera whose clock is a year behind too, and written down', async () => {
  const { open, cameraLog } = setUp()
  const listening = open()
  listening.follow('lb-005', true)
  await expect.poll(() => listening.state().followed).toEqual([{ cameraId: 'lb-005', isHeard: true }])
  park.events('lb-005')!.raise('RuleEngine/CellMotionDetector/Motion', true)
  park.events('lb-005')!.raise('VideoSource/GlobalSceneChange/ImagingService', true)
  park.events('lb-005')!.raise('RuleEngine/CellMotionDetector/Motion', false)
  await expect.poll(() => listening.state().notices.length).toBe(3)
  expect(listening.state().notices.map(({ kind, isActive }) => [kind, isActive])).toEqual([
    ['motion', false],
    ['tamper', true],
    ['motion', true],
  ])
  expect(cameraLog.read('lb-005', null).map(({ kind }) => kind)).toEqual(['tamper', 'motion'])
})

test('a camera that restarts is heard again; what is followed is followed after a restart of ours', async () => {
  const { open } = setUp()
  const listening = open()
  listening.follow('lb-001', true)
  await expect.poll(() => listening.state().followed[0]?.isHeard).toBe(true)
  park.fault('lb-001', 'reboot')
  await expect.poll(() => listening.state().followed[0]?.isHeard).toBe(false)
  park.events('lb-001')!.forget()
  park.fault('lb-001', null)
  await expect.poll(() => listening.state().followed[0]?.isHeard).toBe(true)
  listening.close()
  const next = open()
  await expect.poll(() => next.state().followed).toEqual([{ cameraId: 'lb-001', isHeard: true }])
  next.follow('lb-001', false)
  expect(open().state().followed).toEqual([])
})

test('one that is not heard is tried less and less often, up to once a minute', async () => {
  const clock = manualClock()
  const tries: number[] = []
  const listening = createListening({
    ...{ find, settings: { followed: () => ['lb-001'], setFollowed: () => undefined }, clock, log: silent },
    ...{ cameraLog: { note: () => undefined } as never, newId: () => 'n', random: () => 0.5 },
    listen: () => {
      tries.push(clock.now())
      return Promise.reject(new Error('away'))
    },
  })
  onTestFinished(() => listening.close())
  await clock.advance(300_000)
  const gaps = tries.slice(1).map((at, index) => (at - tries[index]!) / 1_000)
  expect(gaps).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  expect(() => listening.follow('ps-001', true)).toThrow(expect.objectContaining({ code: 'invalid' }))
  expect(() => listening.follow('nowhere', true)).toThrow(expect.objectContaining({ code: 'not-found' }))
})

test('what was so before we came is no news, and nonsense is nothing', () => {
  const message = (operation: string, value: string) =>
    `<w:NotificationMessage><w:Topic>tns1:VideoSource/tnsx:MotionAlarm</w:Topic><w:Message><t:Message PropertyOperation="${operation}"><t:Data><t:SimpleItem Name="State" Value="${value}"/></t:Data></t:Message></w:Message></w:NotificationMessage>`
  const body = `${message('Initialized', 'true')}${message('Changed', '1')}${message('Changed', '0')}<w:NotificationMessage/>`
  const xml = `<E:Envelope><E:Body><t:PullMessagesResponse>${body}</t:PullMessagesResponse></E:Body></E:Envelope>`
  expect(readEvents(xml)).toEqual([
    { kind: 'motion', topic: 'VideoSource/MotionAlarm', isActive: true },
    { kind: 'motion', topic: 'VideoSource/MotionAlarm', isActive: false },
  ])
  expect(readEvents('<html>')).toEqual([])
})
