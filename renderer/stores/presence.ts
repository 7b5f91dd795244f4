/** Who works on which case, at all workstations of the sub-center; empty while the hub is away. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Claim, PresenceState, Seat } from '../../native/contract/presence.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

export const usePresenceStore = defineStore('presence', () => {
  const link = useLink()
  const state = shallowRef<PresenceState | null>(null)
  const set = (next: PresenceState) => void (state.value = next)
  const follower = createFollower<PresenceState, PresenceState>({ onSnapshot: set, onDelta: set })
  const claims = computed(() => new Map(state.value?.claims.map((claim) => [claim.caseId, claim])))

  return {
    isKnown: computed(() => state.value?.isKnown ?? false),
    claimOf: (caseId: string): Claim | undefined => claims.value.get(caseId),
    isOwn: ({ workstation }: Pick<Claim, 'workstation'>): boolean => workstation === state.value?.workstation,
    /** Other workstations that have the case open. */
    othersAt: (caseId: string): Seat[] =>
      (state.value?.seats ?? []).filter(
        (seat) => seat.caseId === caseId && seat.workstation !== state.value?.workstation,
      ),
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.presence.watch(undefined, { signal }), following),
      ),
    close: () => {
      follower.stop()
      state.value = null
    },
    async look(caseId: string | null): Promise<void> {
      await link.call((client, signal) => client.presence.look({ caseId }, { signal }))
    },
    async claim(caseId: string, isTakenOver = false): Promise<void> {
      await link.call((client, signal) => client.presence.claim({ caseId, isTakenOver }, { signal }))
    },
    async release(caseId: string): Promise<void> {
      await link.call((client, signal) => client.presence.release({ caseId }, { signal }))
    },
  }
})
