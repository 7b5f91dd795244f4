/** Rows that are chosen for a step on many: by id, so that they stay chosen while the queue moves under them. */
import { computed, shallowRef } from 'vue'

/** What one command takes. */
export const mostChosen = 200

export function useSelection() {
  const chosen = shallowRef<ReadonlySet<string>>(new Set())
  return {
    chosen,
    count: computed(() => chosen.value.size),
    toggle(id: string): void {
      const next = new Set(chosen.value)
      if (!next.delete(id) && next.size < mostChosen) next.add(id)
      chosen.value = next
    },
    add(ids: readonly string[]): void {
      chosen.value = new Set([...chosen.value, ...ids].slice(0, mostChosen))
    },
    clear(): void {
      if (chosen.value.size > 0) chosen.value = new Set()
    },
  }
}
