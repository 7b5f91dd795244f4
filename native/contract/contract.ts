/**
 * The one map of what the renderer may ask (commands) and hear (topics).
 * A topic yields a snapshot and then deltas; `sequence` grows by one, and a gap means: subscribe again.
 * Every entry names the roles that may call it; native refuses everybody else.
 */
import { type } from '@orpc/contract'
import { z } from 'zod'
import { type BackupRow, backupReference, type BackupState, type CaseTotal, restoreRequest } from './backup.ts'
import { cameraProcedures } from './camera-procedures.ts'
import {
  type CaseClass,
  type CaseFile,
  identifier,
  line,
  newCase,
  type Operator,
  prose,
  type QueueRow,
  type QueueView,
  queueView,
  stepInput,
} from './case.ts'
import type { Alarm, HandOver, HandOverState } from './duty.ts'
import { evidencePieceBytes, type EvidenceView, type TakenEvidence, type Transfer } from './evidence.ts'
import type { FaultCode } from './faults.ts'
import {
  type ExportedFile,
  filePieceBytes,
  type ImportResult,
  passPhrase,
  type PaperSheet,
  type SyncState,
} from './sync.ts'
import type { PresenceState } from './presence.ts'
import { anyone, caseworkers, everybody, keepers, topic } from './procedures.ts'
import { type InstructionRow, instructionTarget, instructionText, type TargetOffer } from './instruction.ts'
import type { LinkState } from './link.ts'
import type { NearCase, Nearby } from './nearby.ts'
import {
  type BaseMap,
  type CasePoint,
  type Grid,
  type ListDelta,
  type StaffPosition,
  type Tile,
  tileRequest,
} from './places.ts'
import { type GroupHead, mostFolded, queueGroupings, queueSorts } from './queue-order.ts'
import type { Assignee, OwnSuggestion, Suggestion } from './unit.ts'
import { videoEvidenceProcedures } from './video-evidence.ts'
import type { Whereabouts } from './whereabouts.ts'
import { maxSearchText } from './search.ts'
import { stepKind } from './vocabulary.ts'
import { patrolProcedures } from './patrol.ts'
import { wallProcedures } from './wall.ts'

export type { Topic } from './procedures.ts'
export type { CamerasDelta } from './camera-procedures.ts'

/** A line of the queue: a case, or above the cases of a group its head. */
export type QueueLine = QueueRow | GroupHead
export interface QueueWindow {
  /** Lines of the window, in order. */
  rows: QueueLine[]
  /** Index of the first line. */
  offset: number
  /** Lines of the whole view; of a search at most `mostFound`, which then means: or more. */
  total: number
  /** Cases of the whole view where it is not in its usual order; else they are the lines. */
  cases?: number
}
export interface QueueDelta {
  /** Ids of the window in order after the change. */
  order: string[]
  /** Lines that are new or changed. */
  rows: QueueLine[]
  total: number
  cases?: number
}
export interface Notice {
  id: string
  at: number
  kind: 'change-set-aside' | 'frame-refused' | 'storage' | 'hub-certificate' | 'hub-unauthorized'
  detail: string
}

