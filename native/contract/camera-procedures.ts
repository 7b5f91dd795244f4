/** The part of the contract that is about cameras: watching, keeping, finding, steering and minding them. */
import { eventIterator, type } from '@orpc/contract'
import { z } from 'zod'
import { type CameraRow, type MediaAccess, type StillPicture, type Watch, watchRequest } from './camera.ts'
import {
  type CameraHealth,
  type CameraNotices,
  type CameraLogLine,
  cameraLogQuestion,
  type HealthDelta,
} from './camera-health.ts'
import { identifier } from './case.ts'
import { deviceQuestion, type DeviceSheet, type DiscoveryState } from './discovery.ts'
import {
  cameraFileFormat,
  cameraFilePiece,
  type CameraImport,
  cameraTrial,
  type OwnCamera,
  ownCameraChange,
  ownCameraInput,
  type TrialResult,
} from './own-camera.ts'
import { caseworkers, everybody, leaders, topic } from './procedures.ts'
import {
  guard,
  type LeaseState,
  presetName,
  type PresetPicture,
  presetPicture,
  presetToken,
  type SteeringState,
  velocity,
} from './ptz.ts'

export interface CamerasDelta {
  put: CameraRow[]
  removed: string[]
}

const cameraId = z.object({ cameraId: identifier })

/** Cameras that the sub-center keeps itself. */
const own = {
  /** What stands about it, without credentials. Fault: `not-found` (also for a camera of the hub's). */
  read: leaders.input(cameraId).output(type<OwnCamera>()),
  /** Looks at a camera once as it is about to be kept; nothing is written. Fault: `not-found`. */
  tryOut: leaders.input(cameraTrial).output(type<TrialResult>()),
  /** Faults: `conflict` (device-code-taken), `invalid` (too many). */
  add: leaders.input(ownCameraInput).output(type<{ cameraId: string }>()),
  /** Faults: `not-found`, `conflict` (device-code-taken; without a reason: somebody else has changed it since). */
  change: leaders.input(ownCameraChange).output(type<null>()),
  /** Its health, log and guard position go with it. Idempotent. Fault: `not-found` for a camera of the hub's. */
  remove: leaders.input(cameraId).output(type<null>()),
  /** The community's cameras as a file, in pieces to be put together; without credentials. Recorded. */
  export: leaders.input(z.object({ format: cameraFileFormat })).output(eventIterator(type<string>())),
  /** A file comes in pieces. It is matched by device code: known ones are changed, others added, none removed. */
  beginImport: leaders.input(z.object({ format: cameraFileFormat })).output(type<{ importId: string }>()),
  /** `at`: UTF-16 units so far. Faults: `not-found`, `conflict` (not the next), `invalid` (too large). */
  appendImport: leaders
    .input(z.object({ importId: identifier, at: z.int().min(0), text: z.string().max(cameraFilePiece) }))
    .output(type<null>()),
  /** A trial says what would happen and keeps the file for the real run; with complaints nothing is taken. Fault: `not-found`. */
  finishImport: leaders.input(z.object({ importId: identifier, isTrial: z.boolean() })).output(type<CameraImport>()),
}

/** Finding devices on the networks of this workstation. */
const discovery = {
  /** Asks on every network for some seconds; each state is whole. Ends with the last one, or when nobody follows it any more. */
  search: leaders.output(topic<DiscoveryState, DiscoveryState>()),
  /** Asks one device about itself. Faults: `not-found`, `invalid` (not an ONVIF camera), `offline` (camera-...; timeout). */
  ask: leaders.input(deviceQuestion).output(type<DeviceSheet>()),
}

/**
 * Steering. All but the topics need the lease of the camera; without it the fault is `conflict` (lease-needed). Any of them may answer
 * `not-found`, `invalid` (not-steerable) or `offline` (camera-...; timeout), and each use renews the lease.
 */
