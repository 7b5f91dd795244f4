/** Whether a camera that was sent somewhere has arrived: its picture has come to rest. */
import { presetPictureLimits } from '../../../../native/contract/ptz.ts'
import { pause } from '../../../link/waiting.ts'
import { differenceOf, smallPicture } from './small-picture.ts'

/** It takes a moment to begin, and so long at most (ms). */
const beginMs = 1_500
const askMs = 700
const longestWayMs = 20_000
/** Mean difference of two pictures (of 255) below which nothing but the scenery moves. */
const settledBelow = 4

/** `fresh`: what shows a picture of now, null while nothing does. True: it stands; false: given up, by the signal or by time. */
export async function comeToRest(fresh: () => HTMLVideoElement | null, signal: AbortSignal): Promise<boolean> {
  const end = Date.now() + longestWayMs
  await pause(beginMs, signal)
  let before: Uint8ClampedArray | null = null
  while (!signal.aborted && Date.now() < end) {
    const seen = fresh()
    const now: Uint8ClampedArray | null = seen && smallPicture(seen, presetPictureLimits).pixels()
    if (before && now && differenceOf(before, now) < settledBelow) return true
    before = now
    await pause(askMs, signal)
  }
  return false
}
