/** Who is signed in. `undefined` until the native program has said so. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Operator } from '../../native/contract/case.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

export const useSessionStore = defineStore('session', () => {
  const link = useLink()
  const operator = shallowRef<Operator | null | undefined>(undefined)
  const set = (next: Operator | null) => {
    // The same person told again is no news: nobody who watches the operator should start afresh.
    if (next?.id !== operator.value?.id || next?.role !== operator.value?.role || operator.value === undefined) {
      operator.value = next
    }
  }
  const follower = createFollower<Operator | null, Operator | null>({ onSnapshot: set, onDelta: set })

  return {
    operator,
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.session.watch(undefined, { signal }), following),
      ),
    async signIn(account: string, password: string, signal?: AbortSignal): Promise<void> {
      set(
        await link.call((client, limit) => client.session.signIn({ account, password }, { signal: limit }), { signal }),
      )
    },
    async signOut(): Promise<void> {
      await link.call((client, signal) => client.session.signOut(undefined, { signal }))
      set(null)
    },
  }
})
