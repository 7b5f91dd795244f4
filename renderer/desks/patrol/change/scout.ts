/** Which stop is looked at ahead of the walk, for a hint only: one at a time, and never one that would have to be turned. Values in, values out. */
import type { CameraRow } from '../../../../native/contract/camera.ts'
import type { PatrolStop } from '../../../../native/contract/patrol.ts'
import { needsReason } from '../../wall/viewing-reasons.ts'

export interface ScoutFacts {
  /** Open ones, as they will be walked. */
  stops: readonly PatrolStop[]
  cameras: ReadonlyMap<string, CameraRow>
  /** Cameras whose pictures are open anyway. */
  open: ReadonlySet<string>
  /** It was looked at, or tried in vain. */
  isOver: (stopId: string) => boolean
}

export function nextToScout({ stops, cameras, open, isOver }: ScoutFacts): PatrolStop | null {
  const isWorthIt = ({ id, cameraId, preset }: PatrolStop): boolean => {
    const camera = cameras.get(cameraId)
    if (!camera || preset !== null || camera.steerable || camera.sourceKind === 'hls') return false
    // Whoever states a reason states it for looking oneself; and of these nothing may be kept.
    return !needsReason(camera) && !open.has(cameraId) && !isOver(id)
  }
  return stops.find(isWorthIt) ?? null
}
