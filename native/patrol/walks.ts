/** Walks of patrol routes: those of this workstation, written down here and shared, and what other workstations share of theirs. */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { RecordAudit } from '../access/audit.ts'
import type { Operator } from '../contract/case.ts'
import type { PatrolWalk, WalkRow } from '../contract/patrol.ts'
import type { Documents } from '../documents/documents.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { Routes } from './routes.ts'
import { shareOf, walkKind, walkOf } from './shared-walk.ts'
import {
  arrived,
  beginWalk,
  byStart,
  ended,
  marked,
  paused,
  resumed,
  shownOfOthers,
  silentMs,
  type StopWords,
} from './walk-state.ts'
import { createWalkStore } from './walk-store.ts'

const dayMs = 86_400_000
/** Shown, and shared, for so long. */
export const shownMs = 31 * dayMs
/** Documents of a workstation that is gone are removed by the others. */
const abandonedMs = 2 * shownMs

export interface Walks {
  changed: Signal<unknown>
  /** Under way, or begun in the last 31 days; newest first. */
  list(operator: Operator): WalkRow[]
  /** Begun in a span of time, or under way: own ones of any age, others as long as they are shared. */
  between(operator: Operator, from: number, to: number): WalkRow[]
  /** See `patrol.walks` of the contract for these and their faults. */
  start(operator: Operator, routeId: string, runId: string | null): { walkId: string; runId: string }
  arrive(operator: Operator, walkId: string, stopId: string | null): void
  mark(operator: Operator, walkId: string, stopId: string, words: StopWords): void
  pause(operator: Operator, walkId: string): void
  resume(operator: Operator, walkId: string): void
  end(operator: Operator, walkId: string): void
  /** What was looked at of a stop; false when this is not that person's walk, or its stop has another camera. */
  looked(operator: Operator, stop: WalkStop, ms: number, reason: string): boolean
  /** Ends walks that somebody left, and removes documents that are too old. */
  tidy(operator: Operator): void
  close(): void
}
export interface WalkStop {
  walkId: string
  stopId: string
  cameraId: string
}

export interface WalksOptions {
  database: Database
  documents: Documents
  routes: Routes
  workstation: string
  recordAudit: RecordAudit
  newId: () => string
  hubNow: () => number
  log: Logger
}

