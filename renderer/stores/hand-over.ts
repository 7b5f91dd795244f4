/** The shift that runs and is to be handed over, and the hand-overs of before. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { HandOver, HandOverState } from '../../native/contract/duty.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

export const useHandOverStore = defineStore('hand-over', () => {
  const link = useLink()
  /** Null until it has come. */
  const state = shallowRef<HandOverState | null>(null)
  const set = (next: HandOverState) => void (state.value = next)
  const follower = createFollower<HandOverState, HandOverState>({ onSnapshot: set, onDelta: set })

  return {
    state,
    freshness: follower.freshness,
    fault: follower.fault,
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.handOver.watch(undefined, { signal }), following),
      ),
    close: () => {
      follower.stop()
      state.value = null
    },
    async note(notes: string): Promise<void> {
      await link.call((client, signal) => client.handOver.draft({ notes }, { signal }))
    },
    /** Faults as in the contract. */
    complete: (account: string, password: string): Promise<HandOver> =>
      link.call((client, signal) => client.handOver.complete({ account, password }, { signal })),
    read: (id: string): Promise<HandOver> => link.call((client, signal) => client.handOver.read({ id }, { signal })),
  }
})
