/** The cameras that the hub shares with this sub-center. */
import type { Database } from 'better-sqlite3'
import type { Camera, CameraRow } from '../contract/camera.ts'
import type { CamerasDelta } from '../contract/contract.ts'

export interface CameraRegistry {
  put(camera: Camera, generation: number): void
  remove(cameraId: string): void
  removeOtherGenerations(generation: number): void
  /** The whole camera, with its address and credentials: for native only. */
  find(cameraId: string): Camera | null
  /** What the renderer may know, by owner and name. */
  rows(): CameraRow[]
}

/** Writing calls belong into a transaction of the caller. */
export function createCameraRegistry(database: Database): CameraRegistry {
  const upsert = database.prepare(
    `INSERT INTO cameras (id, body, generation) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET body = excluded.body, generation = excluded.generation`,
  )
  const remove = database.prepare('DELETE FROM cameras WHERE id = ?')
  const removeOthers = database.prepare('DELETE FROM cameras WHERE generation <> ?')
  const find = database.prepare<[string], string>('SELECT body FROM cameras WHERE id = ?').pluck()
  const all = database
    .prepare<[], string>("SELECT body FROM cameras ORDER BY body ->> 'owner' DESC, body ->> 'name'")
    .pluck()
  return {
    put: (camera, generation) => void upsert.run(camera.id, JSON.stringify(camera), generation),
    remove: (cameraId) => void remove.run(cameraId),
    removeOtherGenerations: (generation) => void removeOthers.run(generation),
    find(cameraId) {
      const body = find.get(cameraId)
      return body === undefined ? null : (JSON.parse(body) as Camera)
    },
    rows: () => all.all().map((body) => rowOf(JSON.parse(body) as Camera)),
  }
}

function rowOf(camera: Camera): CameraRow {
  const { id, deviceCode, owner, name, place, longitude, latitude, heading, gridCode, steerable, source } = camera
  const where = { longitude, latitude, ...(typeof heading === 'number' ? { heading } : {}) }
  return { id, deviceCode, owner, name, place, ...where, gridCode, steerable, sourceKind: source.kind }
}

/** Undefined when both lists show the same. */
export function differCameras(before: CameraRow[], after: CameraRow[]): CamerasDelta | undefined {
  const old = new Map(before.map((row) => [row.id, JSON.stringify(row)]))
  const put = after.filter((row) => old.get(row.id) !== JSON.stringify(row))
  const kept = new Set(after.map((row) => row.id))
  const removed = before.filter((row) => !kept.has(row.id)).map((row) => row.id)
  return put.length + removed.length > 0 ? { put, removed } : undefined
}
