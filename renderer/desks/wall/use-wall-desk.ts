/** What the wall desk shows at this moment: the scene or a page of the running tour, what pops up, and what holds the tour. */
import { computed, onScopeDispose, reactive, watch } from 'vue'
import { useCamerasStore } from '../../stores/cameras.ts'
import { useSteeringStore } from '../../stores/steering.ts'
import { useWallStore } from '../../stores/wall.ts'
import { type Plan, planOf } from './layout-plans.ts'
import { usePopUps } from './use-pop-ups.ts'
import { useStating } from './use-stating.ts'
import { type Hold, useTour } from './use-tour.ts'
import { useWall } from './use-wall.ts'

/** Tiles over the whole stage; the one ahead lies under the others until its turn comes. */
export interface Layer {
  key: string
  plan: Plan
  /** Camera ids by tile. */
  tiles: readonly (string | null)[]
  isAhead: boolean
}

export function useWallDesk(windowName: string | null) {
  const cameras = useCamerasStore()
  const steering = useSteeringStore()
  const kept = useWallStore()
  for (const store of [cameras, steering, kept]) {
    store.open()
    onScopeDispose(() => store.close())
  }
  const wall = useWall(windowName)
  const { scene, focused } = wall
  const popUps = usePopUps(windowName)
  const tour = useTour(windowName, holdOf)
  const isTouring = computed(() => tour.kept.value !== null)
  const stating = useStating(() => (isTouring.value ? tour.cameraIds.value : wall.tiles.value))
  const layers = computed<Layer[]>(() => {
    if (isTouring.value) return tour.layers.value
    return [{ key: 'scene', plan: planOf(scene.value), tiles: wall.tiles.value, isAhead: false }]
  })
  const front = computed(() => layers.value.find(({ isAhead }) => !isAhead)!)

  function isSteering(): boolean {
    return front.value.tiles.some((cameraId) => {
      const lease = cameraId === null ? null : steering.leaseOf(cameraId)
      return lease !== null && steering.isOwn(lease)
    })
  }
  function holdOf(): Exclude<Hold, 'paused'> | null {
    if (popUps.shown.value) return 'pop-up'
    if (stating.asked.value.length > 0) return 'reason'
    if (isSteering()) return 'steering'
    return focused.value === null ? null : 'focus'
  }
  watch(
    () => front.value.key,
    () => (focused.value = null),
  )

  /** How many tiles play, by layer. */
  const playing = reactive(new Map<string, number>())
  return {
    ...{ wall, popUps, tour, isTouring, stating, layers, front, playing },
    isFree: computed(() => !isTouring.value && scene.value.layout === 'free'),
    /** A single camera is asked for in its own tile. */
    states: computed(() => stating.asked.value.length > (isTouring.value ? 0 : 1)),
    live: computed(() => ({
      playing: playing.get(front.value.key) ?? 0,
      total: front.value.tiles.filter(Boolean).length,
    })),
    sceneSaid: computed(() => {
      const known = kept.scenes.find(({ id }) => id === wall.keptId.value)
      return known ? { name: known.name, isChanged: JSON.stringify(known.body) !== JSON.stringify(scene.value) } : null
    }),
  }
}