const steering = {
  /** Who has which camera in hand, at all workstations of the sub-center. */
  leases: caseworkers.output(topic<LeaseState, LeaseState>()),
  /**
   * Takes a camera in hand. Fault: `conflict` (lease-held). `isTakenOver` takes it from a person of a lower role; operator < duty leader <
   * section chief.
   */
  take: caseworkers.input(cameraId.extend({ isTakenOver: z.boolean() })).output(type<null>()),
  /** Stops it and gives it back. Idempotent. */
  release: caseworkers.input(cameraId).output(type<null>()),
  /** Presets and guard position; presets are asked of the camera when somebody begins to follow. Needs no lease. */
  watch: caseworkers.input(cameraId).output(topic<SteeringState, SteeringState>()),
  /** Begins or goes on turning, for `holdMoveMs`; answers when the camera has taken it, or a newer one has replaced it. */
  move: caseworkers.input(cameraId.extend({ velocity })).output(type<null>()),
  /** Needs no lease when nobody has it: a camera that turns can always be stopped. */
  stop: caseworkers.input(cameraId).output(type<null>()),
  goTo: caseworkers.input(cameraId.extend({ presetToken })).output(type<null>()),
  /** Keeps where it points now: under a new name, or in place of a preset (which renames it as well). */
  setPreset: caseworkers
    .input(cameraId.extend({ presetToken: presetToken.nullable(), name: presetName }))
    .output(type<{ presetToken: string }>()),
  /** Gives it another name and leaves its position: goes there first, where the camera knows no other way. */
  renamePreset: caseworkers.input(cameraId.extend({ presetToken, name: presetName })).output(type<null>()),
  removePreset: caseworkers.input(cameraId.extend({ presetToken })).output(type<null>()),
  /** What the presets show, as last seen from here; none where the owner lets no picture be kept. Needs no lease. */
  pictures: caseworkers.input(cameraId).output(type<PresetPicture[]>()),
  /** A camera that does not turn has one picture, of `wholeView`, which needs no lease. Fault: `forbidden` where the owner lets no picture be kept. */
  keepPicture: caseworkers.input(cameraId.extend(presetPicture.shape)).output(type<null>()),
  /** Needs no lease. */
  setGuard: leaders.input(cameraId.extend({ guard: guard.nullable() })).output(type<null>()),
}

/** How the cameras are. */
const health = {
  watch: caseworkers.output(topic<CameraHealth[], HealthDelta>()),
  /** Asks it now, whatever the round is at. Fault: `not-found`. */
  check: caseworkers.input(cameraId).output(type<CameraHealth>()),
  /** Newest first. */
  log: caseworkers.input(cameraLogQuestion).output(type<CameraLogLine[]>()),
}

/** What cameras notice themselves. */
const notices = {
  watch: caseworkers.output(topic<CameraNotices, CameraNotices>()),
  /** Listens to a camera, or no longer. Faults: `not-found`, `invalid` (no ONVIF camera, or too many). */
  follow: leaders.input(cameraId.extend({ isFollowed: z.boolean() })).output(type<null>()),
}

export const cameraProcedures = {
  list: everybody.output(topic<CameraRow[], CamerasDelta>()),
  /** Faults: `forbidden` (reason-required), `not-found`, `offline` (camera-unreachable, camera-unauthorized, camera-answer, camera-codec, timeout). */
  watch: caseworkers.input(watchRequest).output(type<Watch>()),
  /** Where the media gateway listens and what it wants to hear; see media-wire.ts. */
  gateway: caseworkers.output(type<MediaAccess>()),
  /**
   * A still picture of a watch, at most one a second: answers with the next one. Faults: `not-found` (the watch has ended), `invalid` (the camera
   * gives none), `offline` (camera-...; timeout).
   */
  still: caseworkers.input(z.object({ watchId: identifier })).output(type<StillPicture>()),
  /**
   * A watch of its own for the sound of a watch, opened on the media wire as `sound`; it ends with that watch, or by `unwatch`. Recorded. Faults:
   * `not-found` (the watch has ended), `forbidden` (sound-forbidden), `invalid` (the source brings no sound of its own).
   */
  listen: caseworkers.input(z.object({ watchId: identifier })).output(type<{ watchId: string }>()),
  /** Idempotent. */
  unwatch: caseworkers.input(z.object({ watchId: identifier })).output(type<null>()),
  own,
  discovery,
  steering,
  health,
  notices,
}
