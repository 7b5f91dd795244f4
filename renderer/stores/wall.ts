/** Scenes and tours that operators keep, their own and the shared ones. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Kept, Scene, Tour } from '../../native/contract/wall.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

/** What is said when something is kept; the author and the time are native's to say. */
export type Keeping<Body> = Pick<Kept<Body>, 'id' | 'name' | 'isShared' | 'body'>

export const useWallStore = defineStore('wall', () => {
  const link = useLink()
  const scenes = createKeptList<Scene>()
  const tours = createKeptList<Tour>()

  return {
    scenes: scenes.items,
    tours: tours.items,
    /** That of the list which is worse off. */
    freshness: computed(() =>
      scenes.follower.freshness.value === 'live' ? tours.follower.freshness.value : scenes.follower.freshness.value,
    ),
    fault: computed(() => scenes.follower.fault.value ?? tours.follower.fault.value),
    /** Whoever opens closes. */
    open(): void {
      scenes.follower.start((following) =>
        link.follow((client, signal) => client.wall.scenes.watch(undefined, { signal }), following),
      )
      tours.follower.start((following) =>
        link.follow((client, signal) => client.wall.tours.watch(undefined, { signal }), following),
      )
    },
    close(): void {
      scenes.follower.stop()
      tours.follower.stop()
    },
    /** Faults as in the contract. */
    saveScene: (kept: Keeping<Scene>) => link.call((client, signal) => client.wall.scenes.save(kept, { signal })),
    removeScene: (id: string) => link.call((client, signal) => client.wall.scenes.remove({ id }, { signal })),
    saveTour: (kept: Keeping<Tour>) => link.call((client, signal) => client.wall.tours.save(kept, { signal })),
    removeTour: (id: string) => link.call((client, signal) => client.wall.tours.remove({ id }, { signal })),
  }
})

function createKeptList<Body>() {
  const items = shallowRef<readonly Kept<Body>[]>([])
  const set = (all: Kept<Body>[]) => void (items.value = all)
  return { items, follower: createFollower<Kept<Body>[], Kept<Body>[]>({ onSnapshot: set, onDelta: set }) }
}
