/** Shapes of a case: as the hub sends it, as the queue lists it, and as its file is read. */
import { z } from 'zod'
import { duration, stageLimits, timeKind } from './limits.ts'
import { caseState, role, stepKind, urgency } from './vocabulary.ts'

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const instant = z.int().min(0).max(8_640_000_000_000)
/** An identifier given by the hub: printable ASCII, at most 64 characters. */
export const identifier = z.string().regex(/^[\x21-\x7e]{1,64}$/)
/** A short line of text for a person: at most 200 UTF-16 units. */
export const line = z.string().max(200)
/** Longer text for a person: at most 10,000 UTF-16 units. */
export const prose = z.string().max(10_000)

export const actor = z.object({ id: identifier, name: line, role: z.string().max(40) })

export const evidence = z.object({
  id: identifier,
  kind: z.enum(['photo', 'audio', 'video', 'document']),
  name: line,
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type Evidence = z.infer<typeof evidence>

/** One step of a case's life. Never edited, only followed by another. */
export const caseStep = z.object({
  id: identifier,
  caseId: identifier,
  kind: stepKind,
  from: caseState.nullable(),
  to: caseState,
  actor,
  /** The actor's own clock. */
  actorAt: instant,
  /** The hub's clock when it took the step. */
  hubAt: instant,
  remark: prose,
  evidence: z.array(evidence).max(50),
})
export type CaseStep = z.infer<typeof caseStep>

/** The time limit of the running stage; `stoppedAt` is set while the case is suspended. `kind` says how its time runs. */
export const timeLimit = z.object({ startedAt: instant, dueAt: instant, stoppedAt: instant.nullable(), kind: timeKind })
export type TimeLimit = z.infer<typeof timeLimit>

/** What the channel a case came by knows of it, and where the answer goes back to. */
export const origin = z.object({
  /** The other system's number: a hotline order, a city task; empty when it has none. */
  reference: line,
  /** When the other system wants the answer. */
  deadline: instant.nullable(),
  /** Further fields of that channel, as it names them. */
  details: z.record(z.string().max(40), line),
  /** What was answered back, null before. */
  answer: z.object({ at: instant, text: prose }).nullable(),
})
export type Origin = z.infer<typeof origin>

/** An extension, a suspension or any other decision (请示) that waits for the duty leader. */
export const stepRequest = z.object({
  kind: z.enum(['extension', 'suspension', 'decision']),
  by: actor,
  at: instant,
  reason: prose,
  /** How much longer, for an extension. */
  duration: duration.nullable(),
})

/** The three questions of a call-back (回访); the last two are asked only when somebody was reached. */
export const callBack = z.object({
  reached: z.boolean(),
  solved: z.boolean().nullable(),
  satisfied: z.boolean().nullable(),
})
export type CallBack = z.infer<typeof callBack>

/** What a step brings beside its kind. Which of it a kind needs says the workflow. */
export const stepInput = z.object({
  remark: prose,
  assignee: z.lazy(() => assignee).nullable(),
  /** The case that this one repeats. */
  duplicateOf: identifier.nullable(),
  /** For an extension. */
  duration: duration.nullable(),
  /** The shorter limit of a supervised case. */
  dueAt: instant.nullable(),
  evidence: z.array(evidence).max(50),
  callBack: callBack.nullable(),
})
export type StepInput = z.infer<typeof stepInput>

/** Who reported. Personal data: sealed at rest, masked on screen. */
export const reporter = z.object({ name: line, phone: z.string().max(40), account: line })

export const assignee = z.object({
  kind: z.enum(['grid-member', 'station', 'department', 'joint-duty-team']),
  id: identifier,
  name: line,
})

/** The head of a case: its confirmed present state. `version` grows by one with every change. */
export const caseHead = z.object({
  id: identifier,
  number: z.string().min(1).max(40),
  subCenter: identifier,
  /** Two-level class code from the hub's catalogue; a code the catalogue lacks is shown as it is. */
  classCode: z.string().min(1).max(20),
  channel: z.string().min(1).max(40),
  state: caseState,
  urgency,
  description: prose,
  place: line,
  /** Degrees, CGCS2000 (EPSG:4490). */
  longitude: z.number().min(-180).max(180),
  latitude: z.number().min(-90).max(90),
  gridCode: z.string().max(40),
  stationCode: z.string().max(40),
  reportedAt: instant,
  reporter: reporter.nullable(),
  limit: timeLimit.nullable(),
  assignee: assignee.nullable(),
  supervised: z.boolean(),
  origin: origin.nullable(),
  request: stepRequest.nullable(),
  duplicateOf: identifier.nullable(),
  /** How often it was returned, and how often a check failed. */
  returns: z.int().min(0),
  failedChecks: z.int().min(0),
  callBack: callBack.nullable(),
  version: z.int().min(1),
})
export type CaseHead = z.infer<typeof caseHead>

/** A row of the queue. */
export interface QueueRow {
  id: string
  number: string
  classCode: string
  /** Null when the catalogue lacks the code: show the code. */
  className: string | null
  place: string
  channel: string
  state: CaseHead['state']
  urgency: CaseHead['urgency']
  supervised: boolean
  reportedAt: number
  limit: TimeLimit | null
  assigneeName: string | null
  /** Was returned and waits to be dispatched again. */
  isReturned: boolean
  /** Must be called back before it can be closed. */
  isCallBackDue: boolean
  version: number
  /** Steps taken here that the hub has not confirmed yet. */
  pending: number
  /** Steps taken here that the hub refused and a person has to look at. */
  parked: number
}

/** A step that the operator may take next; see the workflow. */
export interface StepOffer {
  kind: CaseStep['kind']
  needs: readonly StepField[]
  /** Why it cannot be taken just now; null when it can. */
  blocked: StepBlock | null
}

/** What a step must bring; `reason` is a remark of at least two characters. */
export type StepField = 'reason' | 'assignee' | 'duplicateOf' | 'duration' | 'evidence' | 'callBack'

/** Why a step that is legal in general cannot be taken on this very case. */
export type StepBlock =
  'call-back-missing' | 'no-phone' | 'request-pending' | 'no-request' | 'already-supervised' | 'already-called-back'

/** A step of this workstation that the hub refused: nothing of it was done, and a person decides. */
export interface ParkedStep {
  id: string
  kind: CaseStep['kind']
  at: number
  actorName: string
  remark: string
  /** The hub's words, or the state that the case has now. */
  why: string
}

/** A case with all its steps, oldest first. The reporter's name and phone arrive masked. */
export interface CaseFile extends CaseHead {
  className: string | null
  /** Those whose id is in `pendingSteps` wait to be sent. */
  steps: CaseStep[]
  pendingSteps: string[]
  parked: ParkedStep[]
  /** For the role that is signed in. */
  offers: StepOffer[]
}

/** A class of the hub's catalogue: an event (事件) or a component (部件). */
export const caseClass = z.object({
  code: z.string().min(1).max(20),
  kind: z.enum(['event', 'component']),
  name: line,
  /** Code of the upper level, null at the top. */
  parent: z.string().max(20).nullable(),
  /** Null where the upper level's, or the district's usual ones, count. */
  limits: stageLimits.nullable(),
})
export type CaseClass = z.infer<typeof caseClass>

/**
 * Which cases a queue shows: those that wait for somebody, by remaining time; `all` by time of report, newest first.
 * `mine` are those on which the operator took the last step at a desk; `due-soon` those due within an hour; `requests` those
 * that wait for a leader's word.
 */
export const queueViews = [
  'open',
  'mine',
  'to-accept',
  'to-dispatch',
  'due-soon',
  'overdue',
  'returned',
  'supervised',
  'call-backs',
  'all',
  'requests',
] as const
export const queueView = z.enum(queueViews)
export type QueueView = z.infer<typeof queueView>

/** What an operator takes down at the desk, from a caller or a visitor. */
export const newCase = z.object({
  classCode: z.string().min(1).max(20),
  urgency,
  description: z.string().trim().min(2).max(10_000),
  place: z.string().trim().min(1).max(200),
  longitude: z.number().min(-180).max(180),
  latitude: z.number().min(-90).max(90),
  gridCode: z.string().max(40),
  /** Absent where the grid is not known. */
  stationCode: z.string().max(40).optional(),
  reporter: reporter.nullable(),
  /** What was handed over before; see evidence. */
  evidence: z.array(evidence).max(50).optional(),
  /** Where and when it was seen on a patrol by video: then its channel is `video-patrol`, else `self-found`. */
  patrol: z.object({ routeName: line, stopName: line, cameraName: line, deviceCode: line, seenAt: line }).optional(),
})
export type NewCase = z.infer<typeof newCase>

/** Who is signed in at this workstation. */
export const operator = z.object({
  id: identifier,
  account: identifier,
  name: line,
  role,
  subCenter: identifier,
  subCenterName: line,
})
export type Operator = z.infer<typeof operator>
