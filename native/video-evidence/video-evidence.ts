/** Snapshots and clips of cameras as evidence: taken, recorded in a chain, attached to cases, and checked again. */
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import type { Watches } from '../cameras/watches.ts'
import type { OwnSteps } from '../cases/own-steps.ts'
import { noInput } from '../cases/own-steps.ts'
import type { Clock } from '../clock.ts'
import type { Camera } from '../contract/camera.ts'
import type { CaseHead, Evidence, Operator } from '../contract/case.ts'
import type { EvidenceView } from '../contract/evidence.ts'
import type {
  AttachRequest,
  ChainedRecord,
  ClipRequest,
  SnapshotRequest,
  Verification,
  VideoEvidenceState,
  VideoPiece,
} from '../contract/video-evidence.ts'
import type { EvidenceDesk } from '../evidence/evidence.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import { createRecordStore } from './record-store.ts'
import { ruleAgainstSnapshot, takeClip, takeSnapshot, type Taken, type TakeOptions, type Watched } from './take.ts'
import { verifyAll, verifyPiece } from './verify.ts'

export interface VideoEvidence {
  changed: Signal<void>
  state(): VideoEvidenceState
  /** Faults of these: see the contract. */
  snapshot(operator: Operator, request: SnapshotRequest): Promise<VideoPiece>
  clip(operator: Operator, request: ClipRequest): Promise<VideoPiece>
  attach(operator: Operator, request: AttachRequest): void
  open(operator: Operator, sequence: number, part: 'file' | 'origin'): Promise<EvidenceView>
  verify(operator: Operator, sequence: number | null): Promise<Verification>
  export(operator: Operator, sequence: number): VideoPiece
  knows(sequence: number, hash: string): boolean
}

export interface VideoEvidenceOptions extends Pick<TakeOptions, 'recent'> {
  database: Database
  recordAudit: RecordAudit
  watches: Pick<Watches, 'cameraOf'>
  findCamera: (cameraId: string) => Camera | null
  evidence: Pick<EvidenceDesk, 'intake' | 'withStep' | 'open' | 'find' | 'carry'>
  ownSteps: Pick<OwnSteps, 'take'>
  findCase: (caseId: string) => CaseHead | null
  workstation: string
  /** The hub's clock as well as it is known. */
  hubNow: () => number
  clock: Clock
}

const mostListed = 200

