/** Whether the map is shown beside the queue; kept on this workstation. */
import { useLocalStorage } from '@vueuse/core'
import type { Ref } from 'vue'
import { useShortcuts } from '../../composables/shortcuts.ts'

export function useMapBeside(): Ref<boolean> {
  const isShown = useLocalStorage('console.mapBeside', false, { writeDefaults: false })
  useShortcuts([
    { keys: 'Ctrl+M', words: 'dispatch.keys.map', group: 'dispatch', run: () => (isShown.value = !isShown.value) },
  ])
  return isShown
}
