/** The cameras of this sub-center: those that the hub shares with it and those of its own. */
import type { Database } from 'better-sqlite3'
import type { Camera, CameraRow, SharedCamera } from '../contract/camera.ts'
import type { CamerasDelta } from '../contract/contract.ts'
import { cameraOwners } from '../contract/vocabulary.ts'
import { ownerRules } from './owner-rules.ts'

export interface CameraRegistry {
  put(camera: SharedCamera, generation: number): void
  remove(cameraId: string): void
  removeOtherGenerations(generation: number): void
  /** The whole camera, with its address and credentials: for native only. */
  find(cameraId: string): Camera | null
  all(): Camera[]
  /** What the renderer may know, by owner and name; the same list as long as nothing has changed. */
  rows(): CameraRow[]
  /** The sub-center's own cameras were written. */
  refresh(): void
}

/** Writing calls belong into a transaction of the caller. */
export function createCameraRegistry(database: Database): CameraRegistry {
  const upsert = database.prepare(
    `INSERT INTO cameras (id, body, generation) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET body = excluded.body, generation = excluded.generation`,
  )
  const remove = database.prepare('DELETE FROM cameras WHERE id = ?')
  const removeOthers = database.prepare('DELETE FROM cameras WHERE generation <> ?')
  const find = database
    .prepare<[string, string], string>(
      `SELECT body FROM cameras WHERE id = ? UNION ALL SELECT body FROM own_cameras WHERE id = ? LIMIT 1`,
    )
    .pluck()
  const bodies = database.prepare<[], string>('SELECT body FROM cameras UNION ALL SELECT body FROM own_cameras').pluck()
  const all = () => bodies.all().map((body) => JSON.parse(body) as Camera)
  // Lists of hundreds are asked for with every case that is opened.
  let known: CameraRow[] | null = null
  const refresh = () => (known = null)
  return {
    put(camera, generation) {
      upsert.run(camera.id, JSON.stringify(camera), generation)
      refresh()
    },
    remove(cameraId) {
      remove.run(cameraId)
      refresh()
    },
    removeOtherGenerations(generation) {
      removeOthers.run(generation)
      refresh()
    },
    find(cameraId) {
      const body = find.get(cameraId, cameraId)
      return body === undefined ? null : (JSON.parse(body) as Camera)
    },
    all,
    rows: () => (known ??= all().map(rowOf).sort(inOrder)),
    refresh,
  }
}

function inOrder(one: CameraRow, other: CameraRow): number {
  const byOwner = cameraOwners.indexOf(one.owner) - cameraOwners.indexOf(other.owner)
  if (byOwner !== 0) return byOwner
  if (one.name !== other.name) return one.name < other.name ? -1 : 1
  return one.id < other.id ? -1 : 1
}

function rowOf(camera: Camera): CameraRow {
  const { id, deviceCode, owner, name, place, longitude, latitude, heading, gridCode, steerable, source } = camera
  const where = { longitude, latitude, ...(typeof heading === 'number' ? { heading } : {}) }
  const { blanking } = ownerRules[owner]
  const asked = blanking ? { blanking } : {}
  return { id, deviceCode, owner, name, place, ...where, gridCode, steerable, sourceKind: source.kind, ...asked }
}

/** Undefined when both lists show the same. */
export function differCameras(before: CameraRow[], after: CameraRow[]): CamerasDelta | undefined {
  if (before === after) return undefined
  const old = new Map(before.map((row) => [row.id, JSON.stringify(row)]))
  const put = after.filter((row) => old.get(row.id) !== JSON.stringify(row))
  const kept = new Set(after.map((row) => row.id))
  const removed = before.filter((row) => !kept.has(row.id)).map((row) => row.id)
  return put.length + removed.length > 0 ? { put, removed } : undefined
}
