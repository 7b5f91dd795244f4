/** The composition root: builds every part with explicit arguments, closes them in reverse. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { createAudit } from './access/audit.ts'
import { createSession } from './access/session.ts'
import { createCameraRegistry } from './cameras/camera-registry.ts'
import { resolveSource } from './cameras/resolve-source.ts'
import { createWatches } from './cameras/watches.ts'
import { createCaseQueries } from './cases/case-queries.ts'
import { createCaseStore } from './cases/case-store.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Configuration } from './configuration.ts'
import { loadKey } from './database/key.ts'
import { openDatabase } from './database/open.ts'
import { createFeed } from './hub/feed.ts'
import { createFeedStore } from './hub/feed-store.ts'
import { createHubLink } from './hub/hub-link.ts'
import { createLinkStatus } from './hub/link-status.ts'
import { startMediaGateway } from './media/media-gateway.ts'
import { createNotices } from './notices.ts'
import { createRouter, type Router } from './router.ts'
import { createEmitter } from './signal.ts'

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
}

export interface Workstation {
  router: Router
  mediaOrigin: string
  /** The machine is about to sleep: the link is closed properly. */
  suspend(): void
  /** The machine woke or its network changed: connect at once. */
  resume(): void
  close(): Promise<void>
}

/** Throws `StartFailure`; what was opened until then is closed again. */
export async function openWorkstation(options: WorkstationOptions): Promise<Workstation> {
  const { configuration, log, clock = systemClock } = options
  await using opening = new AsyncDisposableStack()

  mkdirSync(configuration.dataFolder, { recursive: true, mode: 0o700 })
  const file = join(configuration.dataFolder, 'console.db')
  const key = options.databaseKey ?? loadKey(join(configuration.dataFolder, 'console.key'), file)
  const database = openDatabase(file, key)
  opening.defer(() => void database.close())

  const cases = createCaseQueries(database)
  const cameras = createCameraRegistry(database)
  const store = createFeedStore(database, createCaseStore(database), cameras, uuidv7)
  const recordAudit = createAudit(database, clock)
  const notices = createNotices(clock)

  const gateway = await startMediaGateway({
    workerUrl: options.mediaWorkerUrl ?? new URL('./media/media-worker.ts', import.meta.url),
    allowedOrigins: [...options.allowedOrigins],
    log,
    clock,
  })
  opening.defer(() => gateway.close())

  const link = createHubLink({ ...configuration.hub, clientId: store.position().clientId, clock, log })
  opening.defer(() => link.close())
  const feed = createFeed({ link, store, clock, log })
  opening.defer(() => feed.close())
  const status = createLinkStatus({
    workstation: configuration.hub.workstation,
    link,
    feed,
    store,
    cases,
    notices,
    clock,
  })
  opening.defer(() => status.close())

  const session = createSession({ database, link, subCenter: status.subCenter, recordAudit, clock })
  opening.defer(() => session.close())
  const watches = createWatches({
    findCamera: cameras.find,
    recordAudit,
    gateway,
    resolve: (camera, profile, signal) => resolveSource(camera, profile, { signal, clock, log }),
    newId: uuidv7,
    clock,
  })
  opening.defer(() => watches.close())

  const casesChanged = createEmitter<void>()
  const camerasChanged = createEmitter<void>()
  opening.defer(
    feed.applied.subscribe((applied) => {
      if (applied.cases > 0) casesChanged.emit()
      if (applied.cameras > 0) camerasChanged.emit()
    }),
  )

  const router = createRouter({
    session,
    link,
    linkState: status,
    cases,
    casesChanged,
    cameras,
    camerasChanged,
    watches,
    mediaAccess: gateway.access,
    notices,
    recordAudit,
    clock,
    log,
  })
  const open = opening.move()
  return {
    router,
    mediaOrigin: gateway.access.origin,
    suspend: () => link.pause(),
    resume: () => link.retry(),
    close: () => open.disposeAsync(),
  }
}
