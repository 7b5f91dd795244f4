/** The half of the workstation that faces the hub, put together: link, feed, promises, push and what screens show of them. */
import { networkInterfaces } from 'node:os'
import type { Logger } from 'pino'
import type { CameraRegistry } from '../cameras/camera-registry.ts'
import type { CaseParts } from '../cases/case-parts.ts'
import type { CaseStore } from '../cases/case-store.ts'
import type { Clock } from '../clock.ts'
import type { Configuration } from '../configuration.ts'
import type { Database } from '../database/open.ts'
import type { DocumentStore } from '../documents/document-store.ts'
import type { InstructionStore } from '../duty/instruction-store.ts'
import type { Notices } from '../notices.ts'
import type { GridStore } from '../places/grid-store.ts'
import type { UnitStore } from '../places/unit-store.ts'
import { createEmitter, type Emitter } from '../signal.ts'
import { createFeed, type Feed, type FeedOptions } from './feed.ts'
import { createFeedStore, type FeedStore } from './feed-store.ts'
import { createHubLink, type HubLink, type HubLinkOptions } from './hub-link.ts'
import { createLinkStatus, type LinkStatus } from './link-status.ts'
import { createPromises } from './promises.ts'
import { createPush, type Push } from './push.ts'
import { watchWaking } from './wake-watch.ts'

/** How soon the link tries again and asks, in ms; what is absent is as in service. */
export type LinkPace = Pick<HubLinkOptions, 'heartbeatMs' | 'answerMs' | 'reconnectMs'> &
  Pick<FeedOptions, 'firstRetryMs' | 'askMs'>

export interface HubSide {
  link: HubLink
  feed: Feed
  push: Push
  status: LinkStatus
  position: FeedStore['position']
  changed: Record<'cases' | 'classes' | 'cameras' | 'grids', Emitter<void>>
  /** The hub's clock as well as it is known. */
  hubNow: () => number
  close(): void
}

export interface HubSideOptions {
  hub: Configuration['hub']
  pace: LinkPace
  database: Database
  cases: CaseParts
  /** Where the feed and the hub's answers write cases. */
  caseStore: CaseStore
  cameras: CameraRegistry
  grids: GridStore
  units: UnitStore
  instructions: InstructionStore
  documents: DocumentStore
  notices: Notices
  newId: () => string
  clock: Clock
  log: Logger
}

export function openHubSide(options: HubSideOptions): HubSide {
  const { hub, pace, database, cases, caseStore, cameras, notices, clock, log } = options
  const { outbox, queries } = cases
  const changed: HubSide['changed'] = {
    ...{ cases: createEmitter(), classes: createEmitter(), cameras: createEmitter(), grids: createEmitter() },
  }
  const store = createFeedStore(
    ...([
      database,
      caseStore,
      cameras,
      options.newId,
      options.grids,
      options.units,
      options.instructions,
      options.documents,
    ] as const),
  )
  const link = createHubLink({ ...hub, ...pace, clientId: store.position().clientId, clock, log })
  const promises = createPromises({ database, outbox, store: caseStore, log })
  const feed = createFeed({ link, store, promises, clock, log, ...pace })
  const push = createPush({
    ...{ database, outbox, store: caseStore, link, clock, log, ...pace },
    ...{ epoch: () => store.position().epoch, applied: feed.applied },
  })
  const status = createLinkStatus({
    ...{ workstation: hub.workstation, link, feed, store, cases: queries, outbox, notices, clock },
    outboxChanged: changed.cases,
  })
  const stops = [
    feed.applied.subscribe((applied) => {
      for (const what of ['cases', 'classes', 'cameras', 'grids'] as const) if (applied[what] > 0) changed[what].emit()
    }),
    push.answered.subscribe(() => changed.cases.emit()),
    push.stuck.subscribe((detail) => notices.add('frame-refused', detail)),
    watchWaking({ clock, addresses: networkAddresses, woke: () => link.wake() }),
  ]
  return {
    ...{ link, feed, push, status, position: store.position, changed },
    hubNow: () => clock.now() + link.state().clockOffsetMs,
    close() {
      for (const stop of stops) stop()
      for (const part of [status, push, feed, link]) part.close()
    },
  }
}

function networkAddresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.map(({ address }) => address).join(' ')
}
