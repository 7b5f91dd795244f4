/** Small pictures of what a camera's presets show, where the owner lets pictures be kept. */
import type { Database } from 'better-sqlite3'
import type { Clock } from '../clock.ts'
import type { Camera } from '../contract/camera.ts'
import { type PresetPicture, wholeView } from '../contract/ptz.ts'
import { Fault } from '../fault.ts'
import { ownerRules } from './owner-rules.ts'

export interface PresetPictures {
  /** At most `most`, the latest; none of a camera whose owner does not, or no longer, let them be kept. */
  read(cameraId: string): PresetPicture[]
  /** `jpeg` is base64. Faults: `not-found` (no such camera), `forbidden` (the owner's rule), `invalid` (the whole view of a camera that turns). */
  keep(cameraId: string, presetToken: string, jpeg: string): void
  /** The preset is gone, or points elsewhere now. Without a token: the camera is gone. */
  forget(cameraId: string, presetToken?: string): void
}

export interface PresetPicturesOptions {
  database: Database
  findCamera: (cameraId: string) => Camera | null
  clock: Clock
  /** For each camera; the oldest go. */
  most?: number
}

export function createPresetPictures({
  database,
  findCamera,
  clock,
  most = 64,
}: PresetPicturesOptions): PresetPictures {
  const read = database.prepare<[string], { presetToken: string; at: number; jpeg: Buffer }>(
    'SELECT preset_token AS presetToken, at, jpeg FROM preset_pictures WHERE camera_id = ? ORDER BY at DESC',
  )
  const put = database.prepare(
    `INSERT INTO preset_pictures (camera_id, preset_token, at, jpeg) VALUES (?, ?, ?, ?)
     ON CONFLICT (camera_id, preset_token) DO UPDATE SET at = excluded.at, jpeg = excluded.jpeg`,
  )
  const trim = database.prepare(
    `DELETE FROM preset_pictures WHERE camera_id = ? AND preset_token NOT IN
       (SELECT preset_token FROM preset_pictures WHERE camera_id = ? ORDER BY at DESC LIMIT ?)`,
  )
  const forget = database.prepare('DELETE FROM preset_pictures WHERE camera_id = ?')
  const forgetOne = database.prepare('DELETE FROM preset_pictures WHERE camera_id = ? AND preset_token = ?')
  const mayKeep = (camera: Camera | null) => camera !== null && ownerRules[camera.owner].mayKeep

  return {
    read: (cameraId) =>
      mayKeep(findCamera(cameraId))
        ? read.all(cameraId).map(({ jpeg, ...picture }) => ({ ...picture, jpeg: jpeg.toString('base64') }))
        : [],
    keep: database.transaction((cameraId: string, presetToken: string, jpeg: string) => {
      const camera = findCamera(cameraId)
      if (!camera) throw new Fault('not-found', `there is no camera ${cameraId}`)
      if (!mayKeep(camera)) throw new Fault('forbidden', `${camera.owner} lets no picture be kept`)
      if (presetToken === wholeView && camera.steerable) throw new Fault('invalid', 'it has presets, not one view')
      put.run(cameraId, presetToken, clock.now(), Buffer.from(jpeg, 'base64'))
      trim.run(cameraId, cameraId, most)
    }),
    forget(cameraId, presetToken) {
      if (presetToken === undefined) forget.run(cameraId)
      else forgetOne.run(cameraId, presetToken)
    },
  }
}
