/** Waiting with a limit, by an injected clock. */
import type { Clock } from '../clock.ts'

export interface WaitLimit {
  clock: Clock
  /** Milliseconds. */
  limit: number
  signal: AbortSignal
  /** What to throw when the limit is reached. */
  late: () => Error
}

/** Settles as `work` does, unless the limit is reached or the signal aborts first. */
export async function within<T>(work: Promise<T>, options: WaitLimit): Promise<T> {
  const settled = new AbortController()
  const timer = options.clock.sleep(options.limit, AbortSignal.any([settled.signal, options.signal])).then(() => {
    throw options.late()
  })
  try {
    return await Promise.race([work, timer])
  } finally {
    settled.abort()
    // The loser of the race is nobody's business any more.
    work.catch(() => {})
    timer.catch(() => {})
  }
}
