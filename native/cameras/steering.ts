/** Steers cameras for those who have them in hand, and sends them back to their guard position afterwards. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Camera } from '../contract/camera.ts'
import type { Operator } from '../contract/case.ts'
import type { Guard, Preset, SteeringState, Velocity } from '../contract/ptz.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { CameraLog } from './camera-log.ts'
import type { CameraSettings } from './camera-settings.ts'
import { createHead, type Head } from './camera-head.ts'
import { createGuardWatch } from './guard-watch.ts'
import type { Leases } from './leases.ts'
import type { Ptz } from './onvif-ptz.ts'

type Person = Pick<Operator, 'id' | 'name'>

export interface Steering {
  changed: Signal<void>
  /** Faults: `not-found`, `invalid` (not-steerable). */
  requireSteerable(cameraId: string): void
  state(cameraId: string): SteeringState
  /** Asks the camera for its presets. Faults as in the contract. */
  refresh(cameraId: string): Promise<void>
  move(operator: Person, cameraId: string, velocity: Velocity): Promise<void>
  stop(operator: Person, cameraId: string): Promise<void>
  goTo(operator: Person, cameraId: string, presetToken: string): Promise<void>
  setPreset(operator: Person, cameraId: string, presetToken: string | null, name: string): Promise<string>
  renamePreset(operator: Person, cameraId: string, presetToken: string, name: string): Promise<void>
  removePreset(operator: Person, cameraId: string, presetToken: string): Promise<void>
  setGuard(operator: Person, cameraId: string, guard: Guard | null): void
  close(): void
}

export interface SteeringOptions {
  findCamera: (cameraId: string) => Camera | null
  /** Opens the camera's PTZ service; `close` gives its connections back. */
  openPtz: (camera: Camera, signal: AbortSignal) => Promise<{ ptz: Ptz; close(): void }>
  leases: Leases
  settings: CameraSettings
  cameraLog: CameraLog
  clock: Clock
  log: Logger
}

export function createSteering(options: SteeringOptions): Steering {
  const { leases, settings, cameraLog, clock, log } = options
  const changed = createEmitter<void>()
  const closing = new AbortController()
  const heads = new Map<string, Head>()
  const presets = new Map<string, Preset[]>()

  function head(cameraId: string): Head {
    const camera = options.findCamera(cameraId)
    if (!camera) throw new Fault('not-found', `there is no camera ${cameraId}`)
    if (!camera.steerable || camera.source.kind !== 'onvif') {
      throw new Fault('invalid', 'this camera does not turn', 'not-steerable')
    }
    const known = heads.get(cameraId)
    // A camera whose address or password has changed is opened anew.
    const version = `${camera.version} ${JSON.stringify(camera.source)}`
    if (known?.version === version) return known
    known?.close()
    const made = createHead({
      version,
      clock,
      open: (signal) => options.openPtz(camera, signal),
      ended: closing.signal,
    })
    heads.set(cameraId, made)
    return made
  }
  const guards = createGuardWatch({
    guard: settings.guard,
    async goBack(cameraId, { presetToken }) {
      if (leases.holder(cameraId)) return
      await head(cameraId).use((ptz) => ptz.goTo(presetToken))
      cameraLog.note(cameraId, 'guard-returned', { detail: nameOf(cameraId, presetToken) })
    },
    changed: () => changed.emit(),
    ...{ clock, log },
  })
  const nameOf = (cameraId: string, token: string) =>
    presets.get(cameraId)?.find((preset) => preset.token === token)?.name ?? token

  const inHand = (operator: Person, cameraId: string): Head => {
    const found = head(cameraId)
    leases.use(operator, cameraId)
    guards.used(cameraId)
    return found
  }
  async function refresh(cameraId: string): Promise<void> {
    presets.set(cameraId, await head(cameraId).use((ptz) => ptz.presets()))
    changed.emit()
  }
  const unsubscribe = leases.ended.subscribe(({ cameraId }) => {
    // Whoever takes it over finds it still.
    void heads
      .get(cameraId)
      ?.stopIfTurning()
      .catch(() => undefined)
    guards.used(cameraId)
  })

  return {
    changed,
    requireSteerable: (cameraId) => void head(cameraId),
    refresh,
    state: (cameraId) => ({
      presets: presets.get(cameraId) ?? [],
      guard: settings.guard(cameraId),
      returnsAt: guards.returnsAt(cameraId),
    }),
    move: async (operator, cameraId, velocity) => inHand(operator, cameraId).turn(velocity),
    async stop(operator, cameraId) {
      const found = head(cameraId)
      if (leases.holder(cameraId)) leases.use(operator, cameraId)
      guards.used(cameraId)
      await found.stop()
    },
    goTo: async (operator, cameraId, token) => inHand(operator, cameraId).use((ptz) => ptz.goTo(token)),
    async setPreset(operator, cameraId, token, name) {
      const kept = await inHand(operator, cameraId).use((ptz) => ptz.setPreset(token, name))
      cameraLog.note(cameraId, 'preset-set', { operatorName: operator.name, detail: name })
      await refresh(cameraId)
      return kept
    },
    async renamePreset(operator, cameraId, token, name) {
      await inHand(operator, cameraId).use((ptz, signal) => rename(ptz, token, name, clock, signal))
      cameraLog.note(cameraId, 'preset-set', { operatorName: operator.name, detail: name })
      await refresh(cameraId)
    },
    async removePreset(operator, cameraId, token) {
      const name = nameOf(cameraId, token)
      await inHand(operator, cameraId).use((ptz) => ptz.removePreset(token))
      cameraLog.note(cameraId, 'preset-removed', { operatorName: operator.name, detail: name })
      await refresh(cameraId)
    },
    setGuard(operator, cameraId, guard) {
      head(cameraId)
      settings.setGuard(cameraId, guard)
      const detail = guard ? nameOf(cameraId, guard.presetToken) : ''
      cameraLog.note(cameraId, 'guard-set', { operatorName: operator.name, detail })
      guards.used(cameraId)
      changed.emit()
    },
    close() {
      unsubscribe()
      guards.close()
      closing.abort()
      for (const one of heads.values()) one.close()
    },
  }
}

/** How often a camera on its way is asked whether it has come, and for how long, in ms. */
const askMs = 500
const longestWayMs = 20_000

/** SetPreset keeps the present position under the new name, so the camera goes there first. Fault: `offline` (timeout). */
async function rename(ptz: Ptz, token: string, name: string, clock: Clock, signal: AbortSignal): Promise<void> {
  await ptz.goTo(token)
  const end = clock.now() + longestWayMs
  while ((await ptz.isMoving()) === true) {
    if (clock.now() >= end) throw new Fault('offline', 'the camera does not come to rest', 'timeout')
    await clock.sleep(askMs, signal)
  }
  await ptz.setPreset(token, name)
}
