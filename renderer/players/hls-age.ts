/** Works out how old an HLS picture is, from the source's own clock where it can be believed. */

export interface HlsFacts {
  /** Wall clock of the shown picture by EXT-X-PROGRAM-DATE-TIME (RFC 8216 4.3.2.6), ms since 1970. */
  playingDate: number | null
  /** Seconds of the shown picture and of the end of what is loaded, on the element's clock. */
  currentTime: number
  bufferEnd: number | null
  /** When the end of the buffer last moved, ms since 1970. */
  bufferedAt: number | null
}

export interface HlsAge {
  ageMs: number | null
  ageBy: 'program-date' | 'buffer'
}

/** A source clock that puts the picture further back than this (beyond the buffer) is wrong, not late. */
const mostBelievableMs = 30_000
/** A picture from the future by more than this: the source's clock is ahead. */
const clockSlackMs = 500

export function hlsAge(facts: HlsFacts, now: number): HlsAge {
  const { bufferEnd, bufferedAt, playingDate, currentTime } = facts
  const byBuffer =
    bufferEnd === null || bufferedAt === null
      ? null
      : Math.max(0, (bufferEnd - currentTime) * 1000) + Math.max(0, now - bufferedAt)
  if (playingDate === null || byBuffer === null) return { ageMs: byBuffer, ageBy: 'buffer' }
  const byDate = now - playingDate
  const isBelievable = byDate > byBuffer - clockSlackMs && byDate < byBuffer + mostBelievableMs
  return isBelievable ? { ageMs: Math.max(0, byDate), ageBy: 'program-date' } : { ageMs: byBuffer, ageBy: 'buffer' }
}
