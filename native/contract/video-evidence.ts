/** Snapshots and clips of cameras as evidence: their records, chained by hashes, and what a page may ask about them. */
import { type } from '@orpc/contract'
import { z } from 'zod'
import type { Profile } from './camera.ts'
import { type Evidence, identifier, instant, prose } from './case.ts'
import type { EvidenceView } from './evidence.ts'
import { caseworkers, topic } from './procedures.ts'
import type { CameraOwner } from './vocabulary.ts'

/** What the first record of a chain names as the one before it. */
export const chainAnchor = '0'.repeat(64)

/** What a clip holds when nobody says otherwise, and at most, in ms. */
export const usualClipMs = 20_000
export const mostClipMs = 60_000

/** How the time of the shown picture is known; as players say it. */
export const shownBy = z.enum(['frame', 'program-date', 'buffer', 'still'])

/** What every record says. Times are ms since 1970. */
interface RecordHead {
  version: 1
  /** From 1, without gaps. */
  sequence: number
  /** Hash of the record before; `chainAnchor` in the first. */
  previous: string
  /** The workstation's clock; the hub's is `hubOffsetMs` ahead of it. */
  at: number
  hubOffsetMs: number
  workstation: string
  subCenter: string
  operator: { id: string; name: string; role: string }
}

/** The pictures that the record is about. */
export interface RecordedPictures {
  /** When the first and the last of them were received, by the workstation's clock. */
  from: number
  to: number
  shownBy: z.infer<typeof shownBy>
  /** RFC 6381; null where the gateway does not know it (HLS, still pictures). */
  codec: string | null
  width: number
  height: number
  /** In a clip, or in the group of pictures of a snapshot; null where none was kept. */
  count: number | null
  /** The camera's clock minus the workstation's, as its RTCP sender reports say; null when it does not tell. */
  cameraOffsetMs: number | null
  /**
   * How far it was checked that the camera really sent this. `pictures`: the coded pictures are kept with it. `times`: one was received at that
   * moment, which is all that the owner lets be known. `none`: this way of watching leaves nothing to check against.
   */
  proof: 'pictures' | 'times' | 'none'
}

export interface TakenRecord extends RecordHead {
  kind: 'snapshot' | 'clip'
  camera: { id: string; name: string; deviceCode: string; owner: CameraOwner; place: string }
  profile: Profile
  /** Why it was taken, where the owner asks for it; else null. */
  reason: string | null
  pictures: RecordedPictures
  file: Evidence
  /** The coded pictures up to the one that a snapshot shows, as the camera sent them; null for clips and where nothing was kept. */
  origin: Evidence | null
}

/** Pieces became evidence of a case. */
export interface AttachedRecord extends RecordHead {
  kind: 'attached'
  /** Sequence numbers. */
  pieces: number[]
  caseId: string
  caseNumber: string
}

export type VideoRecord = TakenRecord | AttachedRecord

/** `hash`: SHA-256 of the record's canonical JSON, in hex. */
export interface ChainedRecord<R extends VideoRecord = VideoRecord> {
  record: R
  hash: string
}

/** A snapshot or a clip as the wall lists it. */
export interface VideoPiece extends ChainedRecord<TakenRecord> {
  /** Null while no case has it. */
  attached: ChainedRecord<AttachedRecord> | null
  /** What no case has goes then; null when a case has it. */
  expiresAt: number | null
}

export interface VideoEvidenceState {
  /** Newest first; what has gone is not among them. */
  pieces: VideoPiece[]
  /** All records that were ever written here. */
  records: number
}

export type ProblemKind =
  /** The content is not what the record says. */
  | 'content-changed'
  /** It has to be here and is not. */
  | 'content-missing'
  /** It was changed after it was written. */
  | 'record-changed'
  /** One or more are missing before this one. */
  | 'record-missing'
  /** It does not follow the one before: another stands in its place. */
  | 'chain-broken'
  /** The audit knows of it, the chain does not (any more). */
  | 'end-missing'

export interface Problem {
  sequence: number
  kind: ProblemKind
}

export interface Verification {
  records: number
  /** Contents that were read and found as recorded. */
  contents: number
  /** Contents that are not on this workstation (sent and let go, or expired) and were not read. */
  elsewhere: number
  problems: Problem[]
}

const sequence = z.int().min(1)
/** The step that brings it to the case; else a remark. */
const step = z.enum(['check-pass', 'check-fail']).optional()
const reason = z.string().trim().min(2).max(200).nullable()
const pixels = z.int().min(1).max(16_384)

/** The shown picture was handed over as evidence before (`evidence.begin` ...). */
export const snapshotRequest = z.object({
  watchId: identifier,
  evidenceId: identifier,
  /** When the shown picture was received, by the workstation's clock. */
  receivedAt: instant,
  shownBy,
  width: pixels,
  height: pixels,
  reason,
  /** Attaches it at once; needed where the owner lets pictures be taken for a case only. */
  caseId: identifier.nullable(),
  step,
})
export type SnapshotRequest = z.infer<typeof snapshotRequest>

export const clipRequest = z.object({ watchId: identifier, from: instant, to: instant })
export type ClipRequest = z.infer<typeof clipRequest>

export const attachRequest = z.object({
  pieces: z.array(sequence).min(1).max(20),
  caseId: identifier,
  remark: prose,
  step,
})
export type AttachRequest = z.infer<typeof attachRequest>

export const videoEvidenceProcedures = {
  watch: caseworkers.output(topic<VideoEvidenceState, VideoEvidenceState>()),
  /**
   * Faults: `not-found` (watch, evidence), `forbidden` (snapshot-for-a-case: the owner wants a case and a reason), `conflict`
   * (picture-unknown: no such picture was received at that time; or the evidence is used already).
   */
  snapshot: caseworkers.input(snapshotRequest).output(type<VideoPiece>()),
  /** Cuts what was received between two instants, remuxed. Faults: `not-found`, `forbidden` (nothing-kept), `conflict` (picture-unknown). */
  clip: caseworkers.input(clipRequest).output(type<VideoPiece>()),
  /** Takes the step (`remark` when none is named) with them on the case. Faults: `not-found`, `conflict` (attached already), and those of a step. */
  attach: caseworkers.input(attachRequest).output(type<null>()),
  /** For reading by `evidence.read`, until `evidence.close`. Recorded. Faults: `not-found`, `offline`, `conflict` (evidence-checksum). */
  open: caseworkers.input(z.object({ sequence, part: z.enum(['file', 'origin']) })).output(type<EvidenceView>()),
  /** One piece (fetched from the hub where it is not here), or all records and what is here of their contents. Fault: `not-found`. */
  verify: caseworkers.input(z.object({ sequence: sequence.nullable() })).output(type<Verification>()),
  /** The piece with the records that tell of it is about to leave the console: recorded. Fault: `not-found`. */
  export: caseworkers.input(z.object({ sequence })).output(type<VideoPiece>()),
  /** Whether this workstation wrote this record. */
  knows: caseworkers
    .input(z.object({ sequence, hash: z.string().regex(/^[0-9a-f]{64}$/) }))
    .output(type<{ isKnown: boolean }>()),
}
