/** What is near the case that is open, as it was when it was opened. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { QueueRow } from '../../native/contract/case.ts'
import type { Nearby } from '../../native/contract/nearby.ts'
import { useLink } from '../link/link.ts'

export const useNearbyStore = defineStore('nearby', () => {
  const link = useLink()
  /** Undefined until known, null when it could not be read. */
  const nearby = shallowRef<Nearby | null | undefined>(undefined)
  let asked = new AbortController()

  async function look(caseId: string): Promise<void> {
    asked.abort()
    asked = new AbortController()
    const { signal } = asked
    nearby.value = undefined
    try {
      const found = await link.call((client, ended) => client.cases.nearby({ caseId }, { signal: ended }), { signal })
      if (!signal.aborted) nearby.value = found
    } catch {
      if (!signal.aborted) nearby.value = null
    }
  }

  return {
    nearby,
    look,
    /** Where a case is. Fault: `not-found`. */
    positionOf: async (caseId: string, signal: AbortSignal): Promise<Nearby['position']> =>
      (await link.call((client, ended) => client.cases.nearby({ caseId }, { signal: ended }), { signal })).position,
    /** Among all cases that are kept here, newest first. */
    find: (text: string, signal: AbortSignal): Promise<QueueRow[]> =>
      link.call((client, ended) => client.cases.find({ text }, { signal: ended }), { signal }),
  }
})
