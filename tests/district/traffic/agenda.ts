/** What is to happen when, earliest first. */

export interface Agenda<T> {
  add(at: number, item: T): void
  /** Takes the earliest item that is due, or null. */
  takeDue(now: number): T | null
  /** When the earliest item is due; null when there is none. */
  nextAt(): number | null
  size(): number
}

export function createAgenda<T>(): Agenda<T> {
  // Latest first, so that taking is a pop. A few thousand entries: moving them costs microseconds.
  const entries: { at: number; item: T }[] = []
  return {
    add(at, item) {
      let [low, high] = [0, entries.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((entries[middle]?.at ?? 0) >= at) low = middle + 1
        else high = middle
      }
      entries.splice(low, 0, { at, item })
    },
    takeDue: (now) => ((entries.at(-1)?.at ?? Infinity) <= now ? (entries.pop()?.item ?? null) : null),
    nextAt: () => entries.at(-1)?.at ?? null,
    size: () => entries.length,
  }
}
