/** Remembers when each frame was received, so that the age of the one on the screen can be told. */

export interface ShownFrames {
  /** A unit went into the decoder; `timestamp` in µs, `receivedAt` in ms since 1970. */
  expect(timestamp: number, receivedAt: number): void
  receivedAt(timestamp: number): number | null
  /** The frame with this media time (seconds) is on the screen now. */
  shown(mediaTime: number): void
  /** When the frame on the screen was received; null before the first. */
  readonly lastReceivedAt: number | null
  readonly count: number
}

/** A group of pictures of some seconds, and room for what the decoder holds back. */
const remembered = 512

/** `ticks` a second: how finely the path counts time; MP4 rounds to its own. */
export function createShownFrames(ticks = 1_000_000): ShownFrames {
  const tickOf = (seconds: number) => Math.round(seconds * ticks)
  const times = new Map<number, number>()
  let lastReceivedAt: number | null = null
  let count = 0

  return {
    expect(timestamp, receivedAt) {
      // Deleting first moves a repeated timestamp to the young end, so the oldest entry is always the first.
      const tick = tickOf(timestamp / 1e6)
      times.delete(tick)
      times.set(tick, receivedAt)
      if (times.size > remembered) times.delete(times.keys().next().value!)
    },
    receivedAt: (timestamp) => times.get(tickOf(timestamp / 1e6)) ?? null,
    shown(mediaTime) {
      // Chromium reports a frame's timestamp as media time; seconds as a double lose no microsecond.
      const received = times.get(tickOf(mediaTime))
      if (received === undefined) return
      lastReceivedAt = received
      count += 1
    },
    get lastReceivedAt() {
      return lastReceivedAt
    },
    get count() {
      return count
    },
  }
}
