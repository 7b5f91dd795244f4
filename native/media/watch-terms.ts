/** What a camera's owner allows of a watch. */

export interface WatchTerms {
  /** Whose network the session loads: sessions are counted together. */
  owner: string
  /** How many sessions that network carries at once; null: any number. */
  mostSessions: number | null
  /** Whether the last minute may be kept in memory. */
  mayKeep: boolean
  /**
   * `beside`: the owner lets be heard what its cameras hear, so the sound is set up with the pictures. `listen`: this watch is there to listen to
   * it. Absent: the camera is never asked for its sound.
   */
  sound?: 'beside' | 'listen'
}

/** Of a source that nobody said anything about: nothing of it is kept. */
export const strictTerms: WatchTerms = { owner: '', mostSessions: null, mayKeep: false }
