/** Who has which camera in hand, at all workstations of the sub-center, and steering those that are in one's own. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { roles } from '../../native/contract/vocabulary.ts'
import type { Guard, Lease, LeaseState, PresetPicture, SteeringState, Velocity } from '../../native/contract/ptz.ts'
import { useLink } from '../link/link.ts'
import type { Following } from '../link/topic.ts'
import { createFollower } from './follower.ts'
import { useSessionStore } from './session.ts'

export const useSteeringStore = defineStore('steering', () => {
  const link = useLink()
  const session = useSessionStore()
  const state = shallowRef<LeaseState | null>(null)
  const set = (next: LeaseState) => void (state.value = next)
  const follower = createFollower<LeaseState, LeaseState>({ onSnapshot: set, onDelta: set })
  const leases = computed(() => new Map(state.value?.leases.map((lease) => [lease.cameraId, lease])))
  const rank = (role: string) => roles.findIndex((known) => known === role)

  return {
    leaseOf: (cameraId: string): Lease | null => leases.value.get(cameraId) ?? null,
    /** In the hand of whoever sits here. */
    isOwn: ({ workstation, by }: Lease): boolean =>
      workstation === state.value?.workstation && by.id === session.operator?.id,
    /** Whoever sits here may take it over: their role stands higher. The hub decides all the same. */
    mayTakeOver: ({ by }: Lease): boolean => rank(session.operator?.role ?? '') > rank(by.role),
    /** The last lease that somebody else took from here. */
    lost: computed(() => state.value?.lost ?? null),
    /** False: without the hub nobody knows what other workstations do. */
    isShared: computed(() => state.value?.isShared ?? false),
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.cameras.steering.leases(undefined, { signal }), following),
      ),
    close: () => {
      follower.stop()
      state.value = null
    },
    /** Follows one camera's presets and guard position, for as long as `following.signal` lets it. */
    follow: (cameraId: string, following: Following<SteeringState, SteeringState>) =>
      link.follow((client, signal) => client.cameras.steering.watch({ cameraId }, { signal }), following),
    /** Fault: `conflict` (lease-held). */
    take: (cameraId: string, isTakenOver: boolean): Promise<null> =>
      link.call((client, signal) => client.cameras.steering.take({ cameraId, isTakenOver }, { signal })),
    release: (cameraId: string): Promise<null> =>
      link.call((client, signal) => client.cameras.steering.release({ cameraId }, { signal })),
    move: (cameraId: string, velocity: Velocity): Promise<null> =>
      link.call((client, signal) => client.cameras.steering.move({ cameraId, velocity }, { signal })),
    stop: (cameraId: string): Promise<null> =>
      link.call((client, signal) => client.cameras.steering.stop({ cameraId }, { signal })),
    goTo: (cameraId: string, presetToken: string): Promise<null> =>
      link.call((client, signal) => client.cameras.steering.goTo({ cameraId, presetToken }, { signal })),
    setPreset: (cameraId: string, presetToken: string | null, name: string): Promise<{ presetToken: string }> =>
      link.call((client, signal) => client.cameras.steering.setPreset({ cameraId, presetToken, name }, { signal })),
    renamePreset: (cameraId: string, presetToken: string, name: string): Promise<null> =>
      link.call((client, signal) => client.cameras.steering.renamePreset({ cameraId, presetToken, name }, { signal })),
    removePreset: (cameraId: string, presetToken: string): Promise<null> =>
      link.call((client, signal) => client.cameras.steering.removePreset({ cameraId, presetToken }, { signal })),
    setGuard: (cameraId: string, guard: Guard | null): Promise<null> =>
      link.call((client, signal) => client.cameras.steering.setGuard({ cameraId, guard }, { signal })),
    pictures: (cameraId: string): Promise<PresetPicture[]> =>
      link.call((client, signal) => client.cameras.steering.pictures({ cameraId }, { signal })),
    keepPicture: (cameraId: string, presetToken: string, jpeg: string): Promise<null> =>
      link.call((client, signal) => client.cameras.steering.keepPicture({ cameraId, presetToken, jpeg }, { signal })),
  }
})
