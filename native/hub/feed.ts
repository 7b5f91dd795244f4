/** Follows the hub's change feed: pulls what is new, takes over a snapshot where the feed cannot continue. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { type StorageFailure, storageFailure } from '../database/failure.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import { type Applied, type FeedStore, nothing } from './feed-store.ts'
import { type HubLink, HubRefusal } from './hub-link.ts'
import type { Promises } from './promises.ts'
import * as protocol from './protocol.ts'

export interface FeedState {
  isCatchingUp: boolean
  /** 0..1 while a snapshot is taken over, else null. */
  progress: number | null
  storageFault: Exclude<StorageFailure, 'busy'> | null
}

export interface Feed {
  state(): FeedState
  changed: Signal<void>
  applied: Signal<Applied>
  /** The hub sent something that cannot be right, and it was not used. */
  refused: Signal<string>
  close(): void
}

export interface FeedOptions {
  link: HubLink
  store: FeedStore
  /** Without it, what the hub agreed to is believed. */
  promises?: Promises
  clock: Clock
  log: Logger
  /** Waiting time after a failure, doubled up to `lastRetryMs`. */
  firstRetryMs?: number
  /** A poke may be lost: the follower also asks by itself after so long without one. */
  askMs?: number
}

const pageSize = 1000
const lastRetryMs = 15_000

