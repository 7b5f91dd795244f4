/** Patrol routes, what is due today, and the walks under way at all workstations. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { DueWalk, PatrolRoute, StopSuggestion, WalkRow } from '../../native/contract/patrol.ts'
import type { ListDelta } from '../../native/contract/places.ts'
import type { Kept } from '../../native/contract/wall.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'
import { applyListDelta, byKey } from './list-delta.ts'
import type { Keeping } from './wall.ts'

export type KeptRoute = Kept<PatrolRoute>
/** A revision as this workstation saw it. */
export type SeenRevision = Pick<KeptRoute, 'body' | 'name' | 'at'> & { by: string }

const idOf = ({ id }: WalkRow) => id

export const usePatrolStore = defineStore('patrol', () => {
  const link = useLink()
  const routes = shallowRef<readonly KeptRoute[]>([])
  const due = shallowRef<readonly DueWalk[]>([])
  const walksById = shallowRef<ReadonlyMap<string, WalkRow>>(new Map())
  const setRoutes = (all: KeptRoute[]) => void (routes.value = all)
  const setDue = (all: DueWalk[]) => void (due.value = all)
  const ofRoutes = createFollower<KeptRoute[], KeptRoute[]>({ onSnapshot: setRoutes, onDelta: setRoutes })
  const ofDue = createFollower<DueWalk[], DueWalk[]>({ onSnapshot: setDue, onDelta: setDue })
  const ofWalks = createFollower<readonly WalkRow[], ListDelta<WalkRow>>({
    onSnapshot: (all) => (walksById.value = byKey(all, idOf)),
    onDelta: (delta) => void (walksById.value = applyListDelta(walksById.value, delta, idOf)),
  })
  const followers = [ofRoutes, ofDue, ofWalks]
  let users = 0

  function follow(): void {
    ofRoutes.start((following) =>
      link.follow((client, signal) => client.patrol.routes.watch(undefined, { signal }), following),
    )
    ofDue.start((following) => link.follow((client, signal) => client.patrol.due(undefined, { signal }), following))
    ofWalks.start((following) =>
      link.follow((client, signal) => client.patrol.walks.watch(undefined, { signal }), following),
    )
  }

  return {
    routes,
    due,
    /** Newest first. */
    walks: computed(() => [...walksById.value.values()].toSorted((one, other) => other.startedAt - one.startedAt)),
    walksById,
    /** That of the three that is worst off. */
    freshness: computed(() => {
      const all = followers.map(({ freshness }) => freshness.value)
      return (['failed', 'stale', 'loading', 'idle'] as const).find((one) => all.includes(one)) ?? 'live'
    }),
    fault: computed(() => followers.find(({ fault }) => fault.value !== null)?.fault.value ?? null),
    /** Follows until as many have closed as have opened. */
    open(): void {
      users += 1
      if (users === 1) follow()
    },
    close(): void {
      users -= 1
      if (users === 0) for (const follower of followers) follower.stop()
    },
    /** Faults as in the contract. */
    save: (kept: Keeping<PatrolRoute>) => link.call((client, signal) => client.patrol.routes.save(kept, { signal })),
    remove: (id: string) => link.call((client, signal) => client.patrol.routes.remove({ id }, { signal })),
    revisions: (id: string): Promise<SeenRevision[]> =>
      link.call((client, signal) => client.patrol.routes.revisions({ id }, { signal })),
    suggest: (): Promise<StopSuggestion[]> =>
      link.call((client, signal) => client.patrol.routes.suggest(undefined, { signal })),
    /** `runId` joins a run under way; null begins one. Faults: `not-found`. */
    start: (routeId: string, runId: string | null): Promise<{ walkId: string; runId: string }> =>
      link.call((client, signal) => client.patrol.walks.start({ routeId, runId }, { signal })),
  }
})
