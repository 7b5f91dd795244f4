/** Cameras this workstation may know of, and the watches asked of them. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { CameraRow, MediaAccess, StillPicture, Watch, WatchRequest } from '../../native/contract/camera.ts'
import type { CameraLogLine } from '../../native/contract/camera-health.ts'
import type { CamerasDelta } from '../../native/contract/contract.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

export const useCamerasStore = defineStore('cameras', () => {
  const link = useLink()
  const byId = shallowRef<ReadonlyMap<string, CameraRow>>(new Map())
  const follower = createFollower<CameraRow[], CamerasDelta>({
    onSnapshot: (rows) => (byId.value = new Map(rows.map((row) => [row.id, row]))),
    onDelta: ({ put, removed }) => {
      const next = new Map(byId.value)
      for (const row of put) next.set(row.id, row)
      for (const id of removed) next.delete(id)
      byId.value = next
    },
  })

  return {
    byId,
    rows: computed(() => [...byId.value.values()]),
    freshness: follower.freshness,
    fault: follower.fault,
    /** Starts following the list; whoever opens closes. */
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.cameras.list(undefined, { signal }), following),
      ),
    close: follower.stop,
    /** Asks to watch a camera. Faults as in the contract; `readFault` and `faultWords` turn them into words. */
    watch: (request: WatchRequest, signal?: AbortSignal): Promise<Watch> =>
      link.call((client, limit) => client.cameras.watch(request, { signal: limit }), { signal }),
    /** Asks to hear what is watched. */
    listen: (watchId: string, signal?: AbortSignal): Promise<{ watchId: string }> =>
      link.call((client, limit) => client.cameras.listen({ watchId }, { signal: limit }), { signal }),
    unwatch: (watchId: string): Promise<null> =>
      link.call((client, signal) => client.cameras.unwatch({ watchId }, { signal })),
    still: (watchId: string, signal?: AbortSignal): Promise<StillPicture> =>
      link.call((client, limit) => client.cameras.still({ watchId }, { signal: limit }), { signal }),
    /** The latest of what happened to a camera, newest first. */
    log: (cameraId: string): Promise<CameraLogLine[]> =>
      link.call((client, signal) => client.cameras.health.log({ cameraId, before: null }, { signal })),
    /** Where the media gateway listens and the token it wants. Asked anew after a reconnect: the gateway may have restarted. */
    gateway: (signal?: AbortSignal): Promise<MediaAccess> =>
      link.call((client, limit) => client.cameras.gateway(undefined, { signal: limit }), { signal }),
  }
})
