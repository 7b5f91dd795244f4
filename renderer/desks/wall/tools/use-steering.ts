/** One tile's steering: takes the camera in hand, keeps to what the lease allows, and lets go of it however the tile is left. */
import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue'
import type { CameraRow } from '../../../../native/contract/camera.ts'
import type { Lease, SteeringState } from '../../../../native/contract/ptz.ts'
import { type Fault, readFault } from '../../../link/faults.ts'
import { browserTiming } from '../../../players/timing.ts'
import { createFollower } from '../../../stores/follower.ts'
import { useSteeringStore } from '../../../stores/steering.ts'
import { createHold, type Hold } from './hold.ts'

/**
 * `taking`: asked for. `held`: somebody else has it. `steering`: in one's own hand. `lost`: it was, and is not any more. `failed`: could
 * not be taken, see `fault`.
 */
export type SteeringPhase = 'closed' | 'taking' | 'held' | 'steering' | 'lost' | 'failed'

export interface TileSteering {
  phase: Readonly<Ref<SteeringPhase>>
  /** Who has the camera in hand now, whoever it is. */
  lease: Readonly<Ref<Lease | null>>
  /** Who took it from here; null when it ran out unused. */
  lostTo: Readonly<Ref<Lease['by'] | null>>
  /** Of the last thing that failed; gone with the next one. */
  fault: Readonly<Ref<Fault | null>>
  state: Readonly<Ref<SteeringState | null>>
  hold: Hold
  open(isTakenOver?: boolean): void
  close(): void
  /** Does something that needs the lease, and keeps its fault; true when it was done. */
  attempt(work: () => Promise<unknown>): Promise<boolean>
}

export function useSteering(camera: Readonly<Ref<CameraRow | null>>): TileSteering {
  const store = useSteeringStore()
  const phase = ref<SteeringPhase>('closed')
  const fault = shallowRef<Fault | null>(null)
  const lostTo = shallowRef<Lease['by'] | null>(null)
  const state = shallowRef<SteeringState | null>(null)
  /** The camera that this tile has taken, which may not be the one that stands here any more. */
  let taken: string | null = null
  const cameraId = computed(() => (camera.value?.steerable ? camera.value.id : null))
  const lease = computed(() => (cameraId.value === null ? null : store.leaseOf(cameraId.value)))
  const isOwn = computed(() => lease.value !== null && store.isOwn(lease.value))

  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    fault.value = null
    try {
      await work()
      return true
    } catch (thrown) {
      fault.value = readFault(thrown)
      return false
    }
  }
  const hold = createHold({
    move: (velocity) => (taken === null ? Promise.resolve() : store.move(taken, velocity)),
    stop: () => (taken === null ? Promise.resolve() : store.stop(taken)),
    onFault: (thrown) => (fault.value = readFault(thrown)),
    timing: browserTiming,
  })

  async function take(id: string, isTakenOver: boolean): Promise<void> {
    phase.value = 'taking'
    const isDone = await attempt(() => store.take(id, isTakenOver))
    // Left meanwhile: nobody sits here who would use it.
    if (phase.value !== 'taking' || cameraId.value !== id) {
      if (isDone) void store.release(id).catch(() => undefined)
      return
    }
    if (isDone) taken = id
    phase.value = isDone ? 'steering' : fault.value?.reason === 'lease-held' ? 'held' : 'failed'
  }
  function close(): void {
    hold.release()
    const id = taken
    taken = null
    phase.value = 'closed'
    fault.value = null
    // What is not given back runs out by itself.
    if (id !== null) void store.release(id).catch(() => undefined)
  }
  function open(isTakenOver = false): void {
    if (cameraId.value === null || phase.value === 'taking') return
    if (lease.value && !isOwn.value && !isTakenOver) {
      fault.value = null
      phase.value = 'held'
    } else void take(cameraId.value, isTakenOver)
  }

  watch(isOwn, (is, was) => {
    if (is || !was || phase.value !== 'steering') return
    hold.release()
    lostTo.value = store.lost?.cameraId === taken ? (store.lost?.to ?? null) : null
    taken = null
    phase.value = 'lost'
  })
  watch(cameraId, close)
  onScopeDispose(close)

  followState(() => (phase.value !== 'closed' || state.value?.returnsAt ? cameraId.value : null), state)
  return { phase, lease, lostTo, fault, state, hold, open, close, attempt }
}

/** Presets and guard position of the camera that is wanted, for as long as it is. */
function followState(wanted: () => string | null, state: Ref<SteeringState | null>): void {
  const store = useSteeringStore()
  const set = (next: SteeringState) => void (state.value = next)
  const follower = createFollower<SteeringState, SteeringState>({ onSnapshot: set, onDelta: set })
  watch(wanted, (cameraId) => {
    follower.stop()
    state.value = null
    if (cameraId !== null) follower.start((following) => store.follow(cameraId, following))
  })
  onScopeDispose(follower.stop)
}
