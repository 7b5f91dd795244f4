/** What cameras notice themselves, movement and tampering, and which of them are listened to. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { CameraNotices } from '../../native/contract/camera-health.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

export const useCameraNoticesStore = defineStore('camera-notices', () => {
  const link = useLink()
  const state = shallowRef<CameraNotices>({ notices: [], followed: [] })
  const set = (next: CameraNotices) => void (state.value = next)
  const follower = createFollower<CameraNotices, CameraNotices>({ onSnapshot: set, onDelta: set })
  let users = 0

  return {
    /** Newest first. */
    notices: computed(() => state.value.notices),
    followed: computed(() => state.value.followed),
    freshness: follower.freshness,
    /** Follows until as many have closed as have opened. */
    open(): void {
      users += 1
      if (users > 1) return
      follower.start((following) =>
        link.follow((client, signal) => client.cameras.notices.watch(undefined, { signal }), following),
      )
    },
    close(): void {
      users -= 1
      if (users === 0) follower.stop()
    },
    /** Listens to a camera, or no longer. Faults: `not-found`, `invalid` (no ONVIF camera, or too many). */
    async follow(cameraId: string, isFollowed: boolean): Promise<void> {
      await link.call((client, signal) => client.cameras.notices.follow({ cameraId, isFollowed }, { signal }))
    },
  }
})
