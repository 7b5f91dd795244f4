/** How much came in the last seconds, by when the gateway received it: a cached group of pictures is no burst. */

export interface Bitrate {
  /** `at` in ms since 1970. */
  add(bytes: number, at: number): void
  /** Bits a second; null until there is a second to measure. */
  read(now: number): number | null
}

const shortestMs = 1000

export function createBitrate(windowMs = 4000): Bitrate {
  let pieces: { at: number; bytes: number }[] = []
  let since: number | null = null

  return {
    add(bytes, at) {
      since ??= at
      pieces.push({ at, bytes })
      const oldest = at - windowMs
      if (pieces[0] && pieces[0].at < oldest - windowMs) pieces = pieces.filter((piece) => piece.at > oldest)
    },
    read(now) {
      const spanMs = since === null ? 0 : Math.min(windowMs, now - since)
      if (spanMs < shortestMs) return null
      const recent = pieces.filter(({ at }) => at > now - windowMs)
      return Math.round((recent.reduce((sum, { bytes }) => sum + bytes, 0) * 8000) / spanMs)
    },
  }
}
