/** Composes the simulated district: hub, ground, traffic and cameras, in one folder and on one machine. */
import type { Logger } from 'pino'
import type { SharedCamera as Camera } from '../../native/contract/camera.ts'
import type { CaseHead } from '../../native/contract/case.ts'
import type { SharedCameraOwner as CameraOwner } from '../../native/contract/vocabulary.ts'
import type { CameraPark } from './cameras/camera-park.ts'
import { listCameras, placeCameras } from './cameras-in-place.ts'
import { type Certificates, prepareCertificates } from './certificates.ts'
import { createUnitsFeed } from './units-feed.ts'
import { requireWritable, writeConfiguration, writeToken } from './district-files.ts'
import { createGeography, type Geography } from './geography/geography.ts'
import { gridPuts, runField } from './grids-feed.ts'
import { createHandsets, type Handsets, recipientsFrom, runHandsets } from './handsets.ts'
import type { AccountSeed } from './hub/accounts.ts'
import { createMisbehaviour } from './hub/faulty-hub.ts'
import { type AlterReply, type Hub, type HubOptions, startHub } from './hub/hub.ts'
import { createOthersSteps, type OthersSteps } from './others-steps.ts'
import { type Answer, createOuterSystems } from './outer-systems.ts'
import { createRandom } from './random.ts'
import { demoAccounts, hubSeed } from './seed-data.ts'
import { findSubCenter, songzhuang, subCenters } from './sub-centers.ts'
import { createCast } from './traffic/cast.ts'
import { calendarPut } from './traffic/calendar.ts'
import { cataloguePuts } from './traffic/catalogue.ts'
import { generateHistory } from './traffic/history.ts'
import type { ReportWishes } from './traffic/report.ts'
import { createTraffic, type Desk, runTraffic, type Traffic } from './traffic/traffic.ts'

export interface DistrictOptions {
  /** State, certificates and the console's configuration live here. */
  folder: string
  clock: () => number
  log: Logger
  /** 0 (the default) takes a free one. */
  port?: number
  seed?: number
  /** Code or letters of where the console sits; 宋庄镇 by default. */
  subCenter?: string
  /** Live traffic, this many times as fast as the day; none by default: then nothing moves by itself. */
  accelerate?: number
  /** Whether somebody else also works at the console's desk when there is live traffic; `simulated` by default. */
  desk?: Desk
  /** Reports a day there before acceleration; 420 (a busy sub-center) by default. */
  reportsPerDay?: number
  /** Hears what goes back to where cases came from. */
  answered?: (answer: Answer) => void
  /** Cases that a new district already has there; 0 by default. */
  history?: number
  /** `none` (the default), or how many of each owner, shared with the console's sub-center. */
  cameras?: 'none' | Record<CameraOwner, number>
  /** Where encoded camera pictures are kept between runs. */
  cacheFolder?: string
  /** UDP port of WS-Discovery; null for none. The standard's own by default. */
  discoveryPort?: number | null
  /** Aborting gives up a start that is still under way; it does not close a running district. */
  signal?: AbortSignal
  newEpoch?: boolean
  alterReply?: AlterReply
  /** Which rule of the protocol the hub breaks (`faultNames`); none by default. */
  hubFault?: string | null
}

/** `place` is only words; `grid` decides the position. */
export interface ChannelReport extends ReportWishes {
  /** Where the console sits unless told. */
  subCenter?: string
}
export type FieldReport = Omit<ChannelReport, 'channel'>

