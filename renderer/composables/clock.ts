/** The one ticking clock of the console: whole seconds, for everything on the screen that tells time. */
import { useIntervalFn } from '@vueuse/core'
import { computed, type ComputedRef, inject, type InjectionKey, type Ref, shallowRef } from 'vue'
import { useLinkStore } from '../stores/link.ts'

const clockKey: InjectionKey<Readonly<Ref<number>>> = Symbol('clock')

/** Ticks every second for as long as the calling scope lives. Milliseconds since 1970 by this workstation. */
export function createClock(now: () => number = Date.now): [typeof clockKey, Readonly<Ref<number>>] {
  const at = shallowRef(now())
  useIntervalFn(() => (at.value = now()), 1000)
  return [clockKey, at]
}

/** This workstation's clock. */
export function useClock(): Readonly<Ref<number>> {
  const clock = inject(clockKey)
  if (!clock) throw new Error('No clock was provided to this console.')
  return clock
}

/** The hub's clock as far as this workstation knows it: limits and ages are the hub's. */
export function useHubClock(): ComputedRef<number> {
  const clock = useClock()
  const link = useLinkStore()
  return computed(() => clock.value + link.clockOffsetMs)
}
