/** Patrol routes: documents that are shared, with the revisions of each that this workstation has seen. */
import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { Operator } from '../contract/case.ts'
import { type PatrolRoute, patrolRoute } from '../contract/patrol.ts'
import type { Kept } from '../contract/wall.ts'
import type { Documents } from '../documents/documents.ts'
import type { Signal } from '../signal.ts'

const routeKind = { kind: 'patrol-route', body: patrolRoute }
/** Of a route; the oldest go. */
const mostRevisions = 50

export interface SeenRevision {
  body: PatrolRoute
  name: string
  by: string
  at: number
}
export type RouteSave = Pick<Kept<PatrolRoute>, 'id' | 'name' | 'body' | 'isShared'>

export interface Routes {
  changed: Signal<void>
  /** What this operator may see, by name. */
  list(operator: Operator): readonly Kept<PatrolRoute>[]
  /** Gives the next revision, unless nothing is different. Faults as `Documents.save`. */
  save(operator: Operator, what: RouteSave): void
  /** Idempotent. Faults as `Documents.remove`. */
  remove(operator: Operator, id: string): void
  /** Those that were shared, or this operator's; newest first. */
  revisions(operator: Operator, id: string): SeenRevision[]
  close(): void
}

interface RevisionRow {
  name: string
  author: string
  at: number
  body: string
}

function createRevisions(database: Database) {
  const insert = database.prepare(
    `INSERT OR IGNORE INTO patrol_revisions (route_id, revision, digest, at, name, author, is_shared, body)
     VALUES (@id, @revision, @digest, @at, @name, @author, @isShared, @body)`,
  )
  const trim = database.prepare(
    `DELETE FROM patrol_revisions WHERE route_id = @id AND revision <=
       (SELECT revision FROM patrol_revisions WHERE route_id = @id ORDER BY revision DESC LIMIT 1 OFFSET ${mostRevisions})`,
  )
  const seen = database.prepare<[string, string], RevisionRow>(
    `SELECT name, author, at, body FROM patrol_revisions
     WHERE route_id = ? AND (is_shared = 1 OR author ->> '$.id' = ?) ORDER BY revision DESC, at DESC`,
  )
  const highest = database
    .prepare<[string], number>('SELECT max(revision) FROM patrol_revisions WHERE route_id = ?')
    .pluck()
  // What is written down already is not hashed again each time that something changes.
  const known = new Set<string>()
  return {
    highest: (id: string) => highest.get(id) ?? 0,
    see: database.transaction((routes: readonly Kept<PatrolRoute>[]) => {
      for (const { id, name, body, by, at, isShared } of routes) {
        const key = `${id} ${body.revision} ${at} ${name}`
        if (known.has(key)) continue
        known.add(key)
        const text = JSON.stringify(body)
        const digest = createHash('sha256').update(`${name}\n${text}`).digest('hex')
        const row = { id, name, digest, at, body: text, author: JSON.stringify(by), isShared: isShared ? 1 : 0 }
        if (insert.run({ ...row, revision: body.revision }).changes > 0) trim.run({ id })
      }
    }),
    of: (id: string, operatorId: string): SeenRevision[] =>
      seen.all(id, operatorId).map(({ name, author, at, body }) => ({
        ...{ name, at, by: (JSON.parse(author) as Kept<PatrolRoute>['by']).name },
        body: JSON.parse(body) as PatrolRoute,
      })),
  }
}

export function createRoutes({ database, documents }: { database: Database; documents: Documents }): Routes {
  const revisions = createRevisions(database)
  let listed: { operatorId: string; routes: readonly Kept<PatrolRoute>[] } | null = null
  const unsubscribe = documents.changed.subscribe(() => void (listed = null))

  function list(operator: Operator): readonly Kept<PatrolRoute>[] {
    if (listed?.operatorId !== operator.id) {
      const routes = documents.list(routeKind, operator)
      revisions.see(routes)
      listed = { operatorId: operator.id, routes }
    }
    return listed.routes
  }
  const save = database.transaction((operator: Operator, { id, name, body, isShared }: RouteSave) => {
    const kept = list(operator).find((route) => route.id === id)
    if (kept?.name === name && kept.isShared === isShared && isSame(kept.body, body)) return
    const revision = Math.max(revisions.highest(id), kept?.body.revision ?? 0) + 1
    documents.save(routeKind, operator, { id, name, isShared, body: { ...body, revision } })
  })
  return {
    changed: documents.changed,
    list,
    save: (operator, what) => {
      save.immediate(operator, what)
      list(operator)
    },
    remove: (operator, id) => documents.remove(routeKind, operator, id),
    revisions(operator, id) {
      list(operator)
      return revisions.of(id, operator.id)
    },
    close: unsubscribe,
  }
}

/** But for the revision. */
function isSame(one: PatrolRoute, other: PatrolRoute): boolean {
  const text = (body: PatrolRoute) => JSON.stringify(patrolRoute.parse({ ...body, revision: 1 }))
  return text(one) === text(other)
}
