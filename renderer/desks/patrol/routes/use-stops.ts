/** The stops of a route that is planned: shown with their cameras and what is wrong, added, moved, copied, removed, ordered. */
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { CameraRow } from '../../../../native/contract/camera.ts'
import type { PatrolStop } from '../../../../native/contract/patrol.ts'
import { useCamerasStore } from '../../../stores/cameras.ts'
import { byDistance, dwellOf, lengthOf, mostStops, moved, type PositionOf, stopFor, withStops } from './route-draft.ts'
import { lineOf } from './stop-lines.ts'
import { usePresets } from './use-presets.ts'
import type { RouteDrafting } from './use-route-draft.ts'

/** Short: 200 stops have to fit into one document. */
const newStopId = () => crypto.randomUUID().slice(-12)

export function useStops({ draft, change }: RouteDrafting) {
  const { t } = useI18n()
  const cameras = useCamerasStore()
  const chosen = ref(0)
  /** What was just done with all of them, or why it was not. */
  const said = ref('')
  const stops = computed(() => draft.value.stops)
  const at = computed({
    get: () => Math.max(0, Math.min(chosen.value, stops.value.length - 1)),
    set(place) {
      chosen.value = place
    },
  })

  /** The selected one first; only cameras that turn have presets. */
  const steered = computed(() => {
    const ids = [stops.value[at.value], ...stops.value.filter(({ preset }) => preset !== null)].map(
      (stop) => stop?.cameraId ?? '',
    )
    return [...new Set(ids)].filter((id) => cameras.byId.get(id)?.steerable)
  })
  const presets = usePresets(() => steered.value)
  const known = computed(() => ({ isComplete: cameras.freshness === 'live', cameras: cameras.byId, presets }))
  const lines = computed(() => stops.value.map((stop) => lineOf(stop, known.value)))
  const positionOf: PositionOf = ({ cameraId }) => cameras.byId.get(cameraId)

  function set(next: readonly PatrolStop[], label = ''): void {
    said.value = ''
    change({ stops: next }, label)
  }
  function put(added: readonly PatrolStop[]): void {
    const room = mostStops - stops.value.length
    const count = Math.min(added.length, room)
    if (count > 0) set(withStops(stops.value, added, at.value))
    if (count > 0) at.value = Math.min(at.value + count, stops.value.length - 1)
    if (added.length > room) said.value = t('routes.full', { most: mostStops, left: added.length - count })
  }

  return {
    ...{ at, said, lines, presets },
    selected: computed(() => lines.value[at.value] ?? null),
    taken: computed(() => new Set(stops.value.map(({ cameraId }) => cameraId))),
    facts: computed(() => ({ metres: lengthOf(stops.value, positionOf), dwellMs: dwellOf(stops.value) })),
    add: (added: readonly CameraRow[], about: Partial<PatrolStop> = {}) =>
      put(added.map((camera) => ({ ...stopFor(camera, newStopId()), ...about }))),
    copy(place: number) {
      const stop = stops.value[place]
      at.value = place
      if (stop) put([{ ...stop, id: newStopId() }])
    },
    move: (from: number, to: number) => set(moved(stops.value, from, to), `move ${stops.value[from]?.id} ${to - from}`),
    remove(place: number) {
      set(stops.value.filter((_, index) => index !== place))
      said.value = t('routes.removed', { number: place + 1 })
    },
    change: (patch: Partial<PatrolStop>, label: string) =>
      set(
        stops.value.map((stop, index) => (index === at.value ? { ...stop, ...patch } : stop)),
        label,
      ),
    /** By the way from each to the next; the first stays the first. */
    order() {
      if (stops.value.length < 3) return
      const before = lengthOf(stops.value, positionOf)
      const id = stops.value[at.value]?.id
      set(byDistance(stops.value, positionOf))
      at.value = stops.value.findIndex((stop) => stop.id === id)
      const kilometres = (metres: number) => (metres / 1000).toFixed(1)
      const named = { before: kilometres(before), after: kilometres(lengthOf(stops.value, positionOf)) }
      said.value = t('routes.ordered', named)
    },
  }
}
