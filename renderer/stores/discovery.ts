/** Devices that answer on the networks of this workstation, and what one of them says of itself. Works without the hub. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { DeviceQuestion, DeviceSheet, DiscoveryState } from '../../native/contract/discovery.ts'
import { type Fault, readFault } from '../link/faults.ts'
import { useLink } from '../link/link.ts'

/** The native program ends a search by itself after some seconds. */
const searchLimitMs = 60_000
/** A device that does not answer is asked several things. */
const askLimitMs = 40_000

export const useDiscoveryStore = defineStore('discovery', () => {
  const link = useLink()
  /** Null before the first search. */
  const state = shallowRef<DiscoveryState | null>(null)
  const fault = shallowRef<Fault | null>(null)
  const running = shallowRef<AbortController | null>(null)

  /** Resolves when the search is over, for whatever reason; a new one takes the place of one under way. */
  async function search(): Promise<void> {
    running.value?.abort()
    const mine = new AbortController()
    running.value = mine
    state.value = null
    fault.value = null
    try {
      await link.call(
        async (client, signal) => {
          for await (const told of await client.cameras.discovery.search(undefined, { signal })) {
            if (mine.signal.aborted) return
            state.value = told.kind === 'snapshot' ? told.snapshot : told.delta
          }
        },
        { signal: mine.signal, limitMs: searchLimitMs },
      )
    } catch (thrown) {
      if (!mine.signal.aborted) fault.value = readFault(thrown)
    } finally {
      if (running.value === mine) running.value = null
    }
  }

  return {
    state,
    fault,
    isRunning: computed(() => running.value !== null),
    search,
    /** A device that was found has become a camera. */
    know(deviceUrl: string, cameraId: string): void {
      if (!state.value) return
      const networks = state.value.networks.map((network) => ({
        ...network,
        found: network.found.map((one) => (one.deviceUrls.includes(deviceUrl) ? { ...one, cameraId } : one)),
      }))
      state.value = { ...state.value, networks }
    },
    /** What was found so far stays. */
    cancel: () => running.value?.abort(),
    /** Faults: `not-found`, `invalid` (no ONVIF camera), `offline` (camera-...; timeout). */
    ask: (question: DeviceQuestion, signal: AbortSignal): Promise<DeviceSheet> =>
      link.call((client, limit) => client.cameras.discovery.ask(question, { signal: limit }), {
        ...{ signal, limitMs: askLimitMs },
      }),
  }
})