/** One follower a link; pulls run one after another, a poke during a pull starts another one after it. */
export function createFeed(options: FeedOptions): Feed {
  const { link, store, promises, clock, log, firstRetryMs = 500, askMs = 15_000 } = options
  const state: FeedState = { isCatchingUp: false, progress: null, storageFault: null }
  const changed = createEmitter<void>()
  const applied = createEmitter<Applied>()
  const refused = createEmitter<string>()
  let wake: (() => void) | null = null
  let isPoked = false

  const update = (changes: Partial<FeedState>) => {
    Object.assign(state, changes)
    changed.emit()
  }
  const publish = (touched: Applied) => {
    for (const reason of touched.setAside) log.warn({ reason }, 'a change could not be understood and was set aside')
    update({ storageFault: null })
    applied.emit(touched)
  }
  const poke = () => {
    isPoked = true
    wake?.()
  }

  const pull = (epoch: string, cursor: number) =>
    link.request('feed.pull', { epoch, cursor, limit: pageSize }, protocol.pullReply)

  /** Pulls until the hub has nothing more. The next page is asked for before the last one is applied. */
  async function pullAll(epoch: string): Promise<void> {
    let { cursor } = store.position()
    let asked = pull(epoch, cursor)
    for (;;) {
      const reply = await asked
      if (reply.epoch !== epoch) throw new HubRefusal('epoch-changed', 'the answer is of another epoch')
      requireConsecutive(reply.changes, cursor)
      if (reply.changes.length === 0 && cursor < reply.head)
        throw new Fault('invalid', `after change ${cursor} the hub sent nothing, although its head is ${reply.head}`)
      if (reply.changes.length === 0) return
      cursor += reply.changes.length
      const isMore = cursor < reply.head
      if (isMore) {
        asked = pull(epoch, cursor)
        // Looked at in the next round, or not at all when this page cannot be applied.
        asked.catch(() => undefined)
      }
      publish(store.applyChanges(epoch, reply.changes, clock.now()))
      if (!isMore) return
    }
  }

  async function takeSnapshot(signal: AbortSignal): Promise<string> {
    const opened = await link.request('snapshot.open', {}, protocol.snapshotOpened, 30_000)
    log.info({ asOf: opened.asOf, total: opened.total }, 'taking over a snapshot')
    const generation = store.beginSnapshot()
    try {
      await takePages(opened, generation, signal)
    } finally {
      const { snapshotId } = opened
      link.request('snapshot.close', { snapshotId }, protocol.done).catch(() => log.debug('a snapshot was not closed'))
    }
    store.endSnapshot(generation, opened.epoch, opened.asOf, clock.now())
    publish({ cases: 1, cameras: 1, classes: 1, grids: 1, parked: 0, setAside: [] })
    return opened.epoch
  }

  async function takePages(
    { snapshotId, total }: { snapshotId: string; total: number },
    generation: number,
    signal: AbortSignal,
  ): Promise<void> {
    let taken = 0
    let after: string | null = null
    do {
      signal.throwIfAborted()
      update({ progress: total === 0 ? 1 : Math.min(1, taken / total) })
      const request = { snapshotId, after, limit: pageSize }
      const page: { items: unknown[]; next: string | null } = await link.request(
        'snapshot.page',
        request,
        protocol.snapshotPage,
      )
      publish(store.applySnapshotItems(generation, page.items))
      taken += page.items.length
      after = page.next
    } while (after !== null)
    // A snapshot that is shorter than announced would remove cases that exist: refuse it.
    if (taken < total) throw new Fault('invalid', `the snapshot held ${taken} of ${total} items`)
  }

  /** What was agreed to before this catch-up began has come by now, or the hub has not kept its word. */
  function keepPromises(expected: readonly string[]): void {
    const { again, broken } = promises?.settle(expected) ?? { again: 0, broken: 0 }
    if (again + broken > 0) publish({ ...nothing(), cases: 1, parked: broken })
  }

  async function catchUp(hubEpoch: string, signal: AbortSignal): Promise<void> {
    const expected = promises?.expected() ?? []
    let epoch = store.position().epoch
    try {
      if (epoch !== hubEpoch) epoch = await takeSnapshot(signal)
      await pullAll(epoch)
    } catch (error) {
      if (!(error instanceof HubRefusal) || !['epoch-changed', 'cursor-too-old'].includes(error.code)) throw error
      await pullAll(await takeSnapshot(signal))
    }
    keepPromises(expected)
    update({ isCatchingUp: false, progress: null })
  }

  /** Waits for a poke, but not longer than `askMs`. */
  async function pokedOrLater(signal: AbortSignal): Promise<void> {
    const waiting = new AbortController()
    const poked = new Promise<void>((resolve) => (wake = resolve))
    const later = clock.sleep(askMs, AbortSignal.any([signal, waiting.signal])).catch(() => undefined)
    await Promise.race([poked, later])
    waiting.abort()
  }

  async function follow(hubEpoch: string, signal: AbortSignal): Promise<void> {
    let retryMs = firstRetryMs
    isPoked = true
    update({ isCatchingUp: true })
    while (!signal.aborted) {
      if (!isPoked) await pokedOrLater(signal)
      if (signal.aborted) return
      isPoked = false
      try {
        await catchUp(hubEpoch, signal)
        hubEpoch = store.position().epoch ?? hubEpoch
        retryMs = firstRetryMs
      } catch (error) {
        if (signal.aborted) return
        const storage = storageFailure(error)
        if (storage && storage !== 'busy') update({ storageFault: storage })
        update({ isCatchingUp: true, progress: null })
        if (error instanceof Fault && error.code === 'invalid') refused.emit(error.message)
        log.error({ error: String(error), retryMs }, 'the feed cannot continue; trying again')
        await clock.sleep(retryMs, signal).catch(() => undefined)
        retryMs = Math.min(retryMs * 2, lastRetryMs)
        isPoked = true
      }
    }
  }

  const stops = [
    link.poked.subscribe(poke),
    link.welcomed.subscribe(({ welcome, signal }) => {
      signal.addEventListener('abort', poke, { once: true })
      void follow(welcome.epoch, signal)
    }),
  ]
  return {
    state: () => ({ ...state }),
    changed,
    applied,
    refused,
    close() {
      for (const stop of stops) stop()
      poke()
    },
  }
}

/** A hub that skips or repeats a sequence would lose or double changes: such a page is not applied. */
function requireConsecutive(changes: readonly { seq: number }[], cursor: number): void {
  const wrong = changes.findIndex(({ seq }, index) => seq !== cursor + 1 + index)
  if (wrong === -1) return
  throw new Fault('invalid', `expected change ${cursor + 1 + wrong}, the hub sent ${changes[wrong]?.seq}`)
}
