/** One process of the hub at scale: the embedded hub's protocol and decisions, on a PostgreSQL database and a Redis that it shares with others. */
import type { Logger } from 'pino'
import { namespace } from '../../../native/hub/protocol.ts'
import { createAccounts } from '../hub/accounts.ts'
import { serveWorkstations } from '../hub/connection.ts'
import { type HubServerOptions, openHubServer } from '../hub/hub-server.ts'
import type { Recipients } from '../hub/instructions.ts'
import { createChanging } from './changing.ts'
import { layOut, openPool, readEpoch } from './database.ts'
import { createAccountRecords, createClaims, createSubCenterOf, findPeople } from './people.ts'
import { openPokes } from './pokes.ts'
import { createFeedReader, createSnapshots } from './reading.ts'

export interface SharedServices {
  /** `postgres://…` */
  databaseUrl: string
  /** `redis://…` */
  redisUrl: string
}

export interface ScaledHubOptions extends SharedServices, Omit<HubServerOptions, 'subCenterOf'> {
  /** 0 takes a free one. Processes on one machine share it: the system gives each connection to one of them. */
  port: number
  host?: string
  clock: () => number
  log: Logger
  /** Whose handsets an instruction reaches; nobody's when absent. */
  recipients?: Recipients
}

export interface ScaledHub {
  url: string
  port: number
  epoch: string
  close(): Promise<void>
}

/** Connections of one process to the database at most: for requests, and for snapshots, which hold theirs while they are read. */
const mostRequests = 8
const mostSnapshots = 12

/** Rejects when the database cannot be reached or could lose what it commits. Redis may come later. */
export async function startScaledHub(options: ScaledHubOptions): Promise<ScaledHub> {
  const { clock, log, tls, folder, ping, host = '127.0.0.1', recipients = () => null } = options
  const url = options.databaseUrl
  await using stack = new AsyncDisposableStack()
  const database = openPool({ url, log, most: mostRequests, idleMs: 10_000 })
  stack.defer(() => database.end())
  const snapshots = openPool({ url, log, most: mostSnapshots, idleMs: 120_000 })
  stack.defer(() => snapshots.end())
  await layOut(database)
  const epoch = await readEpoch(database)
  const pokes = await openPokes(options.redisUrl, log)
  stack.defer(() => pokes.close())

  const subCenterOf = createSubCenterOf(database)
  const { io, listen } = openHubServer({ tls, folder, subCenterOf, log, ping })
  stack.defer(() => io.close())
  io.adapter(pokes.adapter)
  const space = io.of(namespace)
  const feed = createFeedReader(database)
  const poke = (subCenter: string, head: number) => void space.to(subCenter).emit('feed.poke', { epoch, head })
  serveWorkstations(space, {
    ...{ epoch, clock, log, subCenterOf, feed, describe: feed.describe, claims: createClaims(database) },
    ...createChanging({ database, clock, log, recipients, poke }),
    accounts: {
      ...createAccounts(createAccountRecords(database), clock),
      person: async (subCenter, id) => (await findPeople(database, subCenter, [id])).get(id) ?? null,
    },
    openSnapshots: (subCenter) => createSnapshots(snapshots, subCenter),
    hooks: { alterReply: null, misbehave: null },
  })
  const port = await listen({ host, port: options.port, reusePort: true })
  log.info({ port, epoch }, 'hub process listens')
  const opened = stack.move()
  return { url: `https://127.0.0.1:${port}`, port, epoch, close: () => opened.disposeAsync() }
}
