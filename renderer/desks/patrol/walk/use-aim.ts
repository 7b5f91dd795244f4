/** Turns a stop's camera to its preset, holds it while the stop is shown or next, and says when it has arrived. */
import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue'
import type { CameraRow } from '../../../../native/contract/camera.ts'
import type { PatrolStop } from '../../../../native/contract/patrol.ts'
import { presetNow } from '../../../../native/contract/patrol-run.ts'
import type { Preset, SteeringState } from '../../../../native/contract/ptz.ts'
import { type Fault, readFault } from '../../../link/faults.ts'
import { pause } from '../../../link/waiting.ts'
import { useSteeringStore } from '../../../stores/steering.ts'
import { comeToRest } from '../../wall/tools/come-to-rest.ts'

/**
 * `none`: there is nowhere to turn. `held`: somebody else has the camera in hand. `gone`: the camera knows this preset no more. `unsure`: it was
 * sent, and its picture has not come to rest.
 */
export type Aim =
  | { is: 'none' | 'gone' }
  | { is: 'held'; by: string }
  | { is: 'failed'; fault: Fault }
  /** `isRenamed`: the preset has another name than the route says. */
  | { is: 'moving' | 'arrived' | 'unsure'; isRenamed: boolean }

export interface AimOptions {
  camera: () => CameraRow | null
  preset: () => PatrolStop['preset']
  /** Present, or the next one. */
  isWanted: () => boolean
  /** What shows a picture of now; null while nothing does. */
  fresh: () => HTMLVideoElement | null
}

/** A camera that does not tell its presets within this time is taken at the route's word (ms). */
const presetsLimitMs = 5_000

export function useAim({ camera, preset, isWanted, fresh }: AimOptions): Readonly<Ref<Aim>> {
  const steering = useSteeringStore()
  const aim = shallowRef<Aim>({ is: 'none' })
  let turning = new AbortController()
  let taken: string | null = null

  function letGo(): void {
    turning.abort()
    // What is not given back runs out by itself.
    if (taken !== null) void steering.release(taken).catch(() => undefined)
    taken = null
  }

  /** The presets as the camera tells them now; null when it does not. */
  async function presetsOf(cameraId: string, signal: AbortSignal): Promise<readonly Preset[] | null> {
    const asked = new AbortController()
    const stop = () => asked.abort()
    signal.addEventListener('abort', stop, { once: true })
    const told = new Promise<readonly Preset[] | null>((resolve) => {
      const hear = ({ presets }: SteeringState) => resolve(presets)
      const following = { signal: asked.signal, onSnapshot: hear, onDelta: hear, onFault: () => resolve(null) }
      steering.follow(cameraId, following).catch(() => resolve(null))
      void pause(presetsLimitMs, asked.signal).then(() => resolve(null))
    })
    try {
      return await told
    } finally {
      stop()
      signal.removeEventListener('abort', stop)
    }
  }

  async function turn(cameraId: string, kept: NonNullable<PatrolStop['preset']>, signal: AbortSignal): Promise<Aim> {
    await steering.take(cameraId, false)
    // Left meanwhile.
    if (signal.aborted) {
      void steering.release(cameraId).catch(() => undefined)
      return { is: 'none' }
    }
    taken = cameraId
    const presets = await presetsOf(cameraId, signal)
    const now = presets ? presetNow(kept, presets) : { token: kept.token, is: 'same' as const }
    if (now.token === null) return { is: 'gone' }
    if (signal.aborted) return { is: 'none' }
    await steering.goTo(cameraId, now.token)
    const isRenamed = now.is === 'renamed'
    if (!signal.aborted) aim.value = { is: 'moving', isRenamed }
    return { is: (await comeToRest(fresh, signal)) ? 'arrived' : 'unsure', isRenamed }
  }

  const holder = computed(() => {
    const id = camera()?.id
    const lease = id === undefined ? null : steering.leaseOf(id)
    return lease && !steering.isOwn(lease) ? lease.by.name : null
  })
  const target = computed(() => {
    const [row, kept] = [camera(), preset()]
    return row?.steerable && kept && isWanted() ? JSON.stringify([row.id, kept, holder.value]) : null
  })
  watch(
    target,
    (text) => {
      letGo()
      aim.value = { is: 'none' }
      if (text === null) return
      const [cameraId, kept, by] = JSON.parse(text) as [string, NonNullable<PatrolStop['preset']>, string | null]
      if (by !== null) return void (aim.value = { is: 'held', by })
      aim.value = { is: 'moving', isRenamed: false }
      turning = new AbortController()
      const { signal } = turning
      turn(cameraId, kept, signal)
        .catch((thrown: unknown): Aim => ({ is: 'failed', fault: readFault(thrown) }))
        .then((next) => !signal.aborted && (aim.value = next))
    },
    { immediate: true },
  )
  onScopeDispose(letGo)
  return aim
}
