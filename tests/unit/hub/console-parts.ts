/** The hub half of a workstation on a real database file, without media and screens. */
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { onTestFinished } from 'vitest'
import { createCameraRegistry } from '../../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../../native/cases/case-parts.ts'
import { createOwnSteps } from '../../../native/cases/own-steps.ts'
import { systemClock } from '../../../native/clock.ts'
import { loadConfiguration } from '../../../native/configuration.ts'
import { loadKey } from '../../../native/database/key.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { createFeed } from '../../../native/hub/feed.ts'
import { createFeedStore } from '../../../native/hub/feed-store.ts'
import { createHubLink, type HubLinkOptions } from '../../../native/hub/hub-link.ts'
import { createLinkStatus } from '../../../native/hub/link-status.ts'
import { createPromises } from '../../../native/hub/promises.ts'
import { createPush } from '../../../native/hub/push.ts'
import { createNotices } from '../../../native/notices.ts'
import { startDistrict } from '../../district/district.ts'
import { silent, temporaryFolder } from '../support.ts'

export async function openDistrict() {
  const district = await startDistrict({ folder: temporaryFolder(), clock: Date.now, log: silent })
  onTestFinished(() => district.close())
  return district
}

/** Closed when the test has finished, unless it was closed before. */
export function openConsole(configFile: string, folder: string, changes: Partial<HubLinkOptions> = {}, askMs = 15_000) {
  const { hub } = loadConfiguration(configFile)
  const file = join(folder, 'console.db')
  const database = openDatabase(file, loadKey(join(folder, 'console.key'), file))
  const parts = createCaseParts(database)
  const cases = parts.queries
  const cameras = createCameraRegistry(database)
  const store = createFeedStore(database, parts.store, cameras, () => crypto.randomUUID())
  const clock = systemClock
  const log = silent
  const link = createHubLink({ ...hub, clientId: store.position().clientId, clock, log, ...changes })
  const promises = createPromises({ database, outbox: parts.outbox, store: parts.store, log })
  const feed = createFeed({ link, store, promises, clock, log, firstRetryMs: 10, askMs })
  const notices = createNotices(clock)
  const push = createPush({
    ...{ database, outbox: parts.outbox, store: parts.store, link, clock, log, firstRetryMs: 10 },
    epoch: () => store.position().epoch,
    applied: feed.applied,
  })
  push.stuck.subscribe((detail) => notices.add('frame-refused', detail))
  const { outbox } = parts
  const status = createLinkStatus({
    ...{ workstation: 'SZ-02', link, feed, store, cases, notices, clock, outbox, outboxChanged: push.answered },
  })
  const ownSteps = createOwnSteps({
    ...{ database, store: parts.store, queries: cases, terms: parts.terms, clock, taken: push.poke },
    ...{ recordAudit: () => undefined, newId: uuidv7, hubNow: () => clock.now() },
  })
  const close = () => {
    if (!database.open) return
    status.close()
    push.close()
    feed.close()
    link.close()
    database.close()
  }
  onTestFinished(close)
  return {
    database,
    cases,
    cameras,
    store,
    link,
    feed,
    ownSteps,
    outbox,
    notices,
    status,
    close,
    isOnline: () => status.read().phase === 'online',
  }
}