export function createVideoEvidence(options: VideoEvidenceOptions): VideoEvidence {
  const { database, recordAudit, evidence, clock } = options
  const store = createRecordStore(database, recordAudit)
  const changed = createEmitter<void>()
  const takes: TakeOptions = { recent: options.recent, intake: evidence.intake }

  function watched(operator: Operator, watchId: string): Watched {
    const of = options.watches.cameraOf(watchId)
    const camera = of && options.findCamera(of.cameraId)
    if (!of || !camera || of.operatorId !== operator.id) throw new Fault('not-found', `no watch ${watchId} runs`)
    return { of, camera }
  }

  function headOf({ id, name, role, subCenter }: Operator) {
    const at = clock.now()
    const hubOffsetMs = Math.round(options.hubNow() - at)
    return { at, hubOffsetMs, workstation: options.workstation, subCenter, operator: { id, name, role } }
  }

  /** The record, and with a case the step, in one transaction. */
  function record(
    operator: Operator,
    taken: Taken,
    { caseId, step }: Pick<SnapshotRequest, 'caseId' | 'step'>,
  ): VideoPiece {
    const write = database.transaction(() => {
      const { record } = store.add({ ...headOf(operator), ...taken })
      if (caseId !== null)
        attachPieces(operator, { pieces: [record.sequence], caseId, remark: taken.reason ?? '', step })
      return record.sequence
    })
    const sequence = write.immediate()
    changed.emit()
    return store.piece(sequence)
  }

  function attachPieces(operator: Operator, { pieces, caseId, remark, step }: AttachRequest): void {
    const head = options.findCase(caseId)
    if (!head) throw new Fault('not-found', `no case ${caseId}`)
    const found = pieces.map(store.piece)
    const files = found.flatMap(({ record: { file, origin } }) => [file, ...(origin ? [origin] : [])])
    for (const { record, attached } of found)
      if (attached) throw new Fault('conflict', `${record.sequence} belongs to a case already`, 'attached-already')
    const input = { ...noInput, remark: remarkOf(remark, found), evidence: files }
    evidence.withStep(caseId, files, () => {
      options.ownSteps.take(operator, caseId, step ?? 'remark', input)
      store.add({ ...headOf(operator), kind: 'attached', pieces, caseId, caseNumber: head.number })
    })
  }

  /** What no case has goes after a day; its record stays. */
  function letGo(): VideoPiece[] {
    const now = clock.now()
    const isOver = ({ expiresAt }: VideoPiece) => expiresAt !== null && expiresAt <= now
    const all = store.newest(mostListed)
    for (const { record } of all.filter(isOver))
      for (const file of [record.file, record.origin]) if (file) void evidence.intake.discard(file.id)
    return all.filter((piece) => !isOver(piece))
  }

  function audit(operator: Operator, action: string, sequence: number): void {
    recordAudit({
      operatorId: operator.id,
      action: `video-evidence.${action}`,
      subject: String(sequence),
      reason: null,
    })
  }

  return {
    changed,
    state: () => ({ pieces: letGo(), records: store.count() }),
    async snapshot(operator, request) {
      const seen = watched(operator, request.watchId)
      const against = ruleAgainstSnapshot(seen.camera, request)
      if (against) {
        await evidence.intake.discard(request.evidenceId)
        throw against
      }
      const file = pictureOf(evidence.find(request.evidenceId), request.evidenceId)
      if (store.isUsed(file.id)) throw new Fault('conflict', `${file.id} is a snapshot already`)
      if (request.caseId !== null && !options.findCase(request.caseId))
        throw new Fault('not-found', `no case ${request.caseId}`)
      return record(operator, await takeSnapshot(takes, seen, request, file), request)
    },
    async clip(operator, request) {
      const seen = watched(operator, request.watchId)
      return record(operator, await takeClip(takes, seen, request, clipName(seen.camera, request.to)), { caseId: null })
    },
    attach(operator, request) {
      database.transaction(attachPieces).immediate(operator, request)
      changed.emit()
    },
    async open(operator, sequence, part) {
      const { record, attached } = store.piece(sequence)
      const file = record[part]
      if (!file) throw new Fault('not-found', `${sequence} has no ${part}`)
      audit(operator, 'opened', sequence)
      return await evidence.open(operator, attached?.record.caseId ?? '', file)
    },
    async verify(operator, sequence) {
      audit(operator, 'verified', sequence ?? 0)
      if (sequence === null) return await verifyAll(store, evidence, clock.now())
      return await verifyPiece(store, evidence, operator, sequence)
    },
    export(operator, sequence) {
      const piece = store.piece(sequence)
      audit(operator, 'exported', sequence)
      return piece
    },
    knows: (sequence, hash) => {
      for (const row of store.all()) if (row.sequence === sequence) return row.hash === hash
      return false
    },
  }
}

function pictureOf(found: Evidence | null, id: string): Evidence {
  if (found?.kind !== 'photo') throw new Fault('not-found', `no picture ${id} was handed over`)
  const { kind, name, bytes, sha256 } = found
  return { id, kind, name, bytes, sha256 }
}

/** The hashes stand with the step at the hub, out of reach of whoever could change this workstation's records. */
function remarkOf(remark: string, pieces: readonly ChainedRecord[]): string {
  const lines = pieces.map(({ record, hash }) => `取证记录 ${record.sequence} · SHA-256 ${hash}`)
  return [remark.trim() || '视频取证', ...lines].join('\n')
}

/** By the workstation's own time, as everything that a person reads. */
const clipName = ({ name }: Camera, at: number) =>
  `${name} ${new Date(at).toLocaleString('sv').replaceAll(':', '')}.mp4`
