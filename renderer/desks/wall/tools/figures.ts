/** A stream's figures in words that a person reads. */

export interface FrameSample {
  /** Ms since 1970. */
  at: number
  /** Frames shown so far. */
  shown: number
}

/** Over all samples; null while they are too few, or the count began anew between them. */
export function framesPerSecond(samples: readonly FrameSample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at <= first.at || last.shown < first.shown) return null
  return ((last.shown - first.shown) * 1_000) / (last.at - first.at)
}

/** 0.52 Mbit/s, 340 kbit/s */
export function rateText(bitsPerSecond: number): string {
  if (bitsPerSecond < 1_000_000) return `${Math.round(bitsPerSecond / 1_000)} kbit/s`
  return `${(bitsPerSecond / 1_000_000).toFixed(2)} Mbit/s`
}
