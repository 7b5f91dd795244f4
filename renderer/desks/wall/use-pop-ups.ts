/** Watches alarms and what cameras notice, and says what pops up over this wall and which cameras show it. */
import { useLocalStorage } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { useClock, useHubClock } from '../../composables/clock.ts'
import { useAlarmsStore } from '../../stores/alarms.ts'
import { useCameraNoticesStore } from '../../stores/camera-notices.ts'
import { useCamerasStore } from '../../stores/cameras.ts'
import { useNearbyStore } from '../../stores/nearby.ts'
import { type NearCamera, nearestTo } from './nearest.ts'
import {
  dismissed,
  hasEnded,
  noPopUps,
  type Occasion,
  occasionsOfAlarms,
  occasionsOfNotices,
  offered,
  settled,
} from './pop-up.ts'
import { storedUnder } from './use-wall.ts'

/** Undefined while it is looked for, null when it could not be found. */
type Near = readonly NearCamera[] | null | undefined

export function usePopUps(windowName: string | null) {
  const alarms = useAlarmsStore()
  const notices = useCameraNoticesStore()
  const cameras = useCamerasStore()
  const nearby = useNearbyStore()
  const clock = useClock()
  const hubClock = useHubClock()
  const isOn = useLocalStorage(storedUnder(windowName, 'pop-ups'), true, { writeDefaults: false })
  const popUps = shallowRef(noPopUps)
  const near = shallowRef<Near>(undefined)
  notices.open()
  onScopeDispose(() => notices.close())

  const offer = (occasion: Occasion) => (popUps.value = offered(popUps.value, occasion, clock.value))
  const shown = computed(() => popUps.value.shown)

  // What was there before this wall was looked at is old news: it stands in the alarm panel.
  const openedAt = { hub: hubClock.value, here: clock.value }
  watch(
    () => (isOn.value ? occasionsOfAlarms(alarms.alarms, openedAt.hub) : []),
    (occasions) => occasions.forEach(offer),
  )
  watch(
    () => (isOn.value ? occasionsOfNotices(notices.notices, cameras.byId, openedAt.here) : []),
    (occasions) => occasions.forEach(offer),
  )
  watch([clock, () => alarms.alarms], ([now]) => {
    popUps.value = settled(popUps.value, (one) => hasEnded(one, alarms.alarms, notices.notices), now)
  })

  async function lookAround({ caseId, cameraId }: Occasion, signal: AbortSignal) {
    near.value = undefined
    try {
      const from = caseId === null ? cameras.byId.get(cameraId ?? '') : await nearby.positionOf(caseId, signal)
      if (!signal.aborted) near.value = from ? nearestTo(from, cameras.rows) : null
    } catch {
      if (!signal.aborted) near.value = null
    }
  }
  watch(shown, (occasion, _before, onCleanup) => {
    const left = new AbortController()
    onCleanup(() => left.abort())
    if (occasion) void lookAround(occasion, left.signal)
  })

  return {
    shown,
    near,
    isOn,
    waiting: computed(() => popUps.value.waiting.length),
    offer,
    dismiss: () => (popUps.value = dismissed(popUps.value, clock.value)),
    toggle() {
      isOn.value = !isOn.value
      if (!isOn.value) popUps.value = { ...noPopUps, known: popUps.value.known }
    },
  }
}
