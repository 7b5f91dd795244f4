/** One timer for everything on the wall that shows an age: it runs only while somebody listens. */

export interface Ticker {
  /** Calls `listener` on every tick until the returned function is called. */
  add(listener: () => void): () => void
}

export function createTicker(everyMs: number): Ticker {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | null = null

  return {
    add(listener) {
      listeners.add(listener)
      timer ??= setInterval(() => listeners.forEach((tick) => tick()), everyMs)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || timer === null) return
        clearInterval(timer)
        timer = null
      }
    },
  }
}
