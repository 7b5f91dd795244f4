/** In full screen the tools are hidden until the pointer moves, and for as long as it rests they stay away. */
import { useEventListener, useTimeoutFn } from '@vueuse/core'
import { type Ref, shallowRef, watch } from 'vue'

/** After the last movement (ms). */
const restMs = 3_000

export function useIdleTools(area: Readonly<Ref<HTMLElement | null>>, isFullscreen: Readonly<Ref<boolean>>) {
  const areShown = shallowRef(true)
  const { start, stop } = useTimeoutFn(() => (areShown.value = false), restMs, { immediate: false })
  function wake() {
    areShown.value = true
    if (isFullscreen.value) start()
    else stop()
  }
  useEventListener(area, ['pointermove', 'pointerdown'], wake)
  watch(isFullscreen, (isFull) => {
    areShown.value = !isFull
    stop()
  })
  return { areShown }
}
