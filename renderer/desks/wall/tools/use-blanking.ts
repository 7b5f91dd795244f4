/** Which pictures must not be seen at this workstation now, in all its windows; the key that says so, and how long nobody has been here. */
import { useEventListener, useIntervalFn, useLocalStorage, useSessionStorage, useThrottleFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { CameraRow } from '../../../../native/contract/camera.ts'
import { useShortcuts } from '../../../composables/shortcuts.ts'
import { useCamerasStore } from '../../../stores/cameras.ts'
import { type BlankCause, blankCause, type RoomFacts } from './blanking.ts'

const lookEveryMs = 1_000
const noteEveryMs = 1_000

export const useBlankingStore = defineStore('blanking', () => {
  /** Of all windows, and what a reload must not undo. `at`: when it was said last. */
  const said = useLocalStorage('console.wall-blanking', { isAsked: false, at: 0 })
  const lastInput = useLocalStorage('console.last-input', 0)
  /** Of this window alone. */
  const isForVisitors = useSessionStorage('console.wall-for-visitors', false)
  const idleMs = ref(0)
  const room = computed<RoomFacts>(() => ({
    isAsked: said.value.isAsked,
    idleMs: idleMs.value,
    isForVisitors: isForVisitors.value,
  }))
  const touch = () => (lastInput.value = Date.now())
  // Said in another window too: whoever let the pictures be seen is there.
  watch(said, () => (idleMs.value = 0))

  return {
    room,
    isForVisitors,
    isAsked: computed(() => said.value.isAsked),
    causeOf: (camera: Pick<CameraRow, 'blanking'>): BlankCause | null => blankCause(camera, room.value),
    touch,
    /** Remembers the longest time without input, so that the one who comes back is not shown what nobody asked for. */
    look: () => (idleMs.value = Math.max(idleMs.value, Date.now() - lastInput.value)),
    say(isAsked: boolean) {
      touch()
      idleMs.value = 0
      said.value = { isAsked, at: Date.now() }
    },
  }
})

/** For a wall with these cameras. B hides everything as long as anything can be seen: whoever is in a hurry presses it once. */
export function useBlanking(cameraIds: () => readonly (string | null)[]): { toggle(): void } {
  const blanking = useBlankingStore()
  const cameras = useCamerasStore()

  function toggle(): void {
    const shown = cameraIds().flatMap((id) => (id === null ? [] : (cameras.byId.get(id) ?? [])))
    const isAnySeen = !blanking.isAsked && shown.some((camera) => blanking.causeOf(camera) === null)
    const isAnyHidden = blanking.isAsked || shown.some((camera) => blanking.causeOf(camera) === 'idle')
    blanking.say(isAnySeen || !isAnyHidden)
  }
  useIdleBlanking()
  const group = 'wall'
  const setVisitors = () => (blanking.isForVisitors = !blanking.isForVisitors)
  useShortcuts([
    { keys: 'B', words: 'wall.tools.keys.blank', group, run: toggle },
    { keys: 'Alt+B', words: 'wall.tools.keys.visitors', group, run: setVisitors },
  ])
  return { toggle }
}

/** Keeps count of how long nobody has been here, for pictures that are shown without a key to hide them. */
export function useIdleBlanking(): void {
  const blanking = useBlankingStore()
  blanking.touch()
  const inputs = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'touchstart'] as const
  useEventListener(window, [...inputs], useThrottleFn(blanking.touch, noteEveryMs), { capture: true, passive: true })
  useIntervalFn(blanking.look, lookEveryMs)
}
