/** Which presets the cameras of a route have now: asked one after the other, so that a long route is no load. */
import { onScopeDispose, shallowReactive, watch } from 'vue'
import type { Preset } from '../../../../native/contract/ptz.ts'
import { useSteeringStore } from '../../../stores/steering.ts'

/** A camera that has not answered by then counts as not reached, ms. */
const limitMs = 8_000

/** `wanted`: ids of cameras, the most urgent first. Gives what is known by camera id; `null`: it could not be reached. */
export function usePresets(wanted: () => readonly string[]): ReadonlyMap<string, readonly Preset[] | null> {
  const steering = useSteeringStore()
  const known = shallowReactive(new Map<string, readonly Preset[] | null>())
  const closing = new AbortController()
  let isAsking = false
  onScopeDispose(() => closing.abort())

  async function ask(cameraId: string): Promise<void> {
    const answered = new AbortController()
    const signal = AbortSignal.any([closing.signal, answered.signal, AbortSignal.timeout(limitMs)])
    let presets: readonly Preset[] | null = null
    await steering
      .follow(cameraId, {
        signal,
        onSnapshot(state) {
          presets = state.presets
          answered.abort()
        },
        onDelta: () => undefined,
        onFault: () => answered.abort(),
      })
      .catch(() => undefined)
    if (!closing.signal.aborted) known.set(cameraId, presets)
  }
  async function askAll(): Promise<void> {
    if (isAsking) return
    isAsking = true
    for (;;) {
      const next = wanted().find((id) => !known.has(id))
      if (next === undefined || closing.signal.aborted) break
      await ask(next)
    }
    isAsking = false
  }
  watch(() => wanted().join(' '), askAll, { immediate: true })
  return known
}
