/** What the renderer may see and ask of backups, of what was rescued, and of the totals of cases that are no longer kept. */
import { z } from 'zod'
import { prose } from './case.ts'
import type { CaseState, Channel } from './vocabulary.ts'

/** Why a backup was made. */
export const backupCauses = ['hourly', 'before-migration', 'before-restore', 'by-hand'] as const
export type BackupCause = (typeof backupCauses)[number]

/** What is wrong with a backup, or why none could be made. */
export type BackupProblem =
  /** Its manifest is missing or cannot be read. */
  | 'no-manifest'
  /** The manifest was not written by a console with this key. */
  | 'foreign-manifest'
  /** Its bytes are not those that were verified when it was made. */
  | 'changed'
  /** SQLite finds it damaged, or its rows are not those of its manifest. */
  | 'damaged'
  /** Made by a newer console. */
  | 'newer'
  /** The disk is full, the folder cannot be reached or written, or the file has gone. */
  | 'full'
  | 'unreachable'
  | 'internal'

/** How many rows the backup holds of what people ask for. */
export interface BackupCounts {
  cases: number
  steps: number
  /** Operations that were not confirmed by the hub then. */
  outbox: number
  audit: number
  handOvers: number
}

export interface BackupRow {
  /** Name without folder and extension: `console-20261123T180000Z-v9`. */
  id: string
  /** In the data folder, or in the second folder of the configuration. */
  place: 'data' | 'second'
  /** When the copy was taken; of one without a readable manifest the time in its name. */
  at: number
  bytes: number
  /** Number of the last migration. */
  schema: number
  /** Null without a readable manifest. */
  cause: BackupCause | null
  counts: BackupCounts | null
  /**
   * `at`: when it was last compared with its manifest, in full; each is when it is made. `unchecked`: lies as it was made,
   * but this program has not compared it since it started.
   */
  check: { state: 'verified'; at: number } | { state: 'unchecked' } | { state: 'failed'; problem: BackupProblem }
}

/** What is under way; one thing at a time. */
export interface BackupWork {
  kind: 'backup' | 'verify' | 'restore'
  /** Of the backup that is verified or restored. */
  id: string | null
  step: 'copy' | 'digest' | 'check' | 'second-copy'
  startedAt: number
}

/** What a rescue tells of one kind of row. */
export const rescuedKinds = [
  'operations',
  'drafts',
  'audit',
  'hand-overs',
  'evidence',
  'instructions',
  'cases',
] as const
export type RescuedKind = (typeof rescuedKinds)[number]
export interface RescuedRows {
  kind: RescuedKind
  /** Read from the database that was set aside. */
  saved: number
  /** Taken from the backup because they could not be read, or are only there. */
  fromBackup: number
  /** Known to be gone; null: pages could not be read and nobody can say how many rows they held. */
  lost: number | null
}

/** The last time that this workstation went on with another database than the one it had. */
export interface Recovery {
  id: string
  at: number
  kind: 'restored' | 'damaged'
  /** What the program was told when it found the damage, for the district's technicians; null when restored by hand. */
  detail: string | null
  /** Who restored and why; null when the program did it by itself. */
  by: { id: string; name: string } | null
  reason: string | null
  /** The backup that was put in place or filled the gaps; null: none was there or needed. */
  backup: { id: string; at: number } | null
  rows: RescuedRows[]
  /** Folder with the old database, which is kept. */
  setAside: string
  /** Ids of cases with operations that were queued again; at most 200. */
  caseIds: string[]
  /** Null until somebody has said that they read it. */
  acknowledgedAt: number | null
  acknowledgedBy: string | null
}

export interface BackupState {
  /** Newest first. */
  rows: BackupRow[]
  work: BackupWork | null
  nextAt: number | null
  /** The newest backup that was verified when it was made. */
  lastGoodAt: number | null
  /** Null after a backup that succeeded. */
  failure: { at: number; problem: BackupProblem; place: 'data' | 'second' } | null
  /** Where the second copy goes; null when none is configured. */
  secondFolder: string | null
  /** Where the backups of this workstation lie. */
  folder: string
  /** Null when this workstation never had to. */
  lastRecovery: Recovery | null
  /** Closed cases are kept for so many years; their totals stay. */
  retentionYears: number
}

/** Closed cases that are no longer kept, counted. */
export interface CaseTotal {
  /** Month in which they were closed, UTC+8: `2018-06`. */
  month: string
  classCode: string
  gridCode: string
  channel: Channel | (string & {})
  state: CaseState
  /** Closed within the limit; null: there was none. */
  isInTime: boolean | null
  cases: number
}

export const backupReference = z.object({
  id: z.string().regex(/^console-\d{8}T\d{6}Z-v\d{1,6}(-\d{1,3})?$/),
  place: z.enum(['data', 'second']),
})
export const restoreRequest = backupReference.extend({ reason: prose.min(1) })
