/** What the sync desk shows: what has not reached the district, what was refused, and what an outage left behind. */
import { z } from 'zod'
import type { CaseStep, StepBlock, StepField, StepInput } from './case.ts'
import type { CaseState } from './vocabulary.ts'

/** A step that was taken here and is not confirmed yet. */
export interface UnsentStep {
  id: string
  caseId: string
  caseNumber: string
  place: string
  kind: CaseStep['kind']
  /** The actor's own clock. */
  at: number
  actorName: string
  /** Bytes of it on the line, without evidence. */
  bytes: number
  /** `sent`: the hub said yes, the feed has not brought it back yet. */
  state: 'waiting' | 'sent'
}

/** A step of this workstation that does not hold: nothing of it was done, and a person decides what becomes of it. */
export interface Conflict {
  id: string
  caseId: string
  caseNumber: string
  place: string
  /** What was done here: everything that the form held, so that it can be applied again. */
  kind: CaseStep['kind']
  at: number
  actorId: string
  actorName: string
  input: StepInput
  /** The hub's words, or what this workstation itself found as JSON of a refusal. */
  why: string
  /** The hub has not answered yet: it may still agree. */
  isOpen: boolean
  /** What happened to the case since, oldest first; the latest `mostMeanwhile`. */
  meanwhile: CaseStep[]
  /** Whether whoever is signed in could take it on the case as it is now; null: not in this state or role. */
  again: { blocked: StepBlock | null; missing: StepField[] } | null
  /** It can be put before the duty leader. */
  canBeHanded: boolean
  /** Ids of later steps on the same case that were parked because of this one. */
  dependents: string[]
}

/** A time without the district, from losing the link to being in step again. */
export interface Outage {
  id: string
  since: number
  /** In step again; null while it lasts. */
  until: number | null
  /** Steps of this workstation that arrived, and those that were refused. */
  sent: number
  refused: number
  /** Cases that changed above meanwhile, and those that are new. */
  changed: number
  added: number
  /** Cases taken down here that got their number. */
  numbered: { caseId: string; temporary: string; number: string }[]
  /** A person has read the summary. */
  isRead: boolean
}

export interface SyncState {
  /** Oldest first, at most `mostListed`. */
  unsent: UnsentStep[]
  unsentTotal: number
  unsentBytes: number
  /** Instructions to the field that wait. */
  unsentInstructions: number
  /** Oldest first. */
  conflicts: Conflict[]
  /** The running outage, or the last one; null when there was none. */
  outage: Outage | null
  /** Since when nothing waits and the hub is there, as far as this program has watched; null while it is not so. */
  inStepSince: number | null
  /** For a technician: where this workstation stands in the hub's feed. */
  feed: { clientId: string; epoch: string | null; cursor: number }
}
export const mostListed = 500
export const mostMeanwhile = 50

/** Cases that go on paper. */
export const mostOnPaper = 300

/** For a time without machines: open cases by due time, and whom to call. Reporters stay masked. */
export interface PaperSheet {
  cases: {
    id: string
    number: string
    className: string
    place: string
    description: string
    state: CaseState
    dueAt: number | null
    assigneeName: string
    reporter: { name: string; phone: string } | null
  }[]
  totalOpen: number
  units: { name: string; phone: string }[]
  leaders: { grid: string; name: string; phone: string }[]
}

/** Protects an exported file; the person who imports it must know it. At least 8 characters. */
export const passPhrase = z.string().min(8).max(200)
/** Bytes of an exported file that travel at once. */
export const filePieceBytes = 256 * 1024

export interface ExportedFile {
  id: string
  name: string
  bytes: number
  operations: number
  /** Files that cannot be read here and were left out; their steps are in it. */
  unreadable: number
}

export interface ImportResult {
  /** Taken over and waiting to be sent. */
  taken: number
  /** Were here already, or were imported before. */
  known: number
  evidence: number
  /** Name of the workstation and time of the export. */
  from: string
  at: number
}
