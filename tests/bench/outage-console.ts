/** The workstation of the outage bench, a process of its own: works without the hub, then comes into step with it. */
import { createRouterClient } from '@orpc/server'
import pino from 'pino'
import { loadConfiguration } from '../../native/configuration.ts'
import type { Topic } from '../../native/contract/contract.ts'
import { openWorkstation } from '../../native/workstation.ts'
import { noInput } from '../district/traffic/step.ts'

export type Ask =
  | { ask: 'sign-in'; account: string; password: string }
  /** Two steps on each of the cases, without the hub. */
  | { ask: 'work-offline'; caseIds: string[] }
  /** Answers the milliseconds until all that waited above is here and all that waited here is confirmed. */
  | { ask: 'catch-up' }
  /** Answers the milliseconds until it says that the link is lost. */
  | { ask: 'notice' }
  /** Answers the bytes in use after collecting what can be collected. */
  | { ask: 'memory' }

const input = { ...noInput, remark: '已电话核实' }
const [configFile = '', url = ''] = process.argv.slice(2)
const configuration = loadConfiguration(configFile)
configuration.hub.url = url
const log = pino({ level: 'silent' })
const workstation = await openWorkstation({ configuration, allowedOrigins: [], log })
const client = createRouterClient(workstation.router)

/** Waits until a topic that is sent whole shows what is meant. */
async function until<T>(
  watch: (signal: AbortSignal) => Promise<AsyncIterable<Topic<T, T>>>,
  isMeant: (state: T) => boolean,
) {
  const leaving = new AbortController()
  for await (const event of await watch(leaving.signal)) {
    if (isMeant(event.kind === 'snapshot' ? event.snapshot : event.delta)) break
  }
  leaving.abort()
}
const online = () =>
  until(
    (signal) => client.link.watch(undefined, { signal }),
    ({ phase }) => phase === 'online',
  )
const nothingUnsent = () =>
  until(
    (signal) => client.sync.watch(undefined, { signal }),
    ({ unsentTotal }) => unsentTotal === 0,
  )

async function inStep(): Promise<void> {
  await online()
  await nothingUnsent()
  await online()
}

const known = (caseId: string) =>
  until(
    (signal) => client.cases.file({ caseId }, { signal }),
    (file) => file !== null,
  )

async function workOn(caseIds: readonly string[], kinds: readonly ('accept' | 'remark')[]): Promise<void> {
  for (const caseId of caseIds) for (const kind of kinds) await client.cases.step({ caseId, kind, input })
}

async function answer(asked: Ask): Promise<number> {
  switch (asked.ask) {
    case 'sign-in':
      await online()
      await client.session.signIn(asked)
      return 0
    case 'work-offline':
      for (const caseId of asked.caseIds) await known(caseId)
      workstation.suspend()
      await workOn(asked.caseIds, ['accept', 'remark'])
      return 0
    case 'catch-up': {
      const startedAt = performance.now()
      workstation.resume()
      await inStep()
      return performance.now() - startedAt
    }
    case 'notice': {
      await online()
      const startedAt = performance.now()
      await until(
        (signal) => client.link.watch(undefined, { signal }),
        ({ phase }) => phase === 'offline',
      )
      return performance.now() - startedAt
    }
    case 'memory':
      return memoryInUse()
  }
}

/** Heap and buffers after collection, the database's own pages among them as far as the process shows them (RSS). */
function memoryInUse(): number {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.()
  return process.memoryUsage().rss
}

// A whole shift has the queue and its counts on the screen.
void (async () => {
  for await (const _ of await client.cases.queue({ view: 'open', offset: 0, limit: 100 }));
})().catch(() => undefined)

process.on('message', (asked: Ask) => void answer(asked).then((value) => process.send?.({ value })))
process.send?.({ value: 0 })
