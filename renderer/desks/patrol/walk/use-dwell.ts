/** How long the present stop is still to be looked at: counts only while a live picture shows it, and steps only when that was switched on. */
import { useIntervalFn, useLocalStorage } from '@vueuse/core'
import { computed, ref, watch } from 'vue'

export interface DwellOptions {
  /** Of the present stop; null: none. */
  stopId: () => string | null
  seconds: () => number
  /** A live picture of it is on the screen, and nothing lies over it. */
  isCounting: () => boolean
  step: () => void
}

const tickMs = 1_000

export function useDwell({ stopId, seconds, isCounting, step }: DwellOptions) {
  const isAuto = useLocalStorage('console.patrol-auto', false)
  const looked = ref(0)
  watch(stopId, () => (looked.value = 0))
  const left = computed(() => Math.max(0, seconds() - looked.value))
  useIntervalFn(() => {
    if (stopId() === null || !isCounting() || left.value === 0) return
    looked.value += 1
    if (left.value === 0 && isAuto.value) step()
  }, tickMs)
  return { left, isAuto, toggle: () => void (isAuto.value = !isAuto.value) }
}
