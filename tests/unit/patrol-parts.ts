/** Patrols on a workstation that no hub answers: a real database, documents and watches; time and what the media worker tells are the test's. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createAudit } from '../../native/access/audit.ts'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import { createWatches } from '../../native/cameras/watches.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import type { SharedCamera } from '../../native/contract/camera.ts'
import type { CaseHead, CaseStep, Operator } from '../../native/contract/case.ts'
import type { WorkingCalendar } from '../../native/contract/limits.ts'
import type { PatrolRoute, PatrolStop, WalkRow } from '../../native/contract/patrol.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createDocuments } from '../../native/documents/documents.ts'
import { createDocumentStore } from '../../native/documents/document-store.ts'
import { createFeedStore } from '../../native/hub/feed-store.ts'
import { createHubLink } from '../../native/hub/hub-link.ts'
import type { WatchState, WatchUse } from '../../native/media/media-server.ts'
import { createPatrol } from '../../native/patrol/patrol.ts'
import { shareOf, walkKind } from '../../native/patrol/shared-walk.ts'
import { createEmitter } from '../../native/signal.ts'
import { manualClock } from './media-clock.ts'
import { monday, sampleHead, silent, temporaryFolder } from './support.ts'

export const person = (id: string, name = id): Operator => ({
  ...{ id, account: id, name, role: 'operator', subCenter: 'SZ', subCenterName: '宋庄' },
})
export const wang = person('wang', '王建国')
export const li = person('li', '李梅')

export function stopAt(cameraId: string, changes: Partial<PatrolStop> = {}): PatrolStop {
  return {
    ...{ id: `at-${cameraId}`, cameraId, preset: null, dwellSeconds: 10, checklist: ['S0101'] },
    place: { kind: 'other', name: cameraId },
    ...changes,
  }
}
export const routeOf = (stops: PatrolStop[], times: PatrolRoute['times'] = []): PatrolRoute => ({
  ...{ revision: 1, stops, times },
})

export function cameraAt(id: string, changes: Partial<SharedCamera> = {}): SharedCamera {
  return {
    ...{ id, deviceCode: '11011200001321000001', owner: 'land-bureau', name: id, place: '', longitude: 116.72 },
    ...{ latitude: 39.95, gridCode: '', steerable: false, credentials: null, version: 1 },
    source: { kind: 'rtsp', mainUrl: 'rtsp://c/main', subUrl: null },
    ...changes,
  }
}

/** Monday, 2026-11-23, 09:00 in China. */
export const nine = monday

export function openPatrol(start = nine) {
  const file = join(temporaryFolder(), 'console.db')
  const clock = manualClock(start)
  /** What the clock is off by, and what the hub's is ahead. */
  const off = { clock: 0, hub: 0 }
  const time = { ...clock, now: () => clock.now() + off.clock }
  const ids = { next: 0 }
  const open = () => openOn(file, { time, off, ids })
  let parts = open()
  onTestFinished(() => parts.close())
  return {
    ...{ clock, off, now: time.now, parts: () => parts },
    restart() {
      parts.close()
      parts = open()
    },
  }
}

interface Surroundings {
  time: ReturnType<typeof manualClock>
  off: { hub: number }
  ids: { next: number }
}
function openOn(file: string, { time, off, ids }: Surroundings) {
  const database = openDatabase(file, 'ab'.repeat(32))
  database.pragma('synchronous = OFF')
  const newId = () => `id-${(ids.next += 1)}`
  const hubNow = () => time.now() + off.hub
  const states = createEmitter<WatchState>()
  const uses = createEmitter<WatchUse>()
  const cases = createCaseParts(database)
  const cameras = createCameraRegistry(database)
  const feed = createFeedStore(database, cases.store, cameras, () => 'client-1')
  const link = createHubLink({
    ...{
      url: 'https://127.0.0.1:9',
      ca: null,
      workstation: 'SZ-01',
      token: '',
      clientId: '',
      clock: time,
      log: silent,
    },
  })
  link.pause()
  const store = createDocumentStore(database, newId, 'SZ-01')
  const documents = createDocuments({
    ...{ database, store, link, applied: createEmitter<unknown>(), newId, hubNow, clock: time, log: silent },
    epoch: () => null,
  })
  const gateway = { states, uses, grant: () => Promise.resolve(), revoke: () => undefined }
  const recordAudit = createAudit(database, time)
  const watches = createWatches({
    ...{ findCamera: cameras.find, recordAudit, gateway, newId, clock: time },
    resolve: (camera) => Promise.resolve({ kind: 'rtsp', url: `rtsp://c/${camera.id}`, credentials: null }),
  })
  const signedIn = { operator: null as Operator | null, changed: createEmitter<void>() }
  const changed = { cases: createEmitter<unknown>(), cameras: createEmitter<unknown>() }
  const calendar: { now: WorkingCalendar } = { now: { shifts: [[480, 720]], daysOff: [], workingDays: [] } }
  const patrol = createPatrol({
    ...{ database, documents, cameras, watches, gateway, recordAudit, newId, hubNow, clock: time, log: silent },
    ...{ casesChanged: changed.cases, camerasChanged: changed.cameras, classesChanged: createEmitter<unknown>() },
    calendar: () => calendar.now,
    workstation: 'SZ-01',
    session: { changed: signedIn.changed, current: () => signedIn.operator } as never,
  })
  let seq = 0
  let version = 0
  return {
    ...{ database, documents, store, cameras, watches, patrol, changed, calendar, signedIn },
    addCamera: (camera: SharedCamera) => cameras.put(camera, 1),
    addCase(changes: Partial<CaseHead>, steps: CaseStep[] = []) {
      seq += 1
      feed.applyChanges('epoch-1', [{ seq, at: nine, put: { kind: 'case', case: sampleHead(changes), steps } }], nine)
      changed.cases.emit(null)
    },
    /** What the media worker tells of a watch. */
    tell: (watchId: string, state: WatchState['state']) =>
      states.emit({ watchId, state, trouble: state === 'playing' ? null : 'no-media', at: time.now() }),
    viewers: (watchId: string, viewers: number) => uses.emit({ watchId, viewers }),
    watch: async (operator: Operator, cameraId: string, reason: string | null = null) =>
      (await watches.watch(operator, { cameraId, profile: 'sub', reason })).watchId,
    /** As the hub tells it of another workstation. */
    hearWalk(id: string, { id: _, isOwn: __, ...walk }: WalkRow, documentId = id) {
      const by = { ...walk.by, role: 'operator' }
      const what = { kind: walkKind.kind, id: documentId, opId: newId(), name: walk.routeName, body: shareOf(id, walk) }
      store.put({ ...what, version: (version += 1), by, at: hubNow() }, 0)
    },
    audited: () => database.prepare<[], string>('SELECT action FROM audit ORDER BY id').pluck().all(),
    close() {
      patrol.close()
      documents.close()
      watches.close()
      link.close()
      database.close()
    },
  }
}