export function createWalks(options: WalksOptions): Walks {
  const { database, documents, routes, recordAudit, newId, hubNow, log } = options
  const store = createWalkStore(database)
  const changed = createEmitter<unknown>()
  let others: { operatorId: string; walks: { row: WalkRow; saidAt: number }[] } | null = null
  const unsubscribe = documents.changed.subscribe(() => {
    others = null
    changed.emit(null)
  })

  /** Others may not learn of it now; it stands here. */
  function share(operator: Operator, id: string, walk: PatrolWalk): void {
    if (walk.startedAt < hubNow() - shownMs) return
    const name = (walk.routeName.trim() || walk.routeId).slice(0, 60)
    try {
      documents.save(walkKind, operator, { id, name, body: shareOf(id, walk), isShared: true })
      store.markShared(id, true)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      log.warn({ walkId: id, code: error.code, reason: error.reason }, 'a walk could not be shared')
    }
  }
  function theirs(operator: Operator): WalkRow[] {
    if (others?.operatorId !== operator.id) {
      const walks = documents.list(walkKind, operator).flatMap(({ id, body, at }) => {
        const walk = walkOf(id, body)
        return walk && !store.has(id) ? [{ row: { ...walk, id, isOwn: false }, saidAt: at }] : []
      })
      others = { operatorId: operator.id, walks }
    }
    const now = hubNow()
    return others.walks.map(({ row, saidAt }) => shownOfOthers(row, saidAt, now))
  }
  function between(operator: Operator, from: number, to: number): WalkRow[] {
    const own = store.list(from, to)
    const wanted = ({ state, startedAt }: WalkRow) => state !== 'ended' || (startedAt >= from && startedAt < to)
    return [...own, ...theirs(operator).filter(wanted)].sort(byStart)
  }
  const list = (operator: Operator) => between(operator, hubNow() - shownMs, Infinity)

  function own(operator: Operator, walkId: string) {
    const kept = store.find(walkId)
    if (!kept) throw new Fault('not-found', `there is no walk ${walkId} of this workstation`)
    if (kept.by.id !== operator.id) throw new Fault('forbidden', `the walk ${walkId} is another's`, 'not-yours')
    return kept
  }
  const audit = (operator: Operator, action: string, walkId: string, reason: string | null) =>
    recordAudit({ operatorId: operator.id, action, subject: walkId, reason })

  /** Changes a walk that has not ended, writes it down and shares it. */
  function change(operator: Operator, walkId: string, next: (walk: PatrolWalk) => PatrolWalk): void {
    const walk = own(operator, walkId)
    if (walk.state === 'ended') throw new Fault('conflict', `the walk ${walkId} has ended`)
    write(operator, walkId, next(walk))
  }
  function write(operator: Operator, walkId: string, walk: PatrolWalk): void {
    store.write(walkId, walk, hubNow())
    share(operator, walkId, walk)
  }
  function stopOf(walkId: string, stopId: string) {
    const stop = store.stops(walkId).find(({ id }) => id === stopId)
    if (!stop) throw new Fault('not-found', `the walk ${walkId} has no stop ${stopId}`)
    return stop
  }

  /** The route as the run follows it; as it is now, where that revision was never seen here. */
  function routeOf(operator: Operator, routeId: string, revision: number | null) {
    const now = routes.list(operator).find(({ id }) => id === routeId)
    const seen = routes.revisions(operator, routeId).find(({ body }) => body.revision === revision)
    if (seen) return { id: routeId, name: seen.name, body: seen.body }
    if (!now) throw new Fault('not-found', `there is no route ${routeId}`)
    return { id: routeId, name: now.name, body: now.body }
  }
  function start(operator: Operator, routeId: string, runId: string | null) {
    const run = runId === null ? [] : list(operator).filter((walk) => walk.runId === runId && walk.routeId === routeId)
    const [joined] = run
    if (runId !== null && !joined) throw new Fault('not-found', `there is no run ${runId} of the route ${routeId}`)
    const mine = run.find(({ isOwn, state, by }) => isOwn && state !== 'ended' && by.id === operator.id)
    if (mine) return { walkId: mine.id, runId: mine.runId }
    const route = routeOf(operator, routeId, joined?.revision ?? null)
    const { workstation } = options
    const walk = beginWalk({ runId: runId ?? newId(), route, workstation, operator, at: hubNow() })
    const walkId = newId()
    store.begin(walkId, walk, route.body.stops)
    audit(operator, 'patrol.started', walkId, walk.routeName)
    share(operator, walkId, walk)
    return { walkId, runId: walk.runId }
  }
  function end(operator: Operator, walkId: string): void {
    const walk = own(operator, walkId)
    if (walk.state === 'ended') return
    write(operator, walkId, ended(walk, hubNow()))
    audit(operator, 'patrol.ended', walkId, `${walk.done.length}/${walk.stopCount}`)
  }
  function looked(operator: Operator, { walkId, stopId, cameraId }: WalkStop, ms: number, reason: string): boolean {
    const kept = store.find(walkId)
    const stop = store.stops(walkId).find(({ id }) => id === stopId)
    if (kept?.by.id !== operator.id || stop?.cameraId !== cameraId) return false
    store.looked(walkId, stopId, ms, reason)
    // Until then it is shared with the next word.
    if (kept.state === 'ended') share(operator, walkId, store.find(walkId) ?? kept)
    return true
  }
  function tidy(operator: Operator): void {
    const now = hubNow()
    for (const { id, changedAt } of store.silentSince(now - silentMs)) {
      const walk = store.find(id)
      if (walk) write(operator, id, ended(walk, changedAt))
    }
    for (const id of store.sharedBefore(now - shownMs)) {
      documents.remove(walkKind, operator, id)
      store.markShared(id, false)
    }
    for (const { id, body } of documents.list(walkKind, operator)) {
      if (body.startedAt < now - abandonedMs || (body.id !== id && store.has(body.id)))
        documents.remove(walkKind, operator, id)
    }
  }

  const atOnce = <Given extends unknown[], Answer>(work: (...given: Given) => Answer) => {
    const inTransaction = database.transaction(work)
    return (...given: Given): Answer => {
      try {
        return inTransaction.immediate(...given)
      } catch (error) {
        store.forgetReady()
        throw error
      } finally {
        changed.emit(null)
      }
    }
  }
  return {
    changed,
    list,
    between,
    start: atOnce(start),
    arrive: atOnce((operator: Operator, walkId: string, stopId: string | null) => {
      if (stopId !== null) stopOf(walkId, stopId)
      change(operator, walkId, (walk) => arrived(walk, stopId))
    }),
    mark: atOnce((operator: Operator, walkId: string, stopId: string, words: StopWords) => {
      change(operator, walkId, (walk) => marked(walk, stopOf(walkId, stopId), words, hubNow()))
    }),
    pause: atOnce((operator: Operator, walkId: string) => change(operator, walkId, paused)),
    resume: atOnce((operator: Operator, walkId: string) => change(operator, walkId, resumed)),
    end: atOnce(end),
    looked: atOnce(looked),
    tidy: atOnce(tidy),
    close: unsubscribe,
  }
}
