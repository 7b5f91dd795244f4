/** The wall as it stands: its scene, kept on this workstation, and which tile is active or focused. */
import { useLocalStorage } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { useCamerasStore } from '../../stores/cameras.ts'
import {
  clear,
  emptyScene,
  firstScene,
  type Layout,
  layouts,
  place,
  readScene,
  type Scene,
  shownTiles,
  swap,
  tileForNext,
  withLayout,
} from './scene.ts'

export function useWall() {
  const cameras = useCamerasStore()
  const stored = useLocalStorage('console.wall', '', { writeDefaults: false })
  const scene = computed<Scene>({
    get: () => readScene(stored.value) ?? emptyScene,
    set: (next) => (stored.value = JSON.stringify(next)),
  })
  const active = ref(0)
  const focused = ref<number | null>(null)
  const tiles = computed(() => shownTiles(scene.value))

  // Nobody arranged this wall yet: show one camera of each owner as soon as cameras are known.
  watch(
    () => cameras.freshness === 'live' && cameras.rows.length > 0,
    (isKnown) => {
      if (isKnown && readScene(stored.value) === null) scene.value = firstScene(cameras.rows)
    },
    { immediate: true },
  )

  function activate(tile: number) {
    active.value = Math.max(0, Math.min(tile, tiles.value.length - 1))
  }

  return {
    scene,
    tiles,
    active,
    focused,
    activate,
    put(tile: number, cameraId: string) {
      if (tile >= tiles.value.length) return
      scene.value = place(scene.value, tile, cameraId)
      activate(tile)
    },
    /** Into the first empty tile, else the active one; already shown cameras are only pointed at. */
    putNext(cameraId: string) {
      const shown = tiles.value.indexOf(cameraId)
      if (shown >= 0) return activate(shown)
      const tile = tileForNext(scene.value, active.value)
      scene.value = place(scene.value, tile, cameraId)
      activate(tile)
    },
    swap(from: number, to: number) {
      scene.value = swap(scene.value, from, to)
    },
    clear(tile: number) {
      scene.value = clear(scene.value, tile)
      if (focused.value === tile) focused.value = null
    },
    setLayout(layout: Layout) {
      scene.value = withLayout(scene.value, layout)
      focused.value = null
      activate(active.value)
    },
    nextLayout() {
      this.setLayout(layouts[(layouts.indexOf(scene.value.layout) + 1) % layouts.length] as Layout)
    },
    toggleFocus(tile: number) {
      focused.value = focused.value === tile ? null : tile
      activate(tile)
    },
  }
}
