/** Answers the part of the contract that is about patrols by video. */
import type { WalkRow } from './contract/patrol.ts'
import type { ListDelta } from './contract/places.ts'
import { createEmitter } from './signal.ts'
import type { Follow, Implementer, Parts } from './router.ts'
import { wholeState } from './topic.ts'

export function patrolRoutes(os: Implementer['patrol'], parts: Parts, follow: Follow) {
  const { session, patrol } = parts
  const { routes, walks } = patrol
  const shown = <State>(
    changed: Parameters<typeof wholeState>[0],
    read: () => State,
    signal: AbortSignal | undefined,
  ) => follow(wholeState(changed, read), signal, session.scope())
  const never = createEmitter<void>()
  return {
    routes: {
      watch: os.routes.watch.handler(({ signal }) => {
        const operator = session.require()
        return shown(routes.changed, () => [...routes.list(operator)], signal)
      }),
      save: os.routes.save.handler(({ input }) => {
        routes.save(session.require(), input)
        return null
      }),
      remove: os.routes.remove.handler(({ input }) => {
        routes.remove(session.require(), input.id)
        return null
      }),
      revisions: os.routes.revisions.handler(({ input }) => routes.revisions(session.require(), input.id)),
      suggest: os.routes.suggest.handler(() => []),
    },
    due: os.due.handler(({ signal }) => shown(never, () => [], signal)),
    walks: {
      watch: os.walks.watch.handler(({ signal }) => {
        const operator = session.require()
        const read = (): readonly WalkRow[] => walks.list(operator)
        return follow({ changed: walks.changed, read, differ: differWalks }, signal, session.scope())
      }),
      start: os.walks.start.handler(({ input }) => walks.start(session.require(), input.routeId, input.runId)),
      arrive: os.walks.arrive.handler(({ input }) => {
        walks.arrive(session.require(), input.walkId, input.stopId)
        return null
      }),
      mark: os.walks.mark.handler(({ input: { walkId, stopId, ...words } }) => {
        walks.mark(session.require(), walkId, stopId, words)
        return null
      }),
      pause: os.walks.pause.handler(({ input }) => {
        walks.pause(session.require(), input.walkId)
        return null
      }),
      resume: os.walks.resume.handler(({ input }) => {
        walks.resume(session.require(), input.walkId)
        return null
      }),
      end: os.walks.end.handler(({ input }) => {
        walks.end(session.require(), input.walkId)
        return null
      }),
    },
    looks: {
      tell: os.looks.tell.handler(() => ({ countedMs: 0 })),
      coverage: os.looks.coverage.handler(({ input }) => ({ ...input, rows: [], unseen: [] })),
    },
    checks: os.checks.handler(({ signal }) => shown(never, () => [], signal)),
  }
}

/** Undefined when both lists show the same. */
function differWalks(before: readonly WalkRow[], after: readonly WalkRow[]): ListDelta<WalkRow> | undefined {
  const known = new Map(before.map((walk) => [walk.id, JSON.stringify(walk)]))
  const put = after.filter((walk) => known.get(walk.id) !== JSON.stringify(walk))
  const kept = new Set(after.map(({ id }) => id))
  const removed = before.flatMap(({ id }) => (kept.has(id) ? [] : [id]))
  return put.length + removed.length > 0 ? { put, removed } : undefined
}
