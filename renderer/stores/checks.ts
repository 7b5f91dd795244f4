/** Resolved cases that could be checked by video, each with the cameras that see its place. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { CheckOffer } from '../../native/contract/patrol.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

export const useChecksStore = defineStore('checks', () => {
  const link = useLink()
  const offers = shallowRef<readonly CheckOffer[]>([])
  const set = (all: CheckOffer[]) => void (offers.value = all)
  const follower = createFollower<CheckOffer[], CheckOffer[]>({ onSnapshot: set, onDelta: set })
  let users = 0

  return {
    offers,
    byCase: computed(() => new Map(offers.value.map((offer) => [offer.caseId, offer]))),
    freshness: follower.freshness,
    fault: follower.fault,
    /** Follows until as many have closed as have opened. */
    open(): void {
      users += 1
      if (users === 1)
        follower.start((following) =>
          link.follow((client, signal) => client.patrol.checks(undefined, { signal }), following),
        )
    },
    close(): void {
      users -= 1
      if (users === 0) follower.stop()
    },
  }
})
