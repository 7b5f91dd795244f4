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
import type { SyncState } from '../contract/sync.ts'
import type { Role } from '../contract/vocabulary.ts'
import type { InstructionStore } from '../duty/instruction-store.ts'
import type { EvidenceCarry } from '../evidence/carry.ts'
import type { Signal } from '../signal.ts'
import { type ConflictAnswers, createConflictAnswers } from './conflict-answers.ts'
import { createConflicts } from './conflicts.ts'
import type { OutageStore } from './outage-store.ts'
import { createOutageWatch } from './outage-watch.ts'
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
  close(): void
}

export interface SyncOptions {
  database: Database
  cases: Pick<CaseQueries, 'head'>
  store: CaseStore
  ownSteps: OwnSteps
  outages: OutageStore
  instructions: InstructionStore
  carry: EvidenceCarry
  link: { changed: Signal<unknown>; read(): LinkState }
  casesChanged: Signal<unknown>
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
  const watch = createOutageWatch({ ...options, store: outages, isSent: () => unanswered.get() !== 1 })
  const files = createUnsentFiles({ ...options, register: createUnsentRegister(options) })
  const signals: Signal<unknown>[] = [casesChanged, instructions.changed, watch.changed]
  return {
    changed: {
      subscribe(listener) {
        const stops = signals.map((signal) => signal.subscribe(listener))
        return () => stops.forEach((stop) => stop())
      },
    },
    state: (role) => ({ ...unsent(), conflicts: conflicts.list(role), outage: outages.last() }),
    answers: createConflictAnswers({ ...options, conflicts, answered: taken }),
    files,
    readSummary(operator, outageId) {
      outages.read(outageId)
      recordAudit({ operatorId: operator.id, action: 'outage.read', subject: outageId, reason: null })
      taken()
    },
    close() {
      watch.close()
      files.close()
    },
  }
}
