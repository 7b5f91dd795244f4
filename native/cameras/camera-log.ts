/** What happened to each camera, the latest lines of it: appended, the oldest go. */
import type { Database } from 'better-sqlite3'
import { type CameraLogKind, type CameraLogLine, type HealthReason, mostLogLines } from '../contract/camera-health.ts'
import type { Clock } from '../clock.ts'

interface About {
  reason?: HealthReason | null
  operatorName?: string
  /** Neither addresses nor credentials. */
  detail?: string
}

export interface CameraLog {
  note(cameraId: string, kind: CameraLogKind, about?: About): void
  /** Newest first, at most 100: those older than the line `before`, or the latest. */
  read(cameraId: string, before: number | null): CameraLogLine[]
  forget(cameraId: string): void
}

export function createCameraLog(database: Database, clock: Clock, most = mostLogLines): CameraLog {
  const insert = database.prepare(
    'INSERT INTO camera_log (camera_id, at, kind, reason, operator_name, detail) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const trim = database.prepare(
    `DELETE FROM camera_log WHERE camera_id = ? AND id <=
       (SELECT id FROM camera_log WHERE camera_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
  )
  const read = database.prepare<[string, number], CameraLogLine>(
    `SELECT id, at, kind, reason, operator_name AS operatorName, detail FROM camera_log
     WHERE camera_id = ? AND id < ? ORDER BY id DESC LIMIT 100`,
  )
  const forget = database.prepare('DELETE FROM camera_log WHERE camera_id = ?')
  return {
    note: database.transaction((cameraId: string, kind: CameraLogKind, about: About = {}) => {
      const { reason = null, operatorName = null, detail = '' } = about
      insert.run(cameraId, clock.now(), kind, reason, operatorName, detail.slice(0, 200))
      trim.run(cameraId, cameraId, most)
    }),
    read: (cameraId, before) => read.all(cameraId, before ?? Number.MAX_SAFE_INTEGER),
    forget: (cameraId) => void forget.run(cameraId),
  }
}
