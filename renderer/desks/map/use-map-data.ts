/** What the map is to show right now, made from the stores no oftener than an eye can follow. */
import { refThrottled } from '@vueuse/core'
import { computed, type Ref, shallowRef, toRef, watch } from 'vue'
import type { CasePoint } from '../../../native/contract/places.ts'
import { useHubClock } from '../../composables/clock.ts'
import { useMapStore } from '../../stores/map.ts'
import type { Shown } from './create-map.ts'
import { areaOf } from './geometry.ts'
import { cameraMarks, caseMarks, staffMarks } from './mark-layers.ts'
import type { Plane } from './projection.ts'

/** Cases may change fifty times a second; their marks are made at most twice. */
const paceMs = 500
/** Lights and ages move on in steps. */
const stepMs = 15_000

/**
 * `other` is a selected case that is not among the open ones; `pointed` one that is being taken down. While the map is
 * moved, nothing on it changes: to gather 20,000 marks again takes longer than a frame.
 */
export function useMapData(
  plane: Ref<Plane | null>,
  other: Ref<CasePoint | null>,
  pointed: Ref<CasePoint | null>,
  isMoving: Ref<boolean>,
): Ref<Shown | null> {
  const map = useMapStore()
  const hubNow = useHubClock()
  const now = heldWhile(
    isMoving,
    computed(() => Math.floor(hubNow.value / stepMs) * stepMs),
  )
  const throttled = heldWhile(isMoving, refThrottled(toRef(map, 'cases'), paceMs))
  const held = heldWhile(isMoving, toRef(map, 'staff'))
  const on = (layer: Parameters<typeof map.toggle>[0]) => !map.hidden.has(layer)

  const areas = computed(() => {
    const { value: to } = plane
    return to && map.grids ? [...map.grids.values()].map((grid) => areaOf(grid, to.project)) : null
  })
  const cases = computed(() =>
    plane.value && throttled.value ? caseMarks([...throttled.value.values()], plane.value, now.value) : null,
  )
  const cameras = computed(() =>
    plane.value && map.cameras ? cameraMarks([...map.cameras.values()], plane.value) : null,
  )
  const staff = computed(() =>
    plane.value && held.value ? staffMarks([...held.value.values()], plane.value, now.value) : null,
  )
  const selectedCase = computed(() => {
    if (pointed.value) return pointed.value
    const id = map.selectedCase
    if (id === null) return null
    return throttled.value?.get(id) ?? (other.value?.id === id ? other.value : null)
  })
  return computed(() => ({
    areas: areas.value && (on('grids') ? areas.value : []),
    cases: on('cases') ? cases.value : null,
    cameras: on('cameras') ? cameras.value : null,
    staff: on('staff') ? staff.value : null,
    selectedCase: selectedCase.value,
    selectedArea: areas.value?.find(({ code }) => code === map.selectedGrid) ?? null,
    hasBase: on('base'),
    now: now.value,
  }))
}

/** Follows another, except while it is held: then it catches up afterwards. */
function heldWhile<T>(isHeld: Ref<boolean>, followed: Ref<T>): Readonly<Ref<T>> {
  const value = shallowRef(followed.value) as Ref<T>
  watch([isHeld, followed], ([held, next]) => {
    if (!held) value.value = next
  })
  return value
}
