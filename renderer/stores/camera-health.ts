/** How the cameras are: their states, what they notice themselves, and each one's log. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { CameraHealth, CameraLogLine, CameraNotices, HealthDelta } from '../../native/contract/camera-health.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'
import { applyListDelta, byKey } from './list-delta.ts'

/** Looking thoroughly at a camera that does not answer takes some waits of five seconds. */
const checkLimitMs = 40_000
const keyOf = ({ cameraId }: CameraHealth) => cameraId

export const useCameraHealthStore = defineStore('camera-health', () => {
  const link = useLink()
  const byId = shallowRef<ReadonlyMap<string, CameraHealth>>(new Map())
  const states = createFollower<CameraHealth[], HealthDelta>({
    onSnapshot: (all) => (byId.value = byKey(all, keyOf)),
    onDelta: (delta) => void (byId.value = applyListDelta(byId.value, delta, keyOf)),
  })
  const notices = shallowRef<CameraNotices | null>(null)
  const setNotices = (next: CameraNotices) => void (notices.value = next)
  const hearing = createFollower<CameraNotices, CameraNotices>({ onSnapshot: setNotices, onDelta: setNotices })

  return {
    byId,
    freshness: states.freshness,
    fault: states.fault,
    /** Whether each camera that is listened to is heard. */
    followed: computed(
      () => new Map((notices.value?.followed ?? []).map(({ cameraId, isHeard }) => [cameraId, isHeard])),
    ),
    open() {
      states.start((following) =>
        link.follow((client, signal) => client.cameras.health.watch(undefined, { signal }), following),
      )
      hearing.start((following) =>
        link.follow((client, signal) => client.cameras.notices.watch(undefined, { signal }), following),
      )
    },
    close() {
      states.stop()
      hearing.stop()
    },
    /** Asks it now. Fault: `not-found`. */
    check: (cameraId: string, signal?: AbortSignal): Promise<CameraHealth> =>
      link.call((client, limit) => client.cameras.health.check({ cameraId }, { signal: limit }), {
        ...{ signal, limitMs: checkLimitMs },
      }),
    /** Newest first, at most 100: those older than the line `before`, or the latest. */
    log: (cameraId: string, before: number | null, signal: AbortSignal): Promise<CameraLogLine[]> =>
      link.call((client, limit) => client.cameras.health.log({ cameraId, before }, { signal: limit }), { signal }),
    /** Faults: `not-found`, `invalid` (no ONVIF camera, or too many). */
    follow: (cameraId: string, isFollowed: boolean): Promise<null> =>
      link.call((client, signal) => client.cameras.notices.follow({ cameraId, isFollowed }, { signal })),
    /** How many presets a steerable camera has; it is asked. Faults as of `steering.watch`. */
    presets: (cameraId: string, signal: AbortSignal): Promise<number> =>
      link.call(
        async (client, limit) => {
          for await (const told of await client.cameras.steering.watch({ cameraId }, { signal: limit })) {
            return (told.kind === 'snapshot' ? told.snapshot : told.delta).presets.length
          }
          return 0
        },
        { signal },
      ),
  }
})
