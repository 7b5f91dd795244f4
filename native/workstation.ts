/** The composition root: builds every part with explicit arguments, closes them in reverse. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { createAudit } from './access/audit.ts'
import { createSession } from './access/session.ts'
import { createCameraDesk } from './cameras/camera-desk.ts'
import { createCameraRegistry } from './cameras/camera-registry.ts'
import { failureReason } from './cameras/health-reasons.ts'
import { requestKeyFrame } from './cameras/request-key-frame.ts'
import { resolveSource } from './cameras/resolve-source.ts'
import { tellHealthOfStreams } from './cameras/stream-health.ts'
import { createStillPictures } from './cameras/still-pictures.ts'
import { findStills } from './cameras/still-source.ts'
import { createWatches } from './cameras/watches.ts'
import { createNearby } from './cases/nearby.ts'
import { createOwnSteps } from './cases/own-steps.ts'
import { startUpkeep } from './cases/upkeep.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Configuration } from './configuration.ts'
import { loadKey } from './database/key.ts'
import { storageFailure } from './database/failure.ts'
import { openDurability } from './durability/durability.ts'
import { createDocuments } from './documents/documents.ts'
import { createDocumentStore } from './documents/document-store.ts'
import { createAlarmStore } from './duty/alarm-store.ts'
import { createAlarmWatch } from './duty/alarm-watch.ts'
import { createHandOvers } from './duty/hand-over.ts'
import { createInstructions } from './duty/instructions.ts'
import { createInstructionStore } from './duty/instruction-store.ts'
import { createMatters } from './duty/matters.ts'
import { createEvidence } from './evidence/evidence.ts'
import { type LinkPace, openHubSide } from './hub/hub-side.ts'
import { createHubPresence } from './hub/presence.ts'
import { startMediaGateway } from './media/media-gateway.ts'
import { createNotices } from './notices.ts'
import { createPatrol } from './patrol/patrol.ts'
import { createGridStore } from './places/grid-store.ts'
import { createUnitStore } from './places/unit-store.ts'
import { openPlaceParts } from './places/place-parts.ts'
import { createRouter, type Router } from './router.ts'
import type { Emitter } from './signal.ts'
import { noteOutage } from './sync/outage-notes.ts'
import { createOutageStore } from './sync/outage-store.ts'
import { createSync } from './sync/sync.ts'
import { createVideoEvidence } from './video-evidence/video-evidence.ts'

export interface WorkstationOptions {
  configuration: Configuration
  /** Origins of the pages that may speak to the media gateway. */
  allowedOrigins: readonly string[]
  log: Logger
  clock?: Clock
  /** Hex text of the database key, where the host keeps it; absent: a file beside the database. */
  databaseKey?: string
  /** Where the bundled media worker is; absent: beside its source. */
  mediaWorkerUrl?: URL
  /** Where the bundled backup worker is; absent: beside its source. */
  backupWorkerUrl?: URL
  /** Port of the media gateway of before, whose address pages may hold; absent: any free one. */
  mediaPort?: number
  /** How soon the link tries again and asks, in ms; absent: as in service. */
  pace?: LinkPace
}

export interface Workstation {
  router: Router
  mediaOrigin: string
  /** Resolves when the workstation has to be closed and opened anew: its database is damaged, or another one takes its place. */
  renewal: Promise<void>
  /** The machine is about to sleep: the link is closed properly. */
  suspend(): void
  /** The machine woke or its network changed: connect at once. */
  resume(): void
  close(): Promise<void>
}

/** Throws `StartFailure`; what was opened until then is closed again. */
export async function openWorkstation(options: WorkstationOptions): Promise<Workstation> {
  try {
    return await openOnce(options)
  } catch (error) {
    // Damage that only showed when the parts read their tables: it is written down, and opening again recovers from it.
    if (storageFailure(error) !== 'corrupt') throw error
    return await openOnce(options)
  }
}

