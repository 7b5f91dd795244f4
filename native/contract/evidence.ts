/** How evidence travels between the page and native, and how it stands with the hub. Bytes go over the contract in pieces. */
import type { Evidence } from './case.ts'

/** The largest piece of evidence that is taken, in bytes. */
export const mostEvidenceBytes = 200 * 1024 * 1024
/** Bytes of one piece on the contract; in Base64 it stays below the contract's limit of a million characters. */
export const evidencePieceBytes = 512 * 1024

/** What came of a file that was handed over whole. */
export interface TakenEvidence {
  /** Goes into `StepInput.evidence`. */
  evidence: Evidence
  /** The name's ending did not fit the content; the name above has the right one. */
  isRenamed: boolean
}

export type TransferTrouble = 'offline' | 'refused' | 'checksum'

/** One file on its way from or to the hub. */
export interface Transfer {
  id: string
  caseId: string
  name: string
  direction: 'up' | 'down'
  bytes: number
  moved: number
  state: 'waiting' | 'moving' | 'failed'
  /** Why it failed, or why it waits longer than it should. */
  trouble: TransferTrouble | null
}

/** Evidence that was verified and may be read in pieces. */
export interface EvidenceView {
  viewId: string
  /** Media type found from the content, e.g. `image/jpeg`. */
  type: string
  bytes: number
}
