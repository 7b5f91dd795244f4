/** Listens to the cameras that somebody wants to hear of, and never gives one up. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { type CameraNotices, type CameraNotice, mostCameraNotices, mostFollowed } from '../contract/camera-health.ts'
import type { Camera } from '../contract/camera.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { CameraLog } from './camera-log.ts'
import type { CameraSettings } from './camera-settings.ts'
import type { DeviceEvent } from './onvif-events.ts'

export interface Listening {
  changed: Signal<void>
  state(): CameraNotices
  /** Idempotent. Faults: `not-found`, `invalid` (no ONVIF camera, or too many). */
  follow(cameraId: string, isFollowed: boolean): void
  close(): void
}

export interface ListeningOptions {
  find: (cameraId: string) => Camera | null
  settings: Pick<CameraSettings, 'followed' | 'setFollowed'>
  /** Listens until it fails or `signal` aborts; `heard` with nothing says that it is well. */
  listen: (camera: Camera, heard: (events: DeviceEvent[]) => void, signal: AbortSignal) => Promise<void>
  cameraLog: CameraLog
  newId: () => string
  /** From 0 up to 1. */
  random: () => number
  clock: Clock
  log: Logger
}

const firstRetryMs = 1_000
const longestRetryMs = 60_000

export function createListening(options: ListeningOptions): Listening {
  const { find, settings, clock, log, cameraLog } = options
  const changed = createEmitter<void>()
  const running = new Map<string, { ending: AbortController; isHeard: boolean }>()
  let notices: CameraNotice[] = []

  function take(cameraId: string, events: readonly DeviceEvent[]): void {
    const fresh = events.map((event) => ({ ...event, id: options.newId(), cameraId, at: clock.now() }))
    notices = [...fresh.toReversed(), ...notices].slice(0, mostCameraNotices)
    for (const { kind, topic, isActive } of events) {
      if (isActive && kind !== 'other') cameraLog.note(cameraId, kind, { detail: topic })
    }
  }
  async function keepListening(cameraId: string, one: { ending: AbortController; isHeard: boolean }): Promise<void> {
    const { signal } = one.ending
    for (let wait = firstRetryMs; ; wait = Math.min(wait * 2, longestRetryMs)) {
      const camera = find(cameraId)
      const heard = (events: DeviceEvent[]) => {
        wait = firstRetryMs
        take(cameraId, events)
        if (!one.isHeard || events.length > 0) {
          one.isHeard = true
          changed.emit()
        }
      }
      // A camera that the hub has taken away may come back.
      if (camera) {
        await options.listen(camera, heard, signal).catch((error: unknown) => {
          if (!signal.aborted) log.info({ cameraId, error: String(error) }, 'the camera is not heard')
        })
      }
      if (one.isHeard) {
        one.isHeard = false
        changed.emit()
      }
      await clock.sleep(wait * (0.75 + options.random() * 0.5), signal)
    }
  }
  function start(cameraId: string): void {
    const one = { ending: new AbortController(), isHeard: false }
    running.set(cameraId, one)
    keepListening(cameraId, one).catch(() => undefined)
  }
  for (const cameraId of settings.followed()) start(cameraId)

  return {
    changed,
    state: () => ({
      notices,
      followed: [...running].map(([cameraId, { isHeard }]) => ({ cameraId, isHeard })),
    }),
    follow(cameraId, isFollowed) {
      if (isFollowed === running.has(cameraId)) return
      if (isFollowed) {
        const camera = find(cameraId)
        if (!camera) throw new Fault('not-found', `there is no camera ${cameraId}`)
        if (camera.source.kind !== 'onvif') throw new Fault('invalid', 'this is no ONVIF camera')
        if (running.size >= mostFollowed) throw new Fault('invalid', `more than ${mostFollowed} cameras`)
        start(cameraId)
      } else {
        running.get(cameraId)?.ending.abort()
        running.delete(cameraId)
      }
      settings.setFollowed(cameraId, isFollowed)
      changed.emit()
    },
    close() {
      for (const { ending } of running.values()) ending.abort()
    },
  }
}
