/** What taking down a new case asks for: where it may be, what is like it; and the place used last, kept on this workstation. */
import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { NearCase } from '../../native/contract/nearby.ts'
import type { Whereabouts } from '../../native/contract/whereabouts.ts'
import { useLink } from '../link/link.ts'

export interface Position {
  longitude: number
  latitude: number
}

export const useTakingDownStore = defineStore('taking-down', () => {
  const link = useLink()
  const kept = useLocalStorage<Whereabouts | null>('console.lastPlace', null, {
    writeDefaults: false,
    serializer: { read: readPlace, write: JSON.stringify },
  })

  return {
    /** Null before the first case was taken down here. */
    lastPlace: computed(() => kept.value),
    keepPlace: (place: Whereabouts) => void (kept.value = { ...place }),
    find: (text: string, place: string, signal: AbortSignal): Promise<Whereabouts[]> =>
      link.call((client, limit) => client.places.find({ text, place }, { signal: limit }), { signal }),
    at: ({ longitude, latitude }: Position, signal: AbortSignal): Promise<Whereabouts | null> =>
      link.call((client, limit) => client.places.at({ longitude, latitude }, { signal: limit }), { signal }),
    /** `gridCode` where nothing better than the grid is known. */
    alike: (
      wanted: Position & { classCode: string; gridCode: string | null },
      signal: AbortSignal,
    ): Promise<NearCase[]> => link.call((client, limit) => client.cases.alike(wanted, { signal: limit }), { signal }),
  }
})

/** What another version, or somebody's hand, has left there counts as nothing. */
function readPlace(text: string): Whereabouts | null {
  try {
    const place = JSON.parse(text) as Partial<Whereabouts> | null
    const { gridCode, gridName, stationCode, stationName, longitude, latitude } = place ?? {}
    if ([gridCode, gridName, stationCode, stationName].some((word) => typeof word !== 'string')) return null
    return Number.isFinite(longitude) && Number.isFinite(latitude) ? (place as Whereabouts) : null
  } catch {
    return null
  }
}
