/** The hub half of a workstation on a real database file, without media and screens. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createCameraRegistry } from '../../../native/cameras/camera-registry.ts'
import { createCaseQueries } from '../../../native/cases/case-queries.ts'
import { createCaseStore } from '../../../native/cases/case-store.ts'
import { systemClock } from '../../../native/clock.ts'
import { loadConfiguration } from '../../../native/configuration.ts'
import { loadKey } from '../../../native/database/key.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { createFeed } from '../../../native/hub/feed.ts'
import { createFeedStore } from '../../../native/hub/feed-store.ts'
import { createHubLink, type HubLinkOptions } from '../../../native/hub/hub-link.ts'
import { createLinkStatus } from '../../../native/hub/link-status.ts'
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
  const cases = createCaseQueries(database)
  const cameras = createCameraRegistry(database)
  const store = createFeedStore(database, createCaseStore(database), cameras, () => crypto.randomUUID())
  const clock = systemClock
  const log = silent
  const link = createHubLink({ ...hub, clientId: store.position().clientId, clock, log, ...changes })
  const feed = createFeed({ link, store, clock, log, firstRetryMs: 10, askMs })
  const notices = createNotices(clock)
  const status = createLinkStatus({ workstation: 'SZ-02', link, feed, store, cases, notices, clock })
  const close = () => {
    if (!database.open) return
    status.close()
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
    notices,
    status,
    close,
    isOnline: () => status.read().phase === 'online',
  }
}
