/** The hub's address: TLS, the socket server and the evidence beside it. */
import { createServer } from 'node:https'
import type { AddressInfo, ListenOptions } from 'node:net'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { Server } from 'socket.io'
import { maxMessageBytes } from '../../../native/hub/protocol.ts'
import { createHubEvidence, type HubEvidence } from '../evidence/evidence-server.ts'
import type { SubCenterOf } from './handshake.ts'

export interface HubServerOptions {
  tls: { certPem: string; keyPem: string }
  /** Evidence is kept below it. */
  folder: string
  subCenterOf: SubCenterOf
  log: Logger
  /** How often a connection is asked whether it lives, and how long it may take to answer, in ms. */
  ping?: { intervalMs: number; timeoutMs: number } | undefined
}

export interface HubServer {
  /** Closing it closes the address too. */
  io: Server
  evidence: HubEvidence
  /** Resolves to the port; rejects with a sentence for a person when it is taken. */
  listen(where: ListenOptions): Promise<number>
}

export function openHubServer({ tls, folder, subCenterOf, log, ping }: HubServerOptions): HubServer {
  const evidence = createHubEvidence({ folder: join(folder, 'evidence'), subCenterOf, log })
  const server = createServer({ cert: tls.certPem, key: tls.keyPem }, (request, response) => {
    if (!evidence.answer(request, response)) response.writeHead(404).end()
  })
  const { intervalMs, timeoutMs } = ping ?? { intervalMs: 2000, timeoutMs: 1500 }
  const io = new Server(server, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: maxMessageBytes,
    pingInterval: intervalMs,
    pingTimeout: timeoutMs,
    connectTimeout: 5000,
  })
  const listen = (where: ListenOptions) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const isTaken = error.code === 'EADDRINUSE'
        const why = `port ${where.port} is taken: another program listens there`
        reject(isTaken ? new Error(why, { cause: error }) : error)
      })
      server.listen(where, () => resolve((server.address() as AddressInfo).port))
    })
  return { io, evidence, listen }
}
