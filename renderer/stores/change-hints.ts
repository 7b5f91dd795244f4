/** Where something may have changed since a stop was last looked at: a hint for the order of a walk and never a finding; off until somebody turns it on. */
import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useSteeringStore } from './steering.ts'

export interface ChangeHint {
  /** Enough changed to be worth a word. */
  isLikely: boolean
  /** Share of the picture's blocks that changed, 0 to 1. */
  share: number
  /** One value a block, row by row, 32 x 18: the share of it that changed, 0 to 255. */
  heat: Uint8Array
  /** When the earlier picture was taken, ms since 1970. */
  since: number
}

/** What a stop shows now; kept once somebody has said what there is. */
export interface SeenStop {
  cameraId: string
  presetToken: string
  /** Base64; null: it could not be made small enough. */
  jpeg: string | null
  /** Null: nothing earlier to compare it with. */
  hint: ChangeHint | null
}

export const useChangeHintsStore = defineStore('change-hints', () => {
  const steering = useSteeringStore()
  const isOn = useLocalStorage('console.change-hints', false, { writeDefaults: false })
  const seen = shallowRef<ReadonlyMap<string, SeenStop>>(new Map())
  const clear = () => void (seen.value = new Map())

  return {
    isOn,
    toggle(): void {
      isOn.value = !isOn.value
      clear()
    },
    /** By stop; filled while a walk goes on. */
    hintOf: (stopId: string): ChangeHint | null => (isOn.value && seen.value.get(stopId)?.hint) || null,
    isSeen: (stopId: string): boolean => seen.value.has(stopId),
    put: (stopId: string, stop: SeenStop) => void (seen.value = new Map(seen.value).set(stopId, stop)),
    /** The earlier picture of the next walk; none where it is not known what is seen. */
    keep(stopId: string): void {
      const { cameraId, presetToken, jpeg } = seen.value.get(stopId) ?? { jpeg: null }
      // A stop without an earlier picture is a stop without a hint.
      if (jpeg) void steering.keepPicture(cameraId, presetToken, jpeg).catch(() => undefined)
    },
    /** When a walk is left: what was seen then is not of now. */
    clear,
  }
})
