/** How things stand with the hub and with the native program: what the top bar says. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { LinkState } from '../../native/contract/link.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

/** One word for the whole: the native program first, then the hub. */
export type Standing = 'refused' | 'starting' | 'workstation-lost' | LinkState['phase']

export const useLinkStore = defineStore('link', () => {
  const link = useLink()
  const hub = shallowRef<LinkState | null>(null)
  const set = (state: LinkState) => void (hub.value = state)
  const follower = createFollower<LinkState, LinkState>({ onSnapshot: set, onDelta: set })

  const standing = computed<Standing>(() => {
    if (link.phase.value === 'refused') return 'refused'
    if (link.phase.value === 'lost') return 'workstation-lost'
    return hub.value?.phase ?? 'starting'
  })

  return {
    hub,
    standing,
    /** Data on the screen may be older than the hub's. */
    isStale: computed(() => standing.value !== 'online'),
    clockOffsetMs: computed(() => hub.value?.clockOffsetMs ?? 0),
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.link.watch(undefined, { signal }), following),
      ),
    /** Tries at once: the native program when it is gone, else the hub. */
    async retry(): Promise<void> {
      if (link.phase.value !== 'open') return link.retry()
      await link.call((client, signal) => client.link.retry(undefined, { signal }))
    },
  }
})
