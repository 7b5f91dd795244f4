/** Evidence as one part: taken from the page, sent to the hub, fetched from there, and read by those who may. */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { RecordAudit } from '../access/audit.ts'
import type { Clock } from '../clock.ts'
import type { Evidence, Operator } from '../contract/case.ts'
import { evidencePieceBytes, type EvidenceView, type Transfer } from '../contract/evidence.ts'
import { Fault } from '../fault.ts'
import type { HubLink } from '../hub/hub-link.ts'
import { createEmitter, type Signal } from '../signal.ts'
import { createCarry, type EvidenceCarry } from './carry.ts'
import { createDownloads } from './downloads.ts'
import { createEvidenceStore, type StoredEvidence } from './evidence-store.ts'
import { createHubAccess, type HubAccessOptions } from './hub-access.ts'
import { createIntake, type Intake } from './intake.ts'
import { createSealedFiles, SealBroken, type SealedFilesOptions } from './sealed-files.ts'
import { createUploads } from './uploads.ts'

export interface EvidenceDesk {
  intake: Intake
  carry: EvidenceCarry
  /**
   * Runs `act` and, in the same transaction, notes that a step of the case refers to this evidence; from then on it is sent.
   * Throws the fault `invalid` for evidence that was not taken here.
   */
  withStep(caseId: string, evidence: readonly Evidence[], act: () => void): void
  /** What is on this workstation; null: not (any more). */
  find(id: string): Evidence | null
  transfers(): Transfer[]
  changed: Signal<void>
  retry(): void
  /** Records who looks; fetches what is not here. */
  open(operator: Operator, caseId: string, piece: Evidence): Promise<EvidenceView>
  read(operator: Operator, viewId: string, offset: number): Promise<Buffer>
  closeView(viewId: string): void
  close(): Promise<void>
}

export interface EvidenceOptions {
  database: Database
  sealed: SealedFilesOptions
  hub: HubAccessOptions
  link: Pick<HubLink, 'welcomed' | 'state'>
  recordAudit: RecordAudit
  newId: () => string
  clock: Clock
  log: Logger
  /** All copies of what the hub has, together. */
  mostKeptBytes?: number
  firstRetryMs?: number
}

interface OpenView {
  operatorId: string
  evidenceId: string
}

const gibibyte = 1024 ** 3
const dayMs = 86_400_000
/** A page that closes properly needs far fewer. */
const mostViews = 500

export function createEvidence(options: EvidenceOptions): EvidenceDesk {
  const { database, link, recordAudit, newId, clock, mostKeptBytes = 2 * gibibyte } = options
  const log = options.log.child({ part: 'evidence' })
  const files = createSealedFiles(options.sealed)
  const store = createEvidenceStore(database, files)
  store.tidy(clock.now() - dayMs)
  const hub = createHubAccess(options.hub)
  const intake = createIntake({ files, store, newId, clock })
  const retrying = options.firstRetryMs === undefined ? {} : { firstRetryMs: options.firstRetryMs }
  const uploads = createUploads({
    ...{ files, store, hub, link, clock, log, ...retrying },
    onKept: () => store.evict(mostKeptBytes),
  })
  const downloads = createDownloads({ files, store, hub, clock, log, mostKeptBytes })
  const changed = createEmitter<void>()
  const stops = [uploads.changed.subscribe(() => changed.emit()), downloads.changed.subscribe(() => changed.emit())]
  const views = new Map<string, OpenView>()

  /** Of the case's own word on it: a copy with another checksum is another file. */
  const here = ({ id, sha256 }: Evidence): StoredEvidence | null => {
    const stored = store.find(id)
    return stored?.sha256 === sha256 ? stored : null
  }

  async function open(operator: Operator, caseId: string, piece: Evidence): Promise<EvidenceView> {
    recordAudit({ operatorId: operator.id, action: 'evidence.viewed', subject: `${caseId}/${piece.id}`, reason: null })
    if (!here(piece)) {
      if (!link.state().isConnected) throw new Fault('offline', `evidence ${piece.id} is not on this workstation`)
      await downloads.fetch(caseId, piece)
    }
    const stored = here(piece)
    if (!stored) throw new Fault('not-found', `evidence ${piece.id} did not stay here`)
    store.touch(stored.id, clock.now())
    const viewId = newId()
    views.set(viewId, { operatorId: operator.id, evidenceId: stored.id })
    for (const oldest of views.keys()) if (views.size > mostViews) views.delete(oldest)
    return { viewId, type: stored.type, bytes: stored.bytes }
  }

  async function read(operator: Operator, viewId: string, offset: number): Promise<Buffer> {
    const view = views.get(viewId)
    const stored = view?.operatorId === operator.id ? store.find(view.evidenceId) : null
    if (!stored) throw new Fault('not-found', 'this view is not open')
    try {
      return await files.read(stored, offset, evidencePieceBytes)
    } catch (error) {
      // A copy can be fetched again; what the hub does not have yet stays where a person can look for it.
      if (stored.state === 'kept') store.remove(stored.id)
      const isBroken = error instanceof SealBroken
      throw isBroken ? new Fault('conflict', error.message, 'evidence-checksum', error) : error
    }
  }

  return {
    intake,
    carry: createCarry(files, store, clock, uploads.poke),
    withStep(caseId, evidence, act) {
      if (evidence.length === 0) return act()
      const keep = database.transaction(() => {
        store.refer(caseId, evidence)
        act()
      })
      keep.immediate()
      uploads.poke()
    },
    find: store.find,
    transfers: () => [...uploads.transfers(), ...downloads.transfers()],
    changed,
    retry() {
      store.retry(null)
      uploads.poke()
    },
    ...{ open, read },
    closeView: (viewId) => void views.delete(viewId),
    async close() {
      for (const stop of stops) stop()
      await Promise.all([uploads.close(), downloads.close(), intake.close()])
      hub.close()
    },
  }
}
