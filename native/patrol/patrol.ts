/** Remote patrol, put together: what is read of the database and the other parts comes together here, the deciding is done elsewhere. */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { RecordAudit } from '../access/audit.ts'
import type { Session } from '../access/session.ts'
import type { CameraRegistry } from '../cameras/camera-registry.ts'
import type { Watches } from '../cameras/watches.ts'
import { rowsToInstant } from '../cases/case-row.ts'
import type { Clock } from '../clock.ts'
import type { Operator } from '../contract/case.ts'
import type { WorkingCalendar } from '../contract/limits.ts'
import type { Coverage, DueWalk, StopSuggestion } from '../contract/patrol.ts'
import type { Documents } from '../documents/documents.ts'
import { Fault } from '../fault.ts'
import type { MediaGateway } from '../media/media-gateway.ts'
import { createEmitter, type Signal } from '../signal.ts'
import { type Checks, createChecks } from './checks.ts'
import { coverageOf, hoursOf } from './coverage.ts'
import { createLooks, type Looks } from './looks.ts'
import { createLookStore } from './look-store.ts'
import { createRoutes, type Routes } from './routes.ts'
import { dueWalks } from './schedule.ts'
import { type PastCase, recurringMs, suggestStops } from './suggest.ts'
import { createWalks, type Walks } from './walks.ts'

const dayMs = 86_400_000
/** A coverage spans no more. */
const mostCoverageMs = 400 * dayMs
/** A walk is paused and gone on with no longer than this, in ms. */
const longestWalkMs = 2 * dayMs
/** How often it is looked whether a walk has become due, in ms. */
const duePaceMs = 20_000
/** How often what is too old goes, in ms; also whenever somebody signs in. */
const tidyPaceMs = 3_600_000

export interface Patrol {
  routes: Routes
  walks: Walks
  looks: Looks
  /** What today's schedule asks for may be another list now. */
  dueChanged: Signal<unknown>
  due(operator: Operator): DueWalk[]
  suggest(operator: Operator): StopSuggestion[]
  /** Recorded. Fault: `invalid` (more than 400 days, or none). */
  coverage(operator: Operator, from: number, to: number): Coverage
  checksChanged: Signal<unknown>
  checks: Checks
  close(): void
}

export interface PatrolOptions {
  database: Database
  documents: Documents
  cameras: CameraRegistry
  camerasChanged: Signal<unknown>
  casesChanged: Signal<unknown>
  /** Classes and the calendar. */
  classesChanged: Signal<unknown>
  calendar: () => WorkingCalendar
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
  const { database, cameras, calendar, session, recordAudit, hubNow } = options
  const routes = createRoutes(options)
  const walks = createWalks({ ...options, routes })
  const store = createLookStore(database)
  const looks = createLooks({ ...options, store, walks, findCamera: cameras.find })
  const dueChanged = createEmitter<unknown>()
  const pastCases = database.prepare<[number, number], PastCase>(
    `SELECT class_code AS classCode, place, longitude, latitude FROM cases
     WHERE row_id >= ? AND reported_at >= ? AND state NOT IN ('rejected', 'duplicate') ORDER BY row_id`,
  )

  function suggest(operator: Operator): StopSuggestion[] {
    const now = hubNow()
    const since = now - recurringMs
    const lastLookedAt = store.lastAt()
    for (const { done, isOwn } of walks.list(operator)) {
      for (const { cameraId, at, lookedMs } of done)
        if (!isOwn && lookedMs > 0) lastLookedAt.set(cameraId, Math.max(at, lastLookedAt.get(cameraId) ?? 0))
    }
    return suggestStops({
      ...{ cameras: cameras.rows(), lastLookedAt, now },
      cases: pastCases.all(since * rowsToInstant, since),
      stops: routes.list(operator).flatMap(({ body }) => body.stops),
    })
  }
  function coverage(operator: Operator, from: number, to: number): Coverage {
    if (to <= from || to - from > mostCoverageMs) throw new Fault('invalid', `a coverage from ${from} to ${to}`)
    const { fromHour, toHour } = hoursOf(from, to)
    const subject = `${new Date(from).toISOString()}/${new Date(to).toISOString()}`
    recordAudit({ operatorId: operator.id, action: 'patrol.coverage-read', subject, reason: null })
    return coverageOf({
      ...{ fromHour, toHour, cameraIds: cameras.rows().map(({ id }) => id) },
      hours: store.hours(fromHour, toHour),
      reasons: store.reasons(fromHour, toHour),
      walks: walks.between(operator, from - longestWalkMs, to),
    })
  }
  const tidy = () => {
    const operator = session.current()
    if (operator) walks.tidy(operator)
  }
  tidy()
  const sayDue = () => dueChanged.emit(null)
  const stops = [
    session.changed.subscribe(tidy),
    walks.changed.subscribe(sayDue),
    options.classesChanged.subscribe(sayDue),
    every(duePaceMs, options.clock, sayDue),
    every(tidyPaceMs, options.clock, tidy),
    ...[looks.close, walks.close, routes.close],
  ]
  return {
    ...{ routes, walks, looks, suggest, coverage, dueChanged },
    due: (operator) =>
      dueWalks({ routes: routes.list(operator), walks: walks.list(operator), calendar: calendar(), now: hubNow() }),
    checksChanged: eitherOf(options.casesChanged, options.camerasChanged),
    checks: createChecks(database, cameras.rows),
    close() {
      for (const stop of stops) stop()
    },
  }
}

const eitherOf = (...signals: Signal<unknown>[]): Signal<unknown> => ({
  subscribe(listener) {
    const stops = signals.map((signal) => signal.subscribe(listener))
    return () => {
      for (const stop of stops) stop()
    }
  },
})

/** Until the answer is called. */
function every(ms: number, clock: Clock, work: () => void): () => void {
  const ending = new AbortController()
  const pass = async () => {
    for (;;) {
      await clock.sleep(ms, ending.signal)
      work()
    }
  }
  pass().catch(() => undefined)
  return () => ending.abort()
}
