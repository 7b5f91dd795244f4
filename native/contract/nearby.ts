/** What is near a case: what may be the same case, what keeps coming back there, who and what could look at it. */
import type { CameraOwner, CaseState } from './vocabulary.ts'

export interface NearCase {
  id: string
  number: string
  place: string
  state: CaseState
  reportedAt: number
  metres: number
}

export interface Nearby {
  /** Where the case is. */
  position: { longitude: number; latitude: number }
  /** Of the same class, within 50 m and 24 h: candidates for a duplicate, nearest first. */
  duplicates: NearCase[]
  /** How many of the same class were reported within 50 m in the 90 days before; from 3 on, a recurring place. */
  recurring: number
  /** Nearest first; nothing further than 1 km. */
  cameras: { id: string; name: string; owner: CameraOwner; metres: number }[]
  /** Nearest first, as last heard; nothing further than 2 km. */
  staff: { id: string; name: string; role: string; metres: number; at: number }[]
}
