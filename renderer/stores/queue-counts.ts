/** How many cases each view of the queue holds, live. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { QueueView } from '../../native/contract/case.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

type Counts = Record<QueueView, number>

export const useQueueCountsStore = defineStore('queue-counts', () => {
  const link = useLink()
  const counts = shallowRef<Counts | null>(null)
  const set = (next: Counts) => void (counts.value = next)
  const follower = createFollower<Counts, Counts>({ onSnapshot: set, onDelta: set })

  return {
    counts,
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.cases.counts(undefined, { signal }), following),
      ),
    close(): void {
      follower.stop()
      counts.value = null
    },
  }
})
