/** What the workstation and its media worker say to each other. Media never takes this way. */
import type { ResolvedSource } from './media-unit.ts'
import type { WatchState, WatchUse } from './media-server.ts'
import type { Recent } from './recent-clip.ts'
import type { WatchTerms } from './watch-terms.ts'

/** Given to the worker when it is started. */
export interface WorkerSettings {
  /** 0: any free one. */
  port: number
  token: string
  allowedOrigins: string[]
  logLevel: string
}

export type ToWorker =
  | { type: 'grant'; watchId: string; source: ResolvedSource; terms: WatchTerms }
  | { type: 'revoke'; watchId: string }
  /** Wants what was received of a watch between two instants, ms since 1970; answered with `recent` of the same number. */
  | { type: 'read-recent'; number: number; watchId: string; from: number; to: number }
  | { type: 'close' }

export type FromWorker =
  | { type: 'listening'; port: number }
  /** Cannot listen: what the system says. */
  | { type: 'refused'; message: string }
  /** From now on a page may open the watch. */
  | { type: 'granted'; watchId: string }
  | { type: 'use'; use: WatchUse }
  | { type: 'state'; state: WatchState }
  /** A key frame would help the watch. */
  | { type: 'key-wanted'; watchId: string }
  | { type: 'recent'; number: number; recent: Recent }
  /** One record of the worker's log, as pino wrote it. */
  | { type: 'log'; record: string }
