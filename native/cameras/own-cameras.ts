/** The community's own cameras: added, changed and removed by those who answer for the shift. Credentials go in and never come out. */
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import type { Camera, CameraSource } from '../contract/camera.ts'
import type { Operator } from '../contract/case.ts'
import { type CameraTrial, mostOwnCameras, type OwnCamera, type OwnCameraInput } from '../contract/own-camera.ts'
import { Fault } from '../fault.ts'

type Person = Pick<Operator, 'id'>

export interface OwnCamerasOptions {
  database: Database
  recordAudit: RecordAudit
  /** Follows each change, inside of its transaction. */
  written: () => void
  newId: () => string
  /** What else is kept about a camera goes with it. */
  forget: (cameraId: string) => void
}

export interface Planned {
  /** Null: a new camera. */
  cameraId: string | null
  input: OwnCameraInput
}

export interface OwnCameras {
  list(): OwnCamera[]
  /** Device codes of the cameras that the hub shares. */
  sharedCodes(): Set<string>
  /** Faults: `not-found`. */
  read(cameraId: string): OwnCamera
  /** With the credentials that it would be kept with. Fault: `not-found`. */
  onTrial(trial: CameraTrial): Pick<Camera, 'source' | 'credentials'>
  /** Faults: `conflict` (device-code-taken), `invalid` (too many). Answers the id. */
  add(operator: Person, input: OwnCameraInput): string
  /** Faults: `not-found`, `conflict`. */
  change(operator: Person, cameraId: string, version: number, input: OwnCameraInput): void
  /** Idempotent; never touches a camera of the hub's. */
  remove(operator: Person, cameraId: string): void
  /** All or none. */
  putMany(operator: Person, planned: readonly Planned[]): void
}

export function createOwnCameras(options: OwnCamerasOptions): OwnCameras {
  const { database, recordAudit } = options
  const sql = statements(database)

  const found = (cameraId: string): Camera => {
    const body = sql.find.get(cameraId)
    if (body === undefined) throw new Fault('not-found', `there is no camera ${cameraId} of our own`)
    return JSON.parse(body) as Camera
  }
  const audit = (operator: Person, action: string, subject: string) =>
    recordAudit({ operatorId: operator.id, action, subject, reason: null })

  function keep(id: string, input: OwnCameraInput, before: Camera | null): void {
    if (sql.codeElsewhere.get(input.deviceCode, id, input.deviceCode) !== undefined) {
      throw new Fault('conflict', 'another camera has this device code', 'device-code-taken')
    }
    const credentials = credentialsOf(input, before)
    const version = (before?.version ?? 0) + 1
    const camera: Camera = { ...input, id, owner: 'own-community', credentials, version }
    sql.put.run(id, input.deviceCode, JSON.stringify(camera), version)
  }
  function add(operator: Person, input: OwnCameraInput): string {
    if ((sql.count.get() ?? 0) >= mostOwnCameras) throw new Fault('invalid', `more than ${mostOwnCameras} cameras`)
    const id = `own-${options.newId()}`
    keep(id, input, null)
    audit(operator, 'camera.added', id)
    return id
  }
  const written = <A extends unknown[], R>(write: (...given: A) => R) =>
    database.transaction((...given: A) => {
      const result = write(...given)
      options.written()
      return result
    }).immediate

  return {
    list: () => sql.list.all().map((body) => withoutCredentials(JSON.parse(body) as Camera)),
    sharedCodes: () => new Set(sql.sharedCodes.all()),
    read: (cameraId) => withoutCredentials(found(cameraId)),
    onTrial: (trial) => ({
      source: trial.source,
      credentials: credentialsOf(trial, trial.cameraId === null ? null : found(trial.cameraId)),
    }),
    add: written(add),
    change: written((operator: Person, cameraId: string, version: number, input: OwnCameraInput) => {
      const before = found(cameraId)
      if (before.version !== version) throw new Fault('conflict', 'somebody else has changed this camera')
      keep(cameraId, input, before)
      audit(operator, 'camera.changed', cameraId)
    }),
    remove: written((operator: Person, cameraId: string) => {
      if (sql.remove.run(cameraId).changes === 0) return
      options.forget(cameraId)
      audit(operator, 'camera.removed', cameraId)
    }),
    putMany: written((operator: Person, planned: readonly Planned[]) => {
      for (const { cameraId, input } of planned) {
        if (cameraId === null) add(operator, input)
        else {
          keep(cameraId, input, found(cameraId))
          audit(operator, 'camera.changed', cameraId)
        }
      }
    }),
  }
}

function statements(database: Database) {
  return {
    find: database.prepare<[string], string>('SELECT body FROM own_cameras WHERE id = ?').pluck(),
    list: database.prepare<[], string>('SELECT body FROM own_cameras ORDER BY device_code').pluck(),
    count: database.prepare<[], number>('SELECT count(*) FROM own_cameras').pluck(),
    sharedCodes: database.prepare<[], string>("SELECT body ->> 'deviceCode' FROM cameras").pluck(),
    put: database.prepare(
      `INSERT INTO own_cameras (id, device_code, body, version) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET device_code = excluded.device_code, body = excluded.body, version = excluded.version`,
    ),
    remove: database.prepare('DELETE FROM own_cameras WHERE id = ?'),
    codeElsewhere: database
      .prepare<[string, string, string], number>(
        `SELECT 1 FROM own_cameras WHERE device_code = ? AND id <> ?
         UNION ALL SELECT 1 FROM cameras WHERE body ->> 'deviceCode' = ? LIMIT 1`,
      )
      .pluck(),
  }
}

function withoutCredentials(camera: Camera): OwnCamera {
  const { id, deviceCode, name, place, longitude, latitude, heading, gridCode, steerable, source, version } = camera
  const where = { longitude, latitude, heading: heading ?? null, gridCode }
  return {
    ...{ id, deviceCode, name, place, ...where, steerable, source, version },
    hasCredentials: camera.credentials !== null,
  }
}

function credentialsOf({ source, credentials }: Omit<CameraTrial, 'cameraId'>, before: Camera | null) {
  if (credentials !== 'keep') return credentials
  return before && isSameHost(before.source, source) ? before.credentials : null
}

/** A password that is sealed here is never shown to another machine than the one it was given for. */
function isSameHost(one: CameraSource, other: CameraSource): boolean {
  return JSON.stringify(hostsOf(one)) === JSON.stringify(hostsOf(other))
}

function hostsOf(source: CameraSource): string[] {
  const addresses =
    source.kind === 'rtsp'
      ? [source.mainUrl, source.subUrl ?? source.mainUrl]
      : [source.kind === 'onvif' ? source.deviceUrl : source.url]
  return [...new Set(addresses.map((address) => new URL(address).hostname))].toSorted()
}
