/** What the workstation and its media worker say to each other. Media never takes this way. */
import type { ResolvedSource } from './media-unit.ts'
import type { WatchUse } from './media-server.ts'

/** Given to the worker when it is started. */
export interface WorkerSettings {
  /** 0: any free one. */
  port: number
  token: string
  allowedOrigins: string[]
  logLevel: string
}

export type ToWorker =
  { type: 'grant'; watchId: string; source: ResolvedSource } | { type: 'revoke'; watchId: string } | { type: 'close' }

export type FromWorker =
  | { type: 'listening'; port: number }
  /** Cannot listen: what the system says. */
  | { type: 'refused'; message: string }
  /** From now on a page may open the watch. */
  | { type: 'granted'; watchId: string }
  | { type: 'use'; use: WatchUse }
  /** One record of the worker's log, as pino wrote it. */
  | { type: 'log'; record: string }
