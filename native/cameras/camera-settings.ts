/** What is set for a camera at this workstation, whoever owns it. */
import type { Database } from 'better-sqlite3'
import { guard, type Guard } from '../contract/ptz.ts'

export interface CameraSettings {
  guard(cameraId: string): Guard | null
  setGuard(cameraId: string, value: Guard | null): void
  forget(cameraId: string): void
}

export function createCameraSettings(database: Database): CameraSettings {
  const readGuard = database
    .prepare<[string], string | null>('SELECT guard FROM camera_settings WHERE camera_id = ?')
    .pluck()
  const keepGuard = database.prepare(
    `INSERT INTO camera_settings (camera_id, guard) VALUES (?, ?)
     ON CONFLICT (camera_id) DO UPDATE SET guard = excluded.guard`,
  )
  const forget = database.prepare('DELETE FROM camera_settings WHERE camera_id = ?')
  return {
    guard(cameraId) {
      const kept = readGuard.get(cameraId)
      return kept ? (guard.safeParse(JSON.parse(kept)).data ?? null) : null
    },
    setGuard: (cameraId, value) => void keepGuard.run(cameraId, value && JSON.stringify(value)),
    forget: (cameraId) => void forget.run(cameraId),
  }
}
