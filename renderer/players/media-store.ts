/** What all players of this window share: the one media wire, the one ticker, and what they learnt of each camera. */
import { defineStore } from 'pinia'
import { markRaw, onScopeDispose } from 'vue'
import { useCamerasStore } from '../stores/cameras.ts'
import { createMediaWire } from './media-wire.ts'
import { createPathMemory } from './path-memory.ts'
import { createStartTurns } from './start-turns.ts'
import { createTicker } from './ticker.ts'
import { browserTiming } from './timing.ts'

/** Ages are shown in tenths of a second; four readings a second are enough to trust them. */
const tickMs = 250

/** From one start of an HLS camera to the next. */
const hlsGapMs = 150

export const useMediaStore = defineStore('media', () => {
  const cameras = useCamerasStore()
  const wire = createMediaWire({ access: (signal) => cameras.gateway(signal), timing: browserTiming })
  onScopeDispose(wire.close)
  return {
    wire: markRaw(wire),
    ticker: markRaw(createTicker(tickMs)),
    timing: markRaw(browserTiming),
    hlsTurn: createStartTurns(hlsGapMs, browserTiming),
    pathMemory: markRaw(createPathMemory()),
  }
})
