/** Tells when an outage begins and when this workstation is in step again. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { LinkState } from '../contract/link.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { OutageStore } from './outage-store.ts'

export interface OutageWatch {
  changed: Signal<void>
  close(): void
}

export interface OutageWatchOptions {
  store: OutageStore
  link: { changed: Signal<unknown>; read(): LinkState }
  /** Nothing waits for the hub's answer, and everything that it said yes to has come back. */
  isSent: () => boolean
  newId: () => string
  clock: Clock
  log: Logger
}

/** A shorter one in which nothing was done is no news. */
const leastMs = 60_000

export function createOutageWatch({ store, link, isSent, newId, clock, log }: OutageWatchOptions): OutageWatch {
  const changed = createEmitter<void>()
  let isClosed = false
  let isAsked = false

  function look(): void {
    const { phase, lastDataAt } = link.read()
    const isRunning = store.running() !== null
    if (!isRunning && phase === 'offline') {
      // A console that never heard of the district has lost nothing yet.
      if (lastDataAt === null) return
      store.begin(newId(), Math.min(lastDataAt, clock.now()))
      changed.emit()
    } else if (isRunning && phase === 'online' && isSent()) {
      store.end(clock.now(), leastMs)
      changed.emit()
    }
  }

  /** Looks when everybody has heard the same news: a link that has just come back does not know yet what it missed. */
  function lookSoon(): void {
    if (isAsked) return
    isAsked = true
    queueMicrotask(() => {
      isAsked = false
      if (isClosed) return
      try {
        look()
      } catch (error) {
        log.error({ error: String(error) }, 'the outage could not be written down')
      }
    })
  }

  const stop = link.changed.subscribe(lookSoon)
  lookSoon()
  return {
    changed,
    close() {
      isClosed = true
      stop()
    },
  }
}
