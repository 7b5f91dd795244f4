/** Answers the part of the contract that is about patrols by video. */
import type { CheckOffer, WalkRow } from './contract/patrol.ts'
import type { ListDelta } from './contract/places.ts'
import type { Follow, Implementer, Parts } from './router.ts'
import { type TopicSource, wholeState } from './topic.ts'

export function patrolRoutes(os: Implementer['patrol'], parts: Parts, follow: Follow) {
  const { session, patrol } = parts
  const { routes, walks, looks } = patrol
  /** The list is the same one as long as nothing has changed. */
  const checks: TopicSource<CheckOffer[], CheckOffer[]> = {
    changed: patrol.checksChanged,
    read: () => patrol.checks.list(),
    differ: (before, after) => (before === after ? undefined : after),
  }
  const shown = <State>(
    changed: Parameters<typeof wholeState>[0],
    read: () => State,
    signal: AbortSignal | undefined,
  ) => follow(wholeState(changed, read), signal, session.scope())
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
      suggest: os.routes.suggest.handler(() => patrol.suggest(session.require())),
    },
    due: os.due.handler(({ signal }) => {
      const operator = session.require()
      return shown(patrol.dueChanged, () => patrol.due(operator), signal)
    }),
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
      tell: os.looks.tell.handler(({ input }) => ({ countedMs: looks.tell(session.require(), input) })),
      coverage: os.looks.coverage.handler(({ input: { from, to } }) => patrol.coverage(session.require(), from, to)),
    },
    checks: os.checks.handler(({ signal }) => follow(checks, signal, session.scope())),
  }
}

/** Undefined when both lists show the same. */
function differWalks(before: readonly WalkRow[], after: readonly WalkRow[]): ListDelta<WalkRow> | undefined {
  const known = new Map(before.map((walk) => [walk.id, walk]))
  // Unchanged ones are mostly the same object.
  const put = after.filter((walk) => {
    const one = known.get(walk.id)
    return one !== walk && JSON.stringify(one) !== JSON.stringify(walk)
  })
  const kept = new Set(after.map(({ id }) => id))
  const removed = before.flatMap(({ id }) => (kept.has(id) ? [] : [id]))
  return put.length + removed.length > 0 ? { put, removed } : undefined
}
