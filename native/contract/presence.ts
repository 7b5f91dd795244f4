/** Who else of the sub-center works on which case, as the hub tells it; empty without the hub. */
import { z } from 'zod'
import { actor, identifier, instant, line } from './case.ts'
import { lease } from './ptz.ts'

/** A case that is open on the screen of a workstation. */
export const seat = z.object({ workstation: line, caseId: identifier, by: actor, since: instant })
export type Seat = z.infer<typeof seat>

/** A case that somebody has taken on, until `until` or until it is given up. */
export const claim = z.object({ workstation: line, caseId: identifier, by: actor, until: instant })
export type Claim = z.infer<typeof claim>

export const presence = z.object({ seats: z.array(seat).max(500), claims: z.array(claim).max(2_000) })
export type Presence = z.infer<typeof presence>

/** As the hub tells it. Hubs that know no leases tell none. */
export const presenceTold = presence.extend({ leases: z.array(lease).max(500).default([]) })
export type PresenceTold = z.infer<typeof presenceTold>

export interface PresenceState extends Presence {
  /** This workstation's name, to tell one's own from the others'. */
  workstation: string
  /** False without the hub: then nobody knows what others do. */
  isKnown: boolean
}
