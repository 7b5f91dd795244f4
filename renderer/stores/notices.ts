/** What went wrong at the borders, and how much of it nobody has looked at. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Notice } from '../../native/contract/contract.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

/** As many as native keeps. */
const kept = 200

export const useNoticesStore = defineStore('notices', () => {
  const link = useLink()
  const notices = shallowRef<readonly Notice[]>([])
  const read = shallowRef<ReadonlySet<string>>(new Set())
  const follower = createFollower<Notice[], Notice[]>({
    onSnapshot: (all) => (notices.value = all),
    onDelta: (news) => {
      const ids = new Set(news.map(({ id }) => id))
      notices.value = [...notices.value.filter(({ id }) => !ids.has(id)), ...news].slice(-kept)
    },
  })

  return {
    /** Newest first. */
    newestFirst: computed(() => notices.value.toReversed()),
    unread: computed(() => notices.value.reduce((count, { id }) => (read.value.has(id) ? count : count + 1), 0)),
    freshness: follower.freshness,
    isRead: (id: string) => read.value.has(id),
    markAllRead: () => (read.value = new Set(notices.value.map(({ id }) => id))),
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.notices.watch(undefined, { signal }), following),
      ),
    close: () => {
      follower.stop()
      notices.value = []
    },
  }
})
