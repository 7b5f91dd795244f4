/** What is set for a camera at this workstation, whoever owns it. */
import type { Database } from 'better-sqlite3'
import { guard, type Guard } from '../contract/ptz.ts'

export interface CameraSettings {
  guard(cameraId: string): Guard | null
  setGuard(cameraId: string, value: Guard | null): void
  /** Ids of cameras whose events are listened to. */
  followed(): string[]
  setFollowed(cameraId: string, isFollowed: boolean): void
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
  const followed = database
    .prepare<[], string>('SELECT camera_id FROM camera_settings WHERE is_followed = 1 ORDER BY camera_id')
    .pluck()
  const follow = database.prepare(
    `INSERT INTO camera_settings (camera_id, is_followed) VALUES (?, ?)
     ON CONFLICT (camera_id) DO UPDATE SET is_followed = excluded.is_followed`,
  )
  const forget = database.prepare('DELETE FROM camera_settings WHERE camera_id = ?')
  return {
    guard(cameraId) {
      const kept = readGuard.get(cameraId)
      return kept ? (guard.safeParse(JSON.parse(kept)).data ?? null) : null
    },
    setGuard: (cameraId, value) => void keepGuard.run(cameraId, value && JSON.stringify(value)),
    followed: () => followed.all(),
    setFollowed: (cameraId, isFollowed) => void follow.run(cameraId, isFollowed ? 1 : 0),
    forget: (cameraId) => void forget.run(cameraId),
  }
}
