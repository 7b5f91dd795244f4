/** Brings the stops where something may have changed to the front; all others stay in their order. Values in, values out. */
import type { ChangeHint } from '../../../stores/change-hints.ts'

/** `hintOf`: null where there is none. The same stops, the likeliest first; equals stay as they were. */
export function orderByChange<Stop>(
  stops: readonly Stop[],
  hintOf: (stop: Stop) => Pick<ChangeHint, 'isLikely' | 'share'> | null,
): Stop[] {
  const weightOf = (stop: Stop): number => {
    const hint = hintOf(stop)
    return hint?.isLikely ? hint.share : 0
  }
  return stops.toSorted((one, other) => weightOf(other) - weightOf(one))
}
