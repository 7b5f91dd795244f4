/** Keeps a buffered picture near the newest one: a little faster when it lags, by a jump when it lags much. */

export interface EdgeFacts {
  /** Seconds on the element's clock: what is shown, and what can be shown of the newest stretch. */
  currentTime: number
  start: number
  end: number
  /** Seconds from picture to picture. */
  interval: number
  rate: number
}

export interface EdgeStep {
  /** Seconds; null: stay. */
  seekTo: number | null
  rate: number
}

/** Seconds kept in hand against jitter, where pictures come often enough. */
const cushion = 0.2
/** Seconds behind the end beyond which it plays faster, and beyond which it jumps. */
const hurryBeyond = 0.45
const jumpBeyond = 1.5
const slowest = 1.05
const fastest = 1.5

export function edgeStep({ currentTime, start, end, interval, rate }: EdgeFacts): EdgeStep {
  // Of a camera with few pictures a second the next one is further away.
  const inHand = Math.max(cushion, 2.5 * interval)
  const further = inHand - cushion
  const behind = end - currentTime
  if (currentTime < start || behind < -interval || behind > jumpBeyond + further)
    return { seekTo: Math.max(start, end - inHand), rate: 1 }
  const lag = behind - hurryBeyond - further
  if (lag > 0) return { seekTo: null, rate: Math.min(fastest, slowest + (lag / (jumpBeyond - hurryBeyond)) * 0.45) }
  // Once it hurries, it does so down to the cushion: speeds that flutter are seen.
  return { seekTo: null, rate: rate > 1 && behind > inHand + 0.05 ? slowest : 1 }
}
