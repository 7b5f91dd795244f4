/** The cursor of the queue: stays on its case while others come and go, and on its place when its case leaves. */
import { computed, type Ref, shallowRef, watch } from 'vue'
import type { QueueWindow } from '../../../native/contract/contract.ts'
import { indexOf } from '../../stores/queue-window.ts'

export interface Cursor {
  /** Index in the whole queue. */
  index: Readonly<Ref<number>>
  /** The case under it, null while its row is not held. */
  id: Readonly<Ref<string | null>>
  moveTo(index: number): void
}

/** `held` is null until the first rows have come; the cursor then starts on `openId`, else on the first row. */
export function useCursor(held: Ref<QueueWindow | null>, openId: Ref<string | null>): Cursor {
  const index = shallowRef(0)
  const id = shallowRef<string | null>(null)
  const idAt = (at: number) => (held.value ? held.value.rows[at - held.value.offset]?.id : undefined) ?? null

  function moveTo(wanted: number): void {
    index.value = Math.max(0, Math.min(wanted, (held.value?.total ?? 1) - 1))
    id.value = idAt(index.value)
  }

  watch(
    held,
    (now, before) => {
      if (!now) return moveTo(0)
      const followed = before ? id.value : openId.value
      const place = followed === null ? null : indexOf(now, followed)
      // A case that is merely out of the window keeps its place until the window is back.
      moveTo(place ?? index.value)
    },
    { immediate: true },
  )
  watch(openId, (opened) => {
    const place = opened === null ? null : indexOf(held.value, opened)
    if (place !== null) moveTo(place)
  })
  return { index: computed(() => index.value), id: computed(() => id.value), moveTo }
}
