/** Waiting that has an end: delays between attempts, and a sleep that an AbortSignal cuts short. */

/** Delay before attempt `n` (0-based) in ms: doubles from 250 ms up to 5 s. */
export function retryDelay(attempt: number): number {
  return Math.min(250 * 2 ** Math.min(attempt, 10), 5000)
}

/** Resolves after `ms` or as soon as the signal is aborted, whichever is first. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
export type Pause = typeof pause
