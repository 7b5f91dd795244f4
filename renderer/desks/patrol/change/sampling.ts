/** How a place is looked at before two visits of it are compared. */
import { presetPictureLimits } from '../../../../native/contract/ptz.ts'

export const sampling = {
  /** As small as the picture that is kept. */
  ...{ width: presetPictureLimits.width, height: presetPictureLimits.height },
  /** Long enough that somebody who walks through is in less than half of them at any one spot. */
  frames: 5,
  gapMs: 1_500,
} as const
