/** The wall as it stands in this window: its scene, kept on this workstation, and which tile is active or focused. */
import { useLocalStorage } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import type { FreeTile, Scene, WallLayout } from '../../../native/contract/wall.ts'
import { useCamerasStore } from '../../stores/cameras.ts'
import { layouts } from './layout-plans.ts'
import {
  clear,
  emptyScene,
  firstScene,
  place,
  readScene,
  shownTiles,
  swap,
  tileForNext,
  withFreeTile,
  withLayout,
  withMoreTiles,
  withoutTile,
} from './scene.ts'

/** Each window keeps a wall of its own under its name; the console's own has none. */
export const storedUnder = (windowName: string | null, what = '') =>
  ['console.wall', windowName, what].filter(Boolean).join('.')

export function useWall(windowName: string | null) {
  const cameras = useCamerasStore()
  const stored = useLocalStorage(storedUnder(windowName), '', { writeDefaults: false })
  const scene = computed<Scene>({
    get: () => readScene(stored.value) ?? emptyScene,
    set: (next) => (stored.value = JSON.stringify(next)),
  })
  /** Id of the kept scene that was loaded or saved last; empty: none. */
  const keptId = useLocalStorage(storedUnder(windowName, 'scene'), '', { writeDefaults: false })
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

  /** `count`: of the tiles that are shown, where that is not the scene. */
  function activate(tile: number, count = tiles.value.length) {
    active.value = Math.max(0, Math.min(tile, count - 1))
  }
  function change(next: Scene) {
    scene.value = next
    focused.value = null
    activate(active.value)
  }
  function setLayout(layout: WallLayout) {
    change(withLayout(scene.value, layout))
  }

  return {
    scene,
    keptId,
    tiles,
    active,
    focused,
    activate,
    setLayout,
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
    nextLayout() {
      setLayout(layouts[(layouts.indexOf(scene.value.layout) + 1) % layouts.length]!)
    },
    /** A scene that somebody kept, as it is. */
    load(id: string, kept: Scene) {
      change(readScene(JSON.stringify(kept)) ?? emptyScene)
      keptId.value = id
    },
    lay(tile: number, lies: FreeTile) {
      scene.value = withFreeTile(scene.value, tile, lies)
    },
    addTile() {
      change(withMoreTiles(scene.value))
      activate(scene.value.free.length - 1)
    },
    removeTile: (tile: number) => change(withoutTile(scene.value, tile)),
    toggleFocus(tile: number, count = tiles.value.length) {
      focused.value = focused.value === tile ? null : tile
      activate(tile, count)
    },
  }
}
