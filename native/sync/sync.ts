/** Everything that the sync desk shows and does, put together. */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { RecordAudit } from '../access/audit.ts'
import type { CaseQueries } from '../cases/case-queries.ts'
import type { CaseStore } from '../cases/case-store.ts'
import type { OwnSteps } from '../cases/own-steps.ts'
import type { Clock } from '../clock.ts'
import type { Operator } from '../contract/case.ts'
import type { LinkState } from '../contract/link.ts'
import type { PaperSheet, SyncState } from '../contract/sync.ts'
import type { Role } from '../contract/vocabulary.ts'
import type { InstructionStore } from '../duty/instruction-store.ts'
import type { EvidenceCarry } from '../evidence/carry.ts'
import type { FeedPosition } from '../hub/feed-store.ts'
import type { Signal } from '../signal.ts'
import { type ConflictAnswers, createConflictAnswers } from './conflict-answers.ts'
import { createConflicts } from './conflicts.ts'
import type { OutageStore } from './outage-store.ts'
import { createOutageWatch } from './outage-watch.ts'
import { createPaper, type PaperOptions } from './paper.ts'
import { createUnsent } from './unsent.ts'
import { createUnsentFiles, type UnsentFiles } from './unsent-files.ts'
import { createUnsentRegister } from './unsent-register.ts'

export interface Sync {
  changed: Signal<unknown>
  /** As someone of this role sees it. */
  state(role: Role): SyncState
  answers: ConflictAnswers
  files: UnsentFiles
  readSummary(operator: Operator, outageId: string): void
  /** Recorded: paper leaves the room. */
  paper(operator: Operator): PaperSheet
  close(): void
}

export interface SyncOptions extends Omit<PaperOptions, 'database'> {
  database: Database
  cases: Pick<CaseQueries, 'head'>
  store: CaseStore
  ownSteps: OwnSteps
  outages: OutageStore
  instructions: InstructionStore
  carry: EvidenceCarry
  link: { changed: Signal<unknown>; read(): LinkState }
  casesChanged: Signal<unknown>
  position: () => FeedPosition
  /** Steps were queued or answered. */
  taken: () => void
  /** Where files lie while they are written or arrive. */
  folder: string
  workstation: string
  recordAudit: RecordAudit
  newId: () => string
  clock: Clock
  log: Logger
}

export function createSync(options: SyncOptions): Sync {
  const { database, outages, instructions, casesChanged, recordAudit, taken } = options
  const conflicts = createConflicts(database, options.cases)
  const unsent = createUnsent(database)
  const unanswered = database
    .prepare<[], number>(`SELECT EXISTS (SELECT 1 FROM outbox WHERE state <> 'parked')`)
    .pluck()
  const hasUnanswered = () => unanswered.get() === 1
  let inStepSince: number | null = null
  const watch = createOutageWatch({ ...options, store: outages, isSent: () => !hasUnanswered() })
  const paper = createPaper(options)
  const files = createUnsentFiles({ ...options, register: createUnsentRegister(options) })
  const signals: Signal<unknown>[] = [casesChanged, instructions.changed, watch.changed]
  return {
    changed: {
      subscribe(listener) {
        const stops = signals.map((signal) => signal.subscribe(listener))
        return () => stops.forEach((stop) => stop())
      },
    },
    state(role) {
      const isInStep = options.link.read().phase === 'online' && !hasUnanswered()
      inStepSince = isInStep ? (inStepSince ?? options.clock.now()) : null
      const { clientId, epoch, cursor } = options.position()
      const feed = { clientId, epoch, cursor }
      return { ...unsent(), conflicts: conflicts.list(role), outage: outages.last(), inStepSince, feed }
    },
    answers: createConflictAnswers({ ...options, conflicts, answered: taken }),
    files,
    readSummary(operator, outageId) {
      outages.read(outageId)
      recordAudit({ operatorId: operator.id, action: 'outage.read', subject: outageId, reason: null })
      taken()
    },
    paper({ id }) {
      recordAudit({ operatorId: id, action: 'paper.printed', subject: 'open-cases', reason: null })
      return paper()
    },
    close() {
      watch.close()
      files.close()
    },
  }
}
