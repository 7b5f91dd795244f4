/** The tour that runs on this wall: which page is shown, when the next one comes, and what holds it. */
import { useLocalStorage } from '@vueuse/core'
import { computed, type Ref, shallowRef, watch } from 'vue'
import type { Kept, Tour } from '../../../native/contract/wall.ts'
import { useClock } from '../../composables/clock.ts'
import { useCamerasStore } from '../../stores/cameras.ts'
import { useWallStore } from '../../stores/wall.ts'
import { planOf } from './layout-plans.ts'
import { begun, pageAhead, pagesOf, passed, turned } from './tour.ts'
import { storedUnder } from './use-wall.ts'

/** Why the page does not turn. The first one that holds is said. */
export type Hold = 'pop-up' | 'reason' | 'steering' | 'focus' | 'paused'

export function useTour(windowName: string | null, heldBy: () => Exclude<Hold, 'paused'> | null) {
  const cameras = useCamerasStore()
  const wall = useWallStore()
  const clock = useClock()
  /** A wall that comes back goes on with its tour. */
  const tourId = useLocalStorage(storedUnder(windowName, 'tour'), '', { writeDefaults: false })
  const kept = computed<Kept<Tour> | null>(() => wall.tours.find(({ id }) => id === tourId.value) ?? null)
  const tour = computed(() => kept.value?.body ?? null)
  const dwellMs = computed(() => (tour.value?.dwellSeconds ?? 0) * 1000)
  const isPaused = shallowRef(false)
  const run = shallowRef(begun(0))
  const pages = computed(() =>
    tour.value ? pagesOf(tour.value, (id) => cameras.freshness !== 'live' || cameras.byId.has(id)) : [],
  )
  const page = computed(() => (run.value.page < pages.value.length ? run.value.page : 0))
  const hold = computed<Hold | null>(() => heldBy() ?? (isPaused.value ? 'paused' : null))

  // Another tour, or this one changed: from its first page.
  watch(
    () => JSON.stringify(tour.value),
    () => {
      run.value = begun(dwellMs.value)
      isPaused.value = false
    },
    { immediate: true },
  )
  watch(clock, (now, before) => {
    if (tour.value && hold.value === null)
      run.value = passed(run.value, now - before, pages.value.length, dwellMs.value)
  })

  const layers = computed(() => {
    if (!tour.value) return []
    const plan = planOf({ layout: tour.value.layout, free: [] })
    const layer = (at: number, turns: number, isAhead: boolean) => {
      const cameraIds = pages.value[at]?.cameraIds ?? []
      return { key: `turn ${turns}`, plan, tiles: cameraIds, isAhead }
    }
    const { turns } = run.value
    const next = hold.value === null ? pageAhead(run.value, pages.value.length) : null
    return [layer(page.value, turns, false), ...(next === null ? [] : [layer(next, turns + 1, true)])]
  })

  return {
    kept,
    pages,
    page,
    layers,
    hold,
    isPaused: isPaused as Readonly<Ref<boolean>>,
    /** Whole seconds until the page turns. */
    left: computed(() => Math.ceil(run.value.leftMs / 1000)),
    cameraIds: computed(() => pages.value.flatMap(({ cameraIds }) => cameraIds)),
    start: (id: string) => (tourId.value = id),
    stop: () => (tourId.value = ''),
    turn: (by: number) =>
      (run.value = turned({ ...run.value, page: page.value }, by, pages.value.length, dwellMs.value)),
    togglePause: () => (isPaused.value = !isPaused.value),
  }
}
