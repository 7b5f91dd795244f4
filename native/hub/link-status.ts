/** Puts what link, feed and store know into the one state that every screen shows, and into notices. */
import type { CaseQueries } from '../cases/case-queries.ts'
import type { Outbox } from '../cases/outbox.ts'
import type { Clock } from '../clock.ts'
import type { LinkState } from '../contract/link.ts'
import type { Notices } from '../notices.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { Feed } from './feed.ts'
import type { FeedStore } from './feed-store.ts'
import type { HubLink } from './hub-link.ts'

export interface LinkStatus {
  changed: Signal<void>
  read(): LinkState
  /** Code of the sub-center that the hub named, null before. */
  subCenter(): string | null
  close(): void
}

export interface LinkStatusOptions {
  workstation: string
  link: HubLink
  feed: Feed
  store: FeedStore
  cases: CaseQueries
  outbox: Outbox
  /** Steps were queued or answered. */
  outboxChanged: Signal<unknown>
  notices: Notices
  clock: Clock
}

/** How often the time of the last data is written down while nothing else is, in ms. */
const keepEveryMs = 30_000

export function createLinkStatus(options: LinkStatusOptions): LinkStatus {
  const { link, feed, store, notices, clock } = options
  const changed = createEmitter<void>()
  let lastDataAt = store.position().lastDataAt
  let keptAt = clock.now()
  let setAside = store.setAsideCount()
  let cachedCases = options.cases.total()
  let subCenter: string | null = null
  let trouble = link.state().trouble
  let storageFault = feed.state().storageFault

  let queued = options.outbox.counts()
  const countOutbox = () => {
    queued = options.outbox.counts()
    changed.emit()
  }

  const stops = [
    link.changed.subscribe(() => {
      const state = link.state()
      lastDataAt = state.lastHeardAt ?? lastDataAt
      if (lastDataAt !== null && clock.now() - keptAt > keepEveryMs) keep(lastDataAt)
      if (state.trouble !== trouble) {
        trouble = state.trouble
        if (trouble === 'certificate') notices.add('hub-certificate', '')
        if (trouble === 'unauthorized') notices.add('hub-unauthorized', '')
      }
      changed.emit()
    }),
    link.welcomed.subscribe(({ welcome }) => {
      subCenter = welcome.subCenter.code
    }),
    link.refused.subscribe((detail) => notices.add('frame-refused', detail)),
    feed.refused.subscribe((detail) => notices.add('frame-refused', detail)),
    options.outboxChanged.subscribe(countOutbox),
    feed.changed.subscribe(() => {
      const { storageFault: now } = feed.state()
      if (now && now !== storageFault) notices.add('storage', now)
      storageFault = now
      changed.emit()
    }),
    feed.applied.subscribe((applied) => {
      for (const reason of applied.setAside) notices.add('change-set-aside', reason)
      if (applied.setAside.length > 0) setAside = store.setAsideCount()
      cachedCases = options.cases.total()
      countOutbox()
    }),
  ]

  /** A convenience only: where the disk refuses, the older time is shown after a restart. */
  function keep(at: number): void {
    keptAt = clock.now()
    try {
      store.heardAt(at)
    } catch {
      // The feed reports a storage that refuses; this write alone is not worth a notice.
    }
  }

  return {
    changed,
    read() {
      const { isConnected, delayMs, clockOffsetMs, trouble: now } = link.state()
      const { isCatchingUp, progress, storageFault: storage } = feed.state()
      return {
        workstation: options.workstation,
        phase: isConnected ? (isCatchingUp ? 'catching-up' : 'online') : now ? 'offline' : 'connecting',
        trouble: now,
        delayMs,
        lastDataAt,
        clockOffsetMs,
        progress,
        setAside,
        waiting: queued.waiting,
        parked: queued.parked,
        cachedCases,
        storageFault: storage,
      }
    },
    subCenter: () => subCenter,
    close() {
      for (const stop of stops) stop()
      if (lastDataAt !== null) keep(lastDataAt)
    },
  }
}
