/** Sounds for what is unacknowledged, for as long as the calling component lives; says why it does not. */
import { useEventListener, useIntervalFn } from '@vueuse/core'
import { computed, type ComputedRef, onScopeDispose, shallowRef, watch } from 'vue'
import { useAlarmsStore } from '../stores/alarms.ts'
import { createAlarmSound, repeatMs, repeats } from './alarm-sound.ts'

/** `blocked`: the browser waits for somebody to touch the page. */
export type SoundState = 'quiet' | 'sounding' | 'muted' | 'blocked'

export function useAlarmSound(): ComputedRef<SoundState> {
  const alarms = useAlarmsStore()
  const isAllowed = shallowRef(false)
  const sound = createAlarmSound(() => (isAllowed.value = sound.isAllowed()))
  isAllowed.value = sound.isAllowed()
  onScopeDispose(sound.close)

  const state = computed<SoundState>(() => {
    if (alarms.isMuted) return 'muted'
    if (!isAllowed.value) return 'blocked'
    return alarms.gravest && repeats(alarms.gravest) ? 'sounding' : 'quiet'
  })
  const play = () => void (alarms.gravest && state.value !== 'muted' && sound.play(alarms.gravest))
  const loop = useIntervalFn(play, repeatMs, { immediate: false })
  watch(
    [state, () => alarms.gravest],
    ([now]) => {
      loop.pause()
      play()
      if (now === 'sounding') loop.resume()
    },
    { immediate: true },
  )
  for (const event of ['pointerdown', 'keydown'] as const) {
    useEventListener(window, event, () => void sound.allow().catch(() => undefined), { capture: true, passive: true })
  }
  return state
}
