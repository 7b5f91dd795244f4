/** Many workstations of one sub-center in one process, without screens: how late each sees another one's step. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import { createOwnSteps } from '../../native/cases/own-steps.ts'
import { systemClock as clock } from '../../native/clock.ts'
import { loadConfiguration } from '../../native/configuration.ts'
import type { Operator } from '../../native/contract/case.ts'
import { loadKey } from '../../native/database/key.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createFeed } from '../../native/hub/feed.ts'
import { createFeedStore } from '../../native/hub/feed-store.ts'
import { createHubLink } from '../../native/hub/hub-link.ts'
import { createPush } from '../../native/hub/push.ts'
import { followTopic, wholeState } from '../../native/topic.ts'
import { noInput } from '../district/traffic/step.ts'

const log = pino({ level: 'silent' })

function openSeat(configFile: string, folder: string) {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'console.db')
  const database = openDatabase(file, loadKey(join(folder, 'console.key'), file))
  const cases = createCaseParts(database)
  const store = createFeedStore(database, cases.store, createCameraRegistry(database), uuidv7)
  const { hub } = loadConfiguration(configFile)
  const link = createHubLink({ ...hub, clientId: store.position().clientId, clock, log })
  const feed = createFeed({ link, store, clock, log })
  const push = createPush({
    ...{ database, outbox: cases.outbox, store: cases.store, link, clock, log },
    epoch: () => store.position().epoch,
    applied: feed.applied,
  })
  const steps = createOwnSteps({
    ...{ database, store: cases.store, queries: cases.queries, terms: cases.terms, clock, taken: push.poke },
    ...{ recordAudit: () => undefined, newId: uuidv7, hubNow: clock.now },
  })
  const close = () => {
    push.close()
    feed.close()
    link.close()
    database.close()
  }
  return { queries: cases.queries, feed, steps, store, close }
}
type Seat = ReturnType<typeof openSeat>

/** Resolves when the page of this seat would be told that the case is in `state`; a topic paces what it tells. */
async function sees(seat: Seat, caseId: string, state: string): Promise<number> {
  const leaving = new AbortController()
  const source = wholeState(seat.feed.applied, () => seat.queries.head(caseId)?.state ?? null)
  for await (const event of followTopic(source, clock, leaving.signal)) {
    if ((event.kind === 'snapshot' ? event.snapshot : event.delta) === state) leaving.abort()
  }
  return performance.now()
}

/** Milliseconds from a step's key to its sight, for each step and each other seat. */
export async function seatLags(
  configFile: string,
  folder: string,
  {
    seats: count,
    caseIds,
    operator,
    everyMs,
  }: { seats: number; caseIds: readonly string[]; operator: Operator; everyMs: number },
): Promise<number[]> {
  const seats = Array.from({ length: count }, (_, index) => openSeat(configFile, join(folder, `seat-${index}`)))
  await Promise.all(caseIds.slice(-1).flatMap((last) => seats.map((seat) => sees(seat, last, 'reported'))))
  const lags: number[] = []
  const seen: Promise<unknown>[] = []
  for (const [index, caseId] of caseIds.entries()) {
    const actor = seats[index % count] as Seat
    const others = seats.filter((seat) => seat !== actor)
    const waits = others.map((seat) => sees(seat, caseId, 'accepted'))
    const startedAt = performance.now()
    actor.steps.take(operator, caseId, 'accept', noInput)
    seen.push(...waits.map((wait) => wait.then((at) => lags.push(at - startedAt))))
    await clock.sleep(everyMs)
  }
  await Promise.all(seen)
  for (const seat of seats) seat.close()
  return lags
}
