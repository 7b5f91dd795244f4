/** What the owners ask of those who look at their cameras, as one table. */
import type { WatchRequest } from '../contract/camera.ts'
import type { CameraOwner } from '../contract/vocabulary.ts'
import { Fault } from '../fault.ts'

export interface OwnerRule {
  /** Why somebody looks must be said first; it is kept with the record of the watch. */
  needsReason: boolean
}

/** Every watch is recorded, whoever owns the camera. Steering is not part of watching: only the land bureau's cameras turn, under a lock. */
export const ownerRules: Record<CameraOwner, OwnerRule> = {
  'public-security': { needsReason: true },
  'land-bureau': { needsReason: false },
  'civil-defense': { needsReason: false },
  'own-community': { needsReason: false },
}

/** The fault that stands against this watch, or null. */
export function ruleAgainst(owner: CameraOwner, request: Pick<WatchRequest, 'reason'>): Fault | null {
  const isReasonMissing = request.reason === null || request.reason.trim() === ''
  if (!ownerRules[owner].needsReason || !isReasonMissing) return null
  return new Fault('forbidden', `a camera of ${owner} may be watched with a stated reason only`, 'reason-required')
}
