/** The players' clock and waits, passed in so that tests decide what time it is. */
import { pause, type Pause } from '../link/waiting.ts'

export interface Timing {
  /** Milliseconds since 1970 by this computer's clock, the one the gateway stamps units with. */
  now(): number
  pause: Pause
}

export const browserTiming: Timing = { now: () => Date.now(), pause }
