/** Stops as they are shown: with their camera, and with what is wrong with them. Pure. */
import type { CameraRow } from '../../../../native/contract/camera.ts'
import type { PatrolStop } from '../../../../native/contract/patrol.ts'
import { presetNow } from '../../../../native/contract/patrol-run.ts'
import type { Preset } from '../../../../native/contract/ptz.ts'

export type StopProblem = 'camera-gone' | 'preset-gone' | 'preset-renamed' | 'preset-moved' | 'not-steerable'

export interface StopLine {
  stop: PatrolStop
  camera: CameraRow | null
  problem: StopProblem | null
}

export interface Known {
  /** False: the cameras are still on their way. */
  isComplete: boolean
  cameras: ReadonlyMap<string, CameraRow>
  /** By camera id; null: not reached. */
  presets: ReadonlyMap<string, readonly Preset[] | null>
}

export function lineOf(stop: PatrolStop, { isComplete, cameras, presets }: Known): StopLine {
  const camera = cameras.get(stop.cameraId) ?? null
  return { stop, camera, problem: camera ? presetProblem(stop, camera, presets) : isComplete ? 'camera-gone' : null }
}

function presetProblem(stop: PatrolStop, camera: CameraRow, presets: Known['presets']): StopProblem | null {
  if (!stop.preset) return null
  if (!camera.steerable) return 'not-steerable'
  const present = presets.get(stop.cameraId)
  if (!present) return null
  const { is } = presetNow(stop.preset, present)
  return is === 'same' ? null : `preset-${is}`
}

/** What sets it right where that can be done without asking; null: a person has to choose. */
export function mendedPreset(stop: PatrolStop, present: readonly Preset[]): Preset | null {
  const token = stop.preset && presetNow(stop.preset, present).token
  return present.find((preset) => preset.token === token) ?? null
}
