/** Hub processes on a database of their own, beginning with what an embedded hub was given. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Socket } from 'socket.io-client'
import { copyState } from '../../district/hub-at-scale/copy-state.ts'
import { type Database, openPool } from '../../district/hub-at-scale/database.ts'
import { type ScaledHub, type ScaledHubOptions, startScaledHub } from '../../district/hub-at-scale/hub.ts'
import type { Hub } from '../../district/hub/hub.ts'
import type { HubServices } from './hub-services.ts'
import { now, openHub, openSocket, silent, token } from './hub-harness.ts'

export interface ScaledHarness extends AsyncDisposable {
  folder: string
  databaseUrl: string
  /** The processes' database, to look at. */
  database: Database
  hubs: ScaledHub[]
  /** A workstation's socket to one of the processes, not connected yet. */
  socket(hub: number, auth?: object): Socket
  /** A console's configuration that leads to one of the processes. */
  configuration(hub: number): string
}

interface HarnessOptions extends Partial<ScaledHubOptions> {
  count?: number
  /** Before the hubs start. */
  prepareDatabase?: (database: Database) => Promise<void>
}

/** `count` hubs of this process: as independent of each other as processes are, but their clock can be held. */
export async function openScaledHub(
  services: HubServices,
  prepare: (hub: Hub) => void = () => undefined,
  { count = 2, prepareDatabase, ...options }: HarnessOptions = {},
): Promise<ScaledHarness> {
  await using stack = new AsyncDisposableStack()
  const embedded = stack.use(await openHub())
  const { folder, certificates } = embedded
  prepare(embedded.hub)
  await embedded.hub.close()
  const databaseUrl = await services.createDatabase()
  const database = openPool({ url: databaseUrl, log: silent, most: 2, idleMs: 10_000 })
  stack.defer(() => database.end())
  await copyState(join(folder, 'hub.sqlite'), database)
  await prepareDatabase?.(database)
  const hubs: ScaledHub[] = []
  for (let index = 0; index < count; index += 1) {
    const hub = await startScaledHub({
      ...{
        databaseUrl,
        redisUrl: services.redisUrl,
        port: 0,
        folder,
        tls: certificates,
        clock: () => now,
        log: silent,
      },
      ...options,
    })
    stack.defer(() => hub.close())
    hubs.push(hub)
  }
  const sockets: Socket[] = []
  stack.defer(() => void sockets.forEach((socket) => socket.disconnect()))
  const urlOf = (hub: number) => hubs[hub]?.url ?? ''
  const opened = stack.move()
  return {
    ...{ folder, databaseUrl, database, hubs },
    socket(hub, auth) {
      const socket = openSocket(urlOf(hub), certificates.caPem, auth)
      sockets.push(socket)
      return socket
    },
    configuration(hub) {
      const file = join(folder, `console-${hub}.json`)
      writeFileSync(join(folder, 'console.token'), token)
      writeFileSync(join(folder, 'console-ca.pem'), certificates.caPem)
      const settings = { url: urlOf(hub), ca: './console-ca.pem', workstation: 'SZ-01', tokenFile: './console.token' }
      writeFileSync(file, JSON.stringify({ hub: settings, dataFolder: './console' }))
      return file
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