async function openOnce(options: WorkstationOptions): Promise<Workstation> {
  const { configuration, log, clock = systemClock, pace = {} } = options
  await using opening = new AsyncDisposableStack()

  mkdirSync(configuration.dataFolder, { recursive: true, mode: 0o700 })
  const file = join(configuration.dataFolder, 'console.db')
  const durability = openDurability({
    dataFolder: configuration.dataFolder,
    key: () => options.databaseKey ?? loadKey(join(configuration.dataFolder, 'console.key'), file),
    secondFolder: configuration.backupFolder ?? null,
    retentionYears: configuration.retentionYears ?? 3,
    workerUrl: options.backupWorkerUrl ?? new URL('./durability/backup-worker.ts', import.meta.url),
    ...{ newId: uuidv7, clock, log },
  })
  opening.defer(() => durability.close())
  const { database, cases } = durability

  const cameras = createCameraRegistry(database)
  const grids = createGridStore(database)
  const units = createUnitStore(database)
  const instructionStore = createInstructionStore(database)
  const documentStore = createDocumentStore(database, uuidv7, configuration.hub.workstation)
  const outages = createOutageStore(database)
  const caseStore = noteOutage(cases.store, outages, database)
  const recordAudit = createAudit(database, clock)
  const notices = createNotices(clock)

  const gateway = await startMediaGateway({
    workerUrl: options.mediaWorkerUrl ?? new URL('./media/media-worker.ts', import.meta.url),
    allowedOrigins: [...options.allowedOrigins],
    port: options.mediaPort ?? 0,
    log,
    clock,
  })
  opening.defer(() => gateway.close())

  const hubSide = openHubSide({
    ...{ hub: configuration.hub, pace, database, cases, caseStore, cameras, grids, units },
    ...{ instructions: instructionStore, documents: documentStore, notices, newId: uuidv7, clock, log },
  })
  opening.defer(() => hubSide.close())
  const { link, feed, push, status, changed, hubNow } = hubSide

  const session = createSession({ database, link, subCenter: status.subCenter, recordAudit, clock })
  opening.defer(() => session.close())
  const watches = createWatches({
    findCamera: cameras.find,
    recordAudit,
    gateway,
    resolve: (camera, profile, signal) => resolveSource(camera, profile, { signal, clock, log }),
    unresolved: (cameraId, error) => cameraDesk.health.hear(cameraId, failureReason(error)),
    requestKeyFrame: (camera, profile, signal) => requestKeyFrame(camera, profile, { signal, clock, log }),
    newId: uuidv7,
    clock,
  })
  opening.defer(() => watches.close())
  const stills = createStillPictures({
    ...{ watches, findCamera: cameras.find, clock },
    find: (camera, profile, signal) => findStills(camera, profile, { signal, clock, log }),
  })
  opening.defer(() => stills.close())

  const cameraDesk = createCameraDesk({
    ...{ database, registry: cameras, camerasChanged: changed.cameras, link, recordAudit, newId: uuidv7, clock, log },
    workstation: configuration.hub.workstation,
    signedOut: session.changed,
  })
  opening.defer(() => cameraDesk.close())
  const { hear } = cameraDesk.health
  opening.defer(tellHealthOfStreams({ states: gateway.states, cameraOf: watches.cameraOf, hear, clock }))

  opening.defer(passTime(changed.cases, clock))
  opening.defer(startUpkeep({ database, search: cases.search, changed: changed.cases, clock, log }))
  const stepsTaken = () => {
    changed.cases.emit()
    push.poke()
  }
  const ownSteps = createOwnSteps({
    database,
    store: cases.store,
    queries: cases.queries,
    terms: cases.terms,
    recordAudit,
    newId: uuidv7,
    hubNow,
    clock,
    taken: stepsTaken,
  })

  const alarms = createAlarmWatch({
    store: createAlarmStore({ database, recordAudit, newId: uuidv7, warnMs: minutes(configuration.warnMinutes) }),
    casesChanged: changed.cases,
    clockChanged: link.changed,
    fillChanged: feed.changed,
    isFilled: () => hubSide.position().epoch !== null && !feed.state().isCatchingUp,
    self: () => session.current()?.id ?? null,
    ...{ hubNow, clock, log },
  })
  opening.defer(() => alarms.close())
  const instructions = createInstructions({
    store: instructionStore,
    ...{ database, link, units, grids, recordAudit, hubNow, clock, log },
  })
  opening.defer(() => instructions.close())
  const documents = createDocuments({
    ...{ database, store: documentStore, link, applied: feed.applied, newId: uuidv7, hubNow, clock, log },
    epoch: () => hubSide.position().epoch,
  })
  opening.defer(() => documents.close())
  const patrol = createPatrol({
    ...{ database, documents, cameras, watches, gateway, session, recordAudit, newId: uuidv7, hubNow, clock, log },
    ...{ casesChanged: changed.cases, camerasChanged: changed.cameras, classesChanged: changed.classes },
    calendar: () => cases.terms.of('').calendar,
    workstation: configuration.hub.workstation,
  })
  opening.defer(() => patrol.close())
  const handOvers = createHandOvers({
    gather: createMatters(database, cases.queries),
    ...{ database, session, recordAudit, newId: uuidv7, hubNow },
  })

  const places = await openPlaceParts({
    ...{ database, grids, gridsChanged: changed.grids, heardPositions: link.positions, map: configuration.map },
    dataFolder: configuration.dataFolder,
    ...{ hubNow, clock, log },
  })
  opening.defer(() => places.close())

  const evidence = createEvidence({
    database,
    sealed: { folder: join(configuration.dataFolder, 'evidence') },
    ...{ hub: configuration.hub, link, recordAudit, newId: uuidv7, clock, log },
  })
  opening.defer(() => evidence.close())
  const videoEvidence = createVideoEvidence({
    ...{ database, recordAudit, watches, evidence, ownSteps, hubNow, clock },
    findCamera: cameras.find,
    recent: (watchId, from, to) => gateway.recent(watchId, from, to),
    findCase: cases.queries.head,
    workstation: configuration.hub.workstation,
  })

  const presence = createHubPresence({
    ...{ link, log, workstation: configuration.hub.workstation },
    signedOut: { subscribe: (left) => session.changed.subscribe(() => void (session.current() ?? left())) },
  })
  opening.defer(() => presence.close())

  const sync = createSync({
    ...{ database, cases: cases.queries, store: caseStore, ownSteps, outages, instructions: instructionStore },
    ...{ carry: evidence.carry, link: status, casesChanged: changed.cases, recordAudit, newId: uuidv7, clock, log },
    folder: join(configuration.dataFolder, 'transfers'),
    workstation: configuration.hub.workstation,
    taken: stepsTaken,
    ...{ position: hubSide.position, units, grids },
  })
  opening.defer(() => sync.close())

  const backups = durability.start(recordAudit, () => changed.cases.emit())
  const { lastRecovery } = backups.state()
  if (lastRecovery?.acknowledgedAt === null) notices.add('storage', `${lastRecovery.kind}: ${lastRecovery.setAside}`)

  const router = createRouter({
    session,
    link,
    linkState: status,
    cases: cases.queries,
    casesChanged: changed.cases,
    classesChanged: changed.classes,
    ownSteps,
    evidence,
    videoEvidence,
    units,
    hubNow,
    cameras,
    camerasChanged: changed.cameras,
    cameraDesk,
    watches,
    stills,
    alarms,
    handOvers,
    documents,
    patrol,
    instructions,
    presence,
    sync,
    mediaAccess: gateway.access,
    places,
    nearby: createNearby({ database, cameras: cameras.rows, staff: places.staff.all }),
    backups,
    notices,
    recordAudit,
    clock,
    log,
  })
  const open = opening.move()
  return {
    router,
    mediaOrigin: gateway.access.origin,
    renewal: durability.renewal,
    suspend: () => link.pause(),
    resume: () => link.wake(),
    close: () => open.disposeAsync(),
  }
}

const minutes = (count: number | undefined) => (count === undefined ? undefined : count * 60_000)

/** Views that ask what is due change with time alone: says so every ten seconds until the answer is called. */
function passTime(changed: Emitter<void>, clock: Clock): () => void {
  const ending = new AbortController()
  const pass = async () => {
    for (;;) {
      await clock.sleep(10_000, ending.signal)
      changed.emit()
    }
  }
  pass().catch(() => undefined)
  return () => ending.abort()
}
