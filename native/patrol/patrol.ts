/** Remote patrol, put together. */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { RecordAudit } from '../access/audit.ts'
import type { Session } from '../access/session.ts'
import type { CameraRegistry } from '../cameras/camera-registry.ts'
import type { Watches } from '../cameras/watches.ts'
import type { Clock } from '../clock.ts'
import type { Documents } from '../documents/documents.ts'
import type { MediaGateway } from '../media/media-gateway.ts'
import type { Signal } from '../signal.ts'
import { createRoutes, type Routes } from './routes.ts'
import { createWalks, type Walks } from './walks.ts'

export interface Patrol {
  routes: Routes
  walks: Walks
  close(): void
}

export interface PatrolOptions {
  database: Database
  documents: Documents
  cameras: CameraRegistry
  camerasChanged: Signal<unknown>
  casesChanged: Signal<unknown>
  watches: Watches
  gateway: Pick<MediaGateway, 'states' | 'uses'>
  session: Session
  /** This workstation's name. */
  workstation: string
  recordAudit: RecordAudit
  newId: () => string
  hubNow: () => number
  clock: Clock
  log: Logger
}

export function createPatrol(options: PatrolOptions): Patrol {
  const { session } = options
  const routes = createRoutes(options)
  const walks = createWalks({ ...options, routes })
  const tidy = () => {
    const operator = session.current()
    if (operator) walks.tidy(operator)
  }
  const stops = [session.changed.subscribe(tidy), walks.close, routes.close]
  return {
    ...{ routes, walks },
    close() {
      for (const stop of stops) stop()
    },
  }
}