export interface District extends OthersSteps {
  /** The hub that runs now; another object after `startHub`. */
  readonly hub: Hub
  subCenter: string
  geography: Geography
  certificates: Certificates
  workstation: { code: string; token: string; tokenFile: string }
  accounts: readonly AccountSeed[]
  cameras: readonly Camera[]
  /** What lets cameras fail and tells where they point; null without cameras. */
  park: CameraPark | null
  /** The console's configuration file. */
  configFile: string
  /** That of another workstation of the same sub-center; there are 1, 2 (the console's own) and 3. */
  configFileOf(number: 1 | 3): string
  /** One report from a field handset (社管通), published at once; it stays as reported. */
  reportFromField(report?: FieldReport): CaseHead
  /** What is sent to them arrives and is opened when told to. */
  handsets: Handsets
  /** One report by any channel, published at once; it stays as reported. */
  report(report: ChannelReport): CaseHead
  /** What the simulated 12345, city platform, WeChat, handsets, leader app and departments were answered, oldest first. */
  answers(channel?: string): readonly Answer[]
  /** Closes the hub only: workstations lose it, traffic waits. */
  stopHub(): Promise<void>
  /** Starts it again on the same file and port. */
  startHub(change?: Pick<HubOptions, 'newEpoch' | 'alterReply'>): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

const defaultCache = new URL('../../build/out/camera-clips', import.meta.url).pathname
/** Reports a day: a busy sub-center, and the average one of the published half-year. */
const busyPerDay = 420
const averagePerDay = 140

/** Rejects with a sentence for a person when the port is taken or the folder cannot be written. */
export async function startDistrict(options: DistrictOptions): Promise<District> {
  const { folder, clock, log, seed = 1 } = options
  const { code, letters } = findSubCenter(options.subCenter ?? songzhuang)
  requireWritable(folder)
  await using stack = new AsyncDisposableStack()
  const certificates = await prepareCertificates(folder, clock)
  const geography = createGeography(seed)
  const outside = createOuterSystems({ subCenter: code, log, told: options.answered })
  let traffic: Traffic | null = null
  const units = createUnitsFeed({ hub: () => switchable.hub, geography, subCenter: code, seed })
  const switchable = await createSwitchableHub({
    ...hubOptionsOf(options, certificates, hubSeed(seed, code)),
    recipients: recipientsFrom(geography),
    stepsTaken(steps) {
      outside.hear(steps)
      units.followed(steps)
      traffic?.followed(steps)
    },
  })
  stack.defer(switchable.stop)
  const { hub } = switchable
  furnish(hub, { geography, subCenter: code, cases: options.history ?? 0, until: clock(), seed })
  units.publish()
  const live = openTraffic(options, geography, switchable.running, code, stack)
  traffic = live
  const { cameras, park } = await openCameras(options, geography, code, hub, stack)
  options.signal?.throwIfAborted()
  const workstation = writeToken(folder, seed, `${letters}-02`)
  const configFile = writeConfiguration(folder, hub.url, workstation.code)
  log.info({ subCenter: code, cameras: cameras.length, head: hub.head(code) }, 'district is up')
  const opened = stack.move()
  return {
    get hub() {
      return switchable.hub
    },
    ...{
      subCenter: code,
      geography,
      certificates,
      workstation,
      accounts: demoAccounts(code),
      cameras,
      park,
      configFile,
    },
    configFileOf: (number) => {
      const { code: other } = writeToken(folder, seed, `${letters}-0${number}`)
      return writeConfiguration(folder, hub.url, other, `console-${number}`)
    },
    reportFromField: ({ subCenter = code, ...wishes } = {}) =>
      live.report(subCenter, { ...wishes, channel: 'field-handset' }),
    report: ({ subCenter = code, ...wishes }) => live.report(subCenter, wishes),
    answers: outside.answers,
    handsets: createHandsets(() => switchable.hub, code),
    ...createOthersSteps(() => switchable.hub, createCast(geography, code, seed), createRandom(seed, 'others')),
    stopHub: switchable.stop,
    startHub: switchable.start,
    close: () => opened.disposeAsync(),
  }
}

function hubOptionsOf(options: DistrictOptions, tls: Certificates, seedData: HubOptions['seedData']): HubOptions {
  const { folder, clock, log, port = 0, newEpoch, alterReply, hubFault } = options
  return {
    ...{ folder, clock, log, port, tls, seedData, misbehave: hubFault ? createMisbehaviour(hubFault) : null },
    ...(newEpoch && { newEpoch }),
    ...(alterReply && { alterReply }),
  }
}

/** A hub that can be stopped and started again on its port. */
async function createSwitchableHub(options: HubOptions) {
  let hub = await startHub(options)
  let isRunning = true
  return {
    get hub() {
      return hub
    },
    running: () => (isRunning ? hub : null),
    async stop() {
      isRunning = false
      await hub.close()
    },
    async start(change: Pick<HubOptions, 'newEpoch' | 'alterReply'> = {}) {
      hub = await startHub({ ...options, newEpoch: false, port: hub.port, ...change })
      isRunning = true
    },
  }
}

/** What a new hub begins with: the class catalogue everywhere, and a past in the console's sub-center. */
function furnish(hub: Hub, past: Parameters<typeof generateHistory>[0]): void {
  for (const { code } of subCenters) {
    if (hub.head(code) > 0) continue
    hub.publishMany(code, [calendarPut(), ...cataloguePuts()])
    if (code === past.subCenter) hub.publishMany(code, gridPuts(past.geography, code))
    if (code === past.subCenter && past.cases > 0) hub.fill(code, generateHistory(past))
  }
}

function openTraffic(
  { clock, log, seed = 1, accelerate = 0, desk = 'simulated', reportsPerDay = busyPerDay }: DistrictOptions,
  geography: Geography,
  hub: () => Hub | null,
  busy: string,
  stack: AsyncDisposableStack,
): Traffic {
  const rates = new Map(subCenters.map(({ code }) => [code, code === busy ? reportsPerDay : averagePerDay]))
  const manned = { subCenter: busy, desk }
  const traffic = createTraffic({ hub, geography, seed, rates, accelerate, manned, clock })
  if (accelerate === 0) return traffic
  traffic.begin()
  const stopping = new AbortController()
  const walking = runField({ hub, geography, subCenter: busy, seed, clock }, stopping.signal)
  const receiving = runHandsets(hub, busy, stopping.signal)
  const ended = runTraffic(traffic, clock, stopping.signal, log)
  stack.defer(async () => {
    stopping.abort()
    await Promise.all([ended, walking, receiving])
  })
  return traffic
}

async function openCameras(
  options: DistrictOptions,
  geography: Geography,
  subCenter: string,
  hub: Hub,
  stack: AsyncDisposableStack,
): Promise<{ cameras: Camera[]; park: CameraPark | null }> {
  const { cameras = 'none', seed = 1, log, cacheFolder = defaultCache, discoveryPort } = options
  if (cameras === 'none') {
    listCameras(hub, subCenter, [])
    return { cameras: [], park: null }
  }
  // Loaded only when wanted: most tests need no cameras.
  const { openCameraPark } = await import('./cameras/camera-park.ts')
  const stopping = new AbortController()
  options.signal?.addEventListener('abort', () => stopping.abort(), { once: true })
  const park = await openCameraPark({
    ...{ host: '127.0.0.1', seed, cacheFolder, count: cameras, signal: stopping.signal },
    ...(discoveryPort !== undefined && { discoveryPort }),
    log: (message) => log.info(message),
  })
  stack.defer(() => park.close())
  const placed = placeCameras(park.cameras, geography, subCenter, seed)
  listCameras(hub, subCenter, placed)
  return { cameras: placed, park }
}
