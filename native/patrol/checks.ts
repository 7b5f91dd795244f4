/** Cases that wait to be checked and stand within a camera's view. What was found of a case stands until it or the cameras change. */
import type { Database } from 'better-sqlite3'
import type { CameraRow } from '../contract/camera.ts'
import type { CheckOffer } from '../contract/patrol.ts'
import { camerasInView } from './view.ts'

const mostCameras = 5

interface ResolvedCase {
  id: string
  number: string
  className: string
  place: string
  longitude: number
  latitude: number
  resolvedAt: number
}
interface Known {
  version: string
  offer: CheckOffer | null
}

export interface Checks {
  /** Longest resolved first. */
  list(): CheckOffer[]
}

export function createChecks(database: Database, cameras: () => readonly CameraRow[]): Checks {
  // A step of our own changes no version until the hub has answered, but how many wait; classes may come after their cases.
  const resolved = database.prepare<[], { id: string; version: string }>(
    `SELECT c.id, c.version || '/' || c.pending || '/' || ifnull(k.name, '') AS version
     FROM cases c LEFT JOIN case_classes k ON k.code = c.class_code WHERE c.is_open = 1 AND c.state = 'resolved'`,
  )
  const read = database.prepare<[string], ResolvedCase>(
    `SELECT c.id, c.number, ifnull(k.name, c.class_code) AS className, c.place, c.longitude, c.latitude,
       ifnull((SELECT max(hub_at) FROM case_steps s WHERE s.case_id = c.id AND s.body ->> '$.kind' = 'resolve'), c.reported_at) AS resolvedAt
     FROM cases c LEFT JOIN case_classes k ON k.code = c.class_code WHERE c.id = ?`,
  )
  let known = new Map<string, Known>()
  let knownCameras: readonly CameraRow[] | null = null
  let listed: CheckOffer[] = []

  function offerOf(caseId: string, all: readonly CameraRow[]): CheckOffer | null {
    const found = read.get(caseId)
    if (!found) return null
    const { longitude, latitude, ...offer } = found
    const near = camerasInView(all, { longitude, latitude }).slice(0, mostCameras)
    if (near.length === 0) return null
    return {
      ...{ caseId, number: offer.number, className: offer.className, place: offer.place, resolvedAt: offer.resolvedAt },
      cameras: near.map(({ camera, metres, isTowards }) => ({ id: camera.id, metres, isTowards })),
    }
  }
  return {
    list() {
      const all = cameras()
      const before = all === knownCameras ? known : new Map<string, Known>()
      const now = new Map<string, Known>()
      let isSame = all === knownCameras
      for (const { id, version } of resolved.all()) {
        const one = before.get(id)
        if (one?.version !== version) isSame = false
        now.set(id, one?.version === version ? one : { version, offer: offerOf(id, all) })
      }
      if (isSame && now.size === known.size) return listed
      known = now
      knownCameras = all
      listed = [...now.values()]
        .flatMap(({ offer }) => (offer ? [offer] : []))
        .sort((one, other) => one.resolvedAt - other.resolvedAt || (one.caseId < other.caseId ? -1 : 1))
      return listed
    },
  }
}
