/** What the owners ask of those who look at their cameras, as one table. */
import type { Blanking, WatchRequest } from '../contract/camera.ts'
import type { CameraOwner } from '../contract/vocabulary.ts'
import { Fault } from '../fault.ts'
import type { WatchTerms } from '../media/watch-terms.ts'

export interface OwnerRule {
  /** Why somebody looks must be said first; it is kept with the record of the watch. */
  needsReason: boolean
  /** How many streams the owner's network carries to this sub-center at once. Tiles of one camera's stream count once; HLS is not counted. */
  mostSessions: number | null
  /** Whether the last minute of what is shown may be kept in memory, to look back and to cut a clip for a case. */
  mayKeep: boolean
  /** Whether what the camera hears may be listened to. */
  mayHear: boolean
  /** Whether a single shown picture may be taken as evidence: freely, or only for a case and with a stated reason. */
  snapshot: 'free' | 'for-a-case'
  /** When the picture has to be hidden from those who happen to be in the room; null: never by itself. */
  blanking: Blanking | null
}

/** Every watch is recorded, whoever owns the camera. Steering is not part of watching: only the land bureau's cameras turn, under a lock. */
export const ownerRules: Record<CameraOwner, OwnerRule> = {
  // A sharing platform: pictures may be looked at, not taken along, and nobody listens in the street; what a case needs, somebody answers for.
  'public-security': {
    ...{ needsReason: true, mostSessions: 48, mayKeep: false, mayHear: false, snapshot: 'for-a-case' },
    blanking: { idleMinutes: 5, needsReason: true },
  },
  'land-bureau': {
    needsReason: false,
    mostSessions: 24,
    mayKeep: true,
    mayHear: true,
    snapshot: 'free',
    blanking: null,
  },
  // Lines into the shelters are thin.
  'civil-defense': {
    needsReason: false,
    mostSessions: 16,
    mayKeep: true,
    mayHear: true,
    snapshot: 'free',
    blanking: null,
  },
  'own-community': {
    needsReason: false,
    mostSessions: null,
    mayKeep: true,
    mayHear: true,
    snapshot: 'free',
    blanking: null,
  },
}

/** What the gateway has to keep to for a camera of this owner. */
export function termsOf(owner: CameraOwner): WatchTerms {
  const { mostSessions, mayKeep, mayHear } = ownerRules[owner]
  return { owner, mostSessions, mayKeep, ...(mayHear ? { sound: 'beside' } : {}) }
}

/** The fault that stands against this watch, or null. */
export function ruleAgainst(owner: CameraOwner, request: Pick<WatchRequest, 'reason'>): Fault | null {
  const isReasonMissing = request.reason === null || request.reason.trim() === ''
  if (!ownerRules[owner].needsReason || !isReasonMissing) return null
  return new Fault('forbidden', `a camera of ${owner} may be watched with a stated reason only`, 'reason-required')
}
