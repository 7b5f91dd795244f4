/** The console's side of the feed bench: everything between the socket and an open queue, no screens. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import { differWindows } from '../../native/cases/case-queries.ts'
import { systemClock as clock } from '../../native/clock.ts'
import { loadConfiguration } from '../../native/configuration.ts'
import { loadKey } from '../../native/database/key.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createFeed } from '../../native/hub/feed.ts'
import { createFeedStore } from '../../native/hub/feed-store.ts'
import { createHubLink } from '../../native/hub/hub-link.ts'
import { followTopic } from '../../native/topic.ts'

function open(configFile: string, folder: string) {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'console.db')
  const database = openDatabase(file, loadKey(join(folder, 'console.key'), file))
  const cases = createCaseParts(database)
  const store = createFeedStore(database, cases.store, createCameraRegistry(database), () => 'bench')
  const log = pino({ level: 'silent' })
  const link = createHubLink({ ...loadConfiguration(configFile).hub, clientId: 'bench', clock, log })
  const feed = createFeed({ link, store, clock, log })
  const close = () => {
    feed.close()
    link.close()
    database.close()
  }
  return { store, queries: cases.queries, link, feed, close }
}

/** Connects once, so that the console stands at the beginning of the feed. */
export async function prepareConsole(configFile: string, folder: string): Promise<void> {
  const { store, feed, close } = open(configFile, folder)
  await new Promise<void>((resolve) => {
    feed.changed.subscribe(() => {
      if (store.position().epoch !== null && !feed.state().isCatchingUp) resolve()
    })
  })
  close()
}

/** Follows `changes` changes with a queue topic open. */
export async function followFeed(
  configFile: string,
  folder: string,
  changes: number,
): Promise<{ seconds: number; changesPerPage: number }> {
  const { store, queries, link, feed, close } = open(configFile, folder)
  const end = store.position().cursor + changes
  const watching = new AbortController()
  const queue = followTopic(
    {
      changed: feed.applied,
      read: () => queries.window('open', 0, 100, { operatorId: 'bench', now: clock.now() }),
      differ: differWindows,
    },
    clock,
    watching.signal,
  )
  const shown = (async () => {
    for await (const _ of queue);
  })()
  let startedAt = 0
  let pages = 0
  link.welcomed.subscribe(() => (startedAt = performance.now()))
  await new Promise<void>((resolve) => {
    feed.applied.subscribe(() => {
      pages += 1
      if (store.position().cursor === end) resolve()
    })
  })
  const seconds = (performance.now() - startedAt) / 1000
  watching.abort()
  await shown
  close()
  return { seconds, changesPerPage: Math.round(changes / pages) }
}
