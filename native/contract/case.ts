/** Shapes of a case: as the hub sends it, as the queue lists it, and as its file is read. */
import { z } from 'zod'
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

/** The time limit of the running step; `stoppedAt` is set while the case is suspended. */
export const timeLimit = z.object({ startedAt: instant, dueAt: instant, stoppedAt: instant.nullable() })
export type TimeLimit = z.infer<typeof timeLimit>

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
  version: number
}

/** A case with all its steps, oldest first. The reporter's name and phone arrive masked. */
export interface CaseFile extends CaseHead {
  className: string | null
  steps: CaseStep[]
}

/** A class of the hub's catalogue: an event (事件) or a component (部件). */
export const caseClass = z.object({
  code: z.string().min(1).max(20),
  kind: z.enum(['event', 'component']),
  name: line,
  /** Code of the upper level, null at the top. */
  parent: z.string().max(20).nullable(),
})
export type CaseClass = z.infer<typeof caseClass>

/** Which cases a queue shows. `open` is sorted by remaining time, `all` by time of report, newest first. */
export const queueView = z.enum(['open', 'all'])
export type QueueView = z.infer<typeof queueView>

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