export const contract = {
  session: {
    watch: anyone.output(topic<Operator | null, Operator | null>()),
    /** Asks the hub; faults: `offline`, `forbidden` (wrong-credentials). */
    signIn: anyone
      .input(z.object({ account: identifier, password: z.string().min(1).max(200) }))
      .output(type<Operator>()),
    signOut: everybody.output(type<null>()),
  },
  link: {
    watch: anyone.output(topic<LinkState, LinkState>()),
    /** Tries to connect at once. */
    retry: anyone.output(type<null>()),
  },
  cases: {
    queue: caseworkers
      .input(
        z.object({
          view: queueView,
          offset: z.int().min(0),
          limit: z.int().min(1).max(500),
          /** Only cases that hold every word of it; blank is as absent. */
          text: z.string().max(maxSearchText).optional(),
          /** Of open cases only: `all` stands by time of report. */
          group: z.enum(queueGroupings).optional(),
          sort: z.enum(queueSorts).optional(),
          /** Groups whose cases are left out: these, or all but these. */
          folded: z.object({ all: z.boolean(), but: z.array(z.string().max(200)).max(mostFolded) }).optional(),
        }),
      )
      .output(topic<QueueWindow, QueueDelta>()),
    /** How many cases each view holds. */
    counts: caseworkers.output(topic<Record<QueueView, number>, Record<QueueView, number>>()),
    /** The hub's catalogue of classes, upper levels first. */
    classes: caseworkers.output(topic<CaseClass[], CaseClass[]>()),
    /**
     * Takes a step. Answers when it is kept on this workstation's disk, waiting to be sent.
     * Faults: `not-found`, `invalid` (what is missing), `forbidden` (role), `conflict` (the case has moved on).
     */
    step: caseworkers.input(z.object({ caseId: identifier, kind: stepKind, input: stepInput })).output(type<null>()),
    /** The same step on many cases, each for itself: what could not be taken comes back with its fault. */
    stepMany: caseworkers
      .input(z.object({ caseIds: z.array(identifier).min(1).max(200), kind: stepKind, input: stepInput }))
      .output(type<{ caseId: string; fault: FaultCode }[]>()),
    /** Takes down a case at the desk; answers its id. Its number is temporary until the hub has given one. */
    report: caseworkers.input(newCase).output(type<{ caseId: string }>()),
    /** A refused step that a person has looked at goes. */
    dismiss: caseworkers.input(z.object({ caseId: identifier, stepId: identifier })).output(type<null>()),
    /** Whom the case could be dispatched to, best first. Faults: `not-found`. */
    suggestions: caseworkers.input(z.object({ caseId: identifier })).output(type<Suggestion[]>()),
    /** The best unit for each of many cases, by its own grid and class; loads count along. Cases that are not here are left out. */
    suggestEach: caseworkers
      .input(z.object({ caseIds: z.array(identifier).min(1).max(200) }))
      .output(type<OwnSuggestion[]>()),
    /** Whom else: by words of the name or its initials; at most 50. */
    units: caseworkers.input(z.object({ text: z.string().max(100) })).output(type<Assignee[]>()),
    /** Cases that hold every word, newest first; at most 9. */
    find: caseworkers.input(z.object({ text: z.string().max(maxSearchText) })).output(type<QueueRow[]>()),
    /** What may be the same as a case that is being taken down: same class, last 24 h, within 50 m, or in `gridCode` where that is all that is known. */
    alike: caseworkers
      .input(
        newCase
          .pick({ classCode: true, longitude: true, latitude: true })
          .extend({ gridCode: newCase.shape.gridCode.nullable() }),
      )
      .output(type<NearCase[]>()),
    /** What is near it, as known now. Faults: `not-found`. */
    nearby: caseworkers.input(z.object({ caseId: identifier })).output(type<Nearby>()),
    /** Records that the whole file is taken along with its evidence, before it is put together. Fault: `not-found`. */
    pack: caseworkers.input(z.object({ caseId: identifier })).output(type<null>()),
    /** Null when the case is not (or no longer) here. */
    file: caseworkers.input(z.object({ caseId: identifier })).output(topic<CaseFile | null, CaseFile | null>()),
  },
  cameras: cameraProcedures,
  wall: wallProcedures,
  patrol: patrolProcedures,
  alarms: {
    /** Unacknowledged ones first, then the latest of the others. */
    watch: caseworkers.output(topic<Alarm[], Alarm[]>()),
    /** Idempotent; who and when is recorded. */
    acknowledge: caseworkers.input(z.object({ alarmId: identifier })).output(type<null>()),
    acknowledgeAll: caseworkers.output(type<null>()),
  },
  /** Instructions to handsets in the field. */
  instructions: {
    /** The latest ones, newest first, with who received and who read them. */
    watch: caseworkers.output(topic<InstructionRow[], InstructionRow[]>()),
    /** Whom one may instruct, by name, initials or code. */
    targets: caseworkers
      .input(z.object({ kind: instructionTarget.shape.kind, text: z.string().max(100) }))
      .output(type<TargetOffer[]>()),
    /** Answers when it is kept here, waiting to be sent. The same id again is the same instruction. */
    send: caseworkers
      .input(
        z.object({
          instructionId: identifier,
          to: instructionTarget,
          text: instructionText,
          caseId: identifier.nullable(),
        }),
      )
      .output(type<null>()),
  },
  handOver: {
    /** What stands open, the notes for the next shift, and the latest hand-overs. */
    watch: caseworkers.output(topic<HandOverState, HandOverState>()),
    /** Keeps the notes of the running shift. */
    draft: caseworkers.input(z.object({ notes: prose })).output(type<null>()),
    /** The next person signs in and has the shift. Faults: `invalid` (the same person), `offline`, `forbidden`. */
    complete: caseworkers
      .input(z.object({ account: identifier, password: z.string().min(1).max(200) }))
      .output(type<HandOver>()),
    /** Fault: `not-found`. */
    read: caseworkers.input(z.object({ id: identifier })).output(type<HandOver>()),
  },
  places: {
    grids: caseworkers.output(topic<readonly Grid[], ListDelta<Grid>>()),
    /** Field staff whose position is known, with its age; told at most once a second. */
    staff: caseworkers.output(topic<readonly StaffPosition[], ListDelta<StaffPosition>>()),
    /** Open cases as points, those that are due first; at most `maxCasePoints`. */
    cases: caseworkers.output(topic<readonly CasePoint[], ListDelta<CasePoint>>()),
    /** Where a case may be: by the names of grids and stations, their initials, or the words of its place; at most 9. */
    find: caseworkers
      .input(z.object({ text: z.string().max(100), place: z.string().max(200) }))
      .output(type<Whereabouts[]>()),
    /** The grid at a position; null outside of all. */
    at: caseworkers.input(newCase.pick({ longitude: true, latitude: true })).output(type<Whereabouts | null>()),
    /** Null when no base map is configured. */
    baseMap: caseworkers.output(type<BaseMap | null>()),
    /** Faults: `not-found` (no such tile), `offline` (the map's server cannot be reached). */
    tile: caseworkers.input(tileRequest).output(type<Tile>()),
  },
  /** Photos, recordings and films: handed over, sent and looked at in pieces. Every look is recorded. */
  evidence: {
    /** Announces a file. Faults: `invalid` (evidence-empty, evidence-too-large), `internal` (storage-full). */
    begin: caseworkers
      .input(z.object({ name: line.min(1), bytes: z.int().min(0) }))
      .output(type<{ id: string; pieceBytes: number }>()),
    /** The next piece as Base64. Faults: `invalid` (evidence-type), `conflict` (not the next), `internal` (storage-full). */
    append: caseworkers
      .input(z.object({ id: identifier, offset: z.int().min(0), data: z.string().max(evidencePieceBytes * 2) }))
      .output(type<null>()),
    /** Faults: `invalid` when pieces are missing. What no step refers to goes after a day. */
    finish: caseworkers.input(z.object({ id: identifier })).output(type<TakenEvidence>()),
    /** Gives up a file that no step refers to. Idempotent. */
    discard: caseworkers.input(z.object({ id: identifier })).output(type<null>()),
    /** Files on their way, oldest first. */
    transfers: caseworkers.output(topic<Transfer[], Transfer[]>()),
    /** Tries again at once what failed. */
    retry: caseworkers.output(type<null>()),
    /**
     * Opens evidence of a case for reading; fetches and verifies it first where it is not here.
     * Faults: `not-found`, `offline`, `conflict` (evidence-checksum), `internal` (storage-full).
     */
    open: caseworkers.input(z.object({ caseId: identifier, evidenceId: identifier })).output(type<EvidenceView>()),
    /** At most `evidencePieceBytes` from `offset`, as Base64. */
    read: caseworkers.input(z.object({ viewId: identifier, offset: z.int().min(0) })).output(type<{ data: string }>()),
    /** Idempotent. */
    close: caseworkers.input(z.object({ viewId: identifier })).output(type<null>()),
  },
  videoEvidence: videoEvidenceProcedures,
  /** Who works on which case, at all workstations of the sub-center. */
  presence: {
    watch: caseworkers.output(topic<PresenceState, PresenceState>()),
    /** Which case this workstation has open; null: none. Kept until said otherwise, told to the hub when it is there. */
    look: caseworkers.input(z.object({ caseId: identifier.nullable() })).output(type<null>()),
    /**
     * Takes a case on. Faults: `offline`, `conflict` (claimed: by somebody else; `isTakenOver` takes it from them, which
     * only a leader may do).
     */
    claim: caseworkers.input(z.object({ caseId: identifier, isTakenOver: z.boolean() })).output(type<null>()),
    /** Idempotent. Fault: `offline`. */
    release: caseworkers.input(z.object({ caseId: identifier })).output(type<null>()),
  },
  /** What has not reached the district, and what an outage left behind. */
  sync: {
    watch: caseworkers.output(topic<SyncState, SyncState>()),
    /**
     * The same step once more and then those parked because of it, on the case as it is now; `input` where more is needed now
     * than was given. Later ones that do not hold stay. Faults as `cases.step`; `conflict` also while the hub has not answered.
     */
    applyAgain: caseworkers.input(z.object({ stepId: identifier, input: stepInput.optional() })).output(type<null>()),
    /** Puts the conflict before the duty leader, as a request on the case. Faults as `cases.step`. */
    handToLeader: caseworkers.input(z.object({ stepId: identifier, remark: prose })).output(type<null>()),
    /** Gives the step up; it stays in the audit. Idempotent. */
    withdraw: caseworkers.input(z.object({ stepId: identifier })).output(type<null>()),
    /** What goes on paper while there are no machines; recorded. */
    paper: caseworkers.output(type<PaperSheet>()),
    readSummary: caseworkers.input(z.object({ outageId: identifier })).output(type<null>()),
    /** Everything unsent with its evidence, encrypted with the pass phrase. Faults: `not-found` (nothing), `internal` (storage-full). */
    exportUnsent: caseworkers.input(z.object({ passPhrase })).output(type<ExportedFile>()),
    /** A piece of at most `filePieceBytes` as Base64. */
    readExport: caseworkers
      .input(z.object({ id: identifier, offset: z.int().min(0) }))
      .output(type<{ data: string }>()),
    /** Idempotent. */
    closeExport: caseworkers.input(z.object({ id: identifier })).output(type<null>()),
    beginImport: caseworkers.input(z.object({ bytes: z.int().min(1) })).output(type<{ id: string }>()),
    appendImport: caseworkers
      .input(z.object({ id: identifier, offset: z.int().min(0), data: z.string().max(filePieceBytes * 2) }))
      .output(type<null>()),
    /**
     * Takes over what another workstation could not send; the same operation counts once, however often it is imported.
     * Faults: `invalid` (not-an-export, pass-phrase, export-damaged, other-sub-center), `internal` (storage-full).
     */
    finishImport: caseworkers.input(z.object({ id: identifier, passPhrase })).output(type<ImportResult>()),
  },
  /** Backups of this workstation's database, and what was rescued of a damaged one. */
  backups: {
    watch: everybody.output(topic<BackupState, BackupState>()),
    /** Faults: `conflict` (work-under-way), `internal` (storage-full, backup-failed). */
    now: keepers.output(type<BackupRow>()),
    /** Compares a backup with its manifest in full; what is wrong is in the row. Faults: `not-found`, `conflict` (work-under-way). */
    verify: keepers.input(backupReference).output(type<BackupRow>()),
    /**
     * Verifies the backup and goes on with it: the present database is set aside, what the hub has not confirmed is carried over.
     * Answers when the backup was found good and the program begins anew; pages connect again by themselves.
     * Faults: `not-found`, `conflict` (work-under-way, backup-unfit), `invalid`.
     */
    restore: keepers.input(restoreRequest).output(type<null>()),
    /** Somebody has read `lastRecovery`. Idempotent; recorded. */
    acknowledge: everybody.input(z.object({ recoveryId: identifier })).output(type<null>()),
    /** Closed cases that are no longer kept, for indicators; `from` and `to` are months such as `2018-06`, both included. */
    totals: caseworkers
      .input(z.object({ from: z.string().regex(/^\d{4}-\d{2}$/), to: z.string().regex(/^\d{4}-\d{2}$/) }))
      .output(type<CaseTotal[]>()),
  },
  notices: {
    /** What went wrong at the borders, newest last; at most 200 are kept. A delta holds those to append. */
    watch: everybody.output(topic<Notice[], Notice[]>()),
  },
}
export type Contract = typeof contract
