/** Builds everything about cameras but watching them, and closes it. */
import { networkInterfaces } from 'node:os'
import type { Logger } from 'pino'
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import type { Clock } from '../clock.ts'
import type { Camera } from '../contract/camera.ts'
import type { DeviceQuestion, DeviceSheet } from '../contract/discovery.ts'
import type { CameraTrial, TrialResult } from '../contract/own-camera.ts'
import { Fault } from '../fault.ts'
import type { HubLink } from '../hub/hub-link.ts'
import type { Emitter, Signal } from '../signal.ts'
import { askDevice } from './ask-device.ts'
import { createListening, type Listening } from './camera-notices.ts'
import { type DeviceEvent, openPullPoint } from './onvif-events.ts'
import { type CameraExchange, createCameraExchange } from './camera-exchange.ts'
import { type CameraLog, createCameraLog } from './camera-log.ts'
import type { CameraRegistry } from './camera-registry.ts'
import { createCameraSettings } from './camera-settings.ts'
import { createHealthRound, type HealthRound, type RoundPace } from './health-round.ts'
import { createLeases, type Leases } from './leases.ts'
import { lookAtCamera } from './look-at-camera.ts'
import { openOnvifDevice } from './onvif-device.ts'
import { openPtz } from './onvif-ptz.ts'
import { createOwnCameras, type OwnCameras } from './own-cameras.ts'
import { type Search, searchNetworks } from './search-networks.ts'
import { createPresetPictures, type PresetPictures } from './preset-pictures.ts'
import { createSteering, type Steering } from './steering.ts'

export interface CameraDesk {
  own: OwnCameras
  exchange: CameraExchange
  /** Ends with the signal. */
  search(changed: () => void, signal: AbortSignal): Search
  ask(question: DeviceQuestion, signal: AbortSignal | undefined): Promise<DeviceSheet>
  /** Fault: `not-found`. */
  tryOut(trial: CameraTrial, signal: AbortSignal | undefined): Promise<TrialResult>
  leases: Leases
  steering: Steering
  presetPictures: PresetPictures
  health: HealthRound
  notices: Listening
  log: CameraLog
  close(): void
}

export interface CameraDeskOptions {
  database: Database
  registry: CameraRegistry
  camerasChanged: Emitter<void>
  link: HubLink
  workstation: string
  /** Whoever leaves lets go of what they had in hand. */
  signedOut: Signal<unknown>
  recordAudit: RecordAudit
  newId: () => string
  clock: Clock
  log: Logger
  healthPace?: Partial<RoundPace>
  discoveryPort?: number
}

export function createCameraDesk(options: CameraDeskOptions): CameraDesk {
  const { database, registry, recordAudit, newId, clock, log } = options
  const cameraLog = createCameraLog(database, clock)
  const settings = createCameraSettings(database)
  const own = createOwnCameras({
    ...{ database, recordAudit, newId },
    written() {
      registry.refresh()
      options.camerasChanged.emit()
    },
    forget(cameraId) {
      notices.follow(cameraId, false)
      cameraLog.forget(cameraId)
      settings.forget(cameraId)
      presetPictures.forget(cameraId)
    },
  })
  const presetPictures = createPresetPictures({ database, findCamera: registry.find, clock })
  const leases = createLeases({ link: options.link, workstation: options.workstation, clock, log })
  const steering = createSteering({
    ...{ leases, settings, cameraLog, clock, log },
    findCamera: registry.find,
    openPtz: (camera, signal) => openHead(camera, { signal, clock, log }),
  })
  const health = createHealthRound({
    ...{ cameraLog, clock },
    cameras: registry.rows,
    find: registry.find,
    look: (camera, isThorough, signal) => lookAtCamera(camera, { isThorough, signal, clock, log }),
    random: Math.random,
    ...(options.healthPace ? { pace: options.healthPace } : {}),
  })
  const notices = createListening({
    ...{ settings, cameraLog, newId, clock, log, find: registry.find, random: Math.random },
    listen: (camera, heard, signal) => listenTo(camera, heard, { signal, clock, log }),
  })
  const unsubscribe = options.signedOut.subscribe(() => leases.releaseAll())
  return {
    ...{ own, leases, steering, presetPictures, health, notices },
    log: cameraLog,
    exchange: createCameraExchange({ own, recordAudit, newId }),
    search: (changed, signal) =>
      searchNetworks({
        ...{ changed, signal, newId, clock, cards: networkInterfaces(), cameraAt: cameraAt(registry) },
        ...(options.discoveryPort === undefined ? {} : { port: options.discoveryPort }),
      }),
    ask(question, signal = new AbortController().signal) {
      if ('deviceUrl' in question) return askDevice({ ...question, signal, clock, log })
      const camera = registry.find(question.cameraId)
      if (!camera) throw new Fault('not-found', `there is no camera ${question.cameraId}`)
      if (camera.source.kind !== 'onvif') throw new Fault('invalid', 'this is no ONVIF camera')
      const { source, credentials } = camera
      return askDevice({ deviceUrl: source.deviceUrl, credentials, signal, clock, log })
    },
    async tryOut(trial, signal = new AbortController().signal) {
      const begun = clock.now()
      const reason = await lookAtCamera(own.onTrial(trial), { isThorough: true, signal, clock, log })
      return { reason, answerMs: clock.now() - begun }
    },
    close() {
      unsubscribe()
      notices.close()
      health.close()
      steering.close()
      leases.close()
    },
  }
}

async function openHead(camera: Camera, parts: { signal: AbortSignal; clock: Clock; log: Logger }) {
  if (camera.source.kind !== 'onvif') throw new Fault('invalid', 'this camera does not turn', 'not-steerable')
  const { source, credentials } = camera
  const device = await openOnvifDevice({ ...parts, deviceUrl: source.deviceUrl, credentials })
  try {
    return { ptz: await openPtz(device), close: () => device.close() }
  } catch (error) {
    device.close()
    throw error
  }
}

/** Devices that answer an empty pull at once are asked no more often than this, in ms. */
const pullGapMs = 1_000

export async function listenTo(
  camera: Camera,
  heard: (events: DeviceEvent[]) => void,
  parts: { signal: AbortSignal; clock: Clock; log: Logger },
): Promise<void> {
  if (camera.source.kind !== 'onvif') throw new Fault('invalid', 'this is no ONVIF camera')
  const { deviceUrl } = camera.source
  const device = await openOnvifDevice({ ...parts, deviceUrl, credentials: camera.credentials })
  try {
    const point = await openPullPoint(device, deviceUrl)
    for (heard([]); ; heard(await point.pull())) await parts.clock.sleep(pullGapMs, parts.signal)
  } finally {
    device.close()
  }
}

/** Which camera has this address, by host, port and path. */
function cameraAt(registry: CameraRegistry): (deviceUrl: string) => string | null {
  const keyOf = (address: string) => {
    const url = URL.parse(address)
    return url && `${url.host}${url.pathname}`.toLowerCase()
  }
  const known = new Map(
    registry
      .all()
      .flatMap(({ id, source }) => (source.kind === 'onvif' ? [[keyOf(source.deviceUrl), id] as const] : [])),
  )
  return (deviceUrl) => known.get(keyOf(deviceUrl)) ?? null
}
