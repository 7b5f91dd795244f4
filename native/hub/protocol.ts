/**
 * The hub protocol as this console speaks it (version 1): socket.io 4, namespace `/workstation`, websocket transport only.
 * What the hub sends is validated here, once. The prose of the protocol belongs to the reference hub.
 */
import { z } from 'zod'
import { camera } from '../contract/camera.ts'
import {
  actor,
  caseClass,
  caseHead,
  caseStep,
  identifier,
  instant,
  line,
  operator,
  stepInput,
} from '../contract/case.ts'
import { instruction } from '../contract/instruction.ts'
import { workingCalendar } from '../contract/limits.ts'
import { grid, staffPosition } from '../contract/places.ts'
import { presenceTold } from '../contract/presence.ts'
import { sharedDocument } from '../documents/document.ts'
import { unit } from '../contract/unit.ts'
import { stepKind } from '../contract/vocabulary.ts'

export const protocolVersion = 1
export const namespace = '/workstation'
/** The hub's limit for one message in bytes; a larger one closes the socket. */
export const maxMessageBytes = 1_000_000

/** The handshake's `auth`. `token` proves the workstation, not the person. */
export interface Handshake {
  protocol: number
  workstation: string
  token: string
  clientId: string
  app: string
}

/** `connect_error.data.code` when the hub refuses the handshake. */
export const refusal = z.object({
  code: z.enum(['unauthorized', 'protocol-unsupported', 'malformed']),
  message: line,
})

const epoch = identifier
const sequence = z.int().min(0)

/** The hub's first message after the handshake. */
export const welcome = z.object({
  protocol: z.int(),
  hubTime: instant,
  epoch,
  head: sequence,
  subCenter: z.object({ code: identifier, name: line }),
})
export type Welcome = z.infer<typeof welcome>

/** "There is something to pull"; carries no data. */
export const poke = z.object({ epoch, head: sequence })

/** Event `field.positions`: where field staff are now. Not part of the feed: what is missed is not sent again. */
export const fieldPositions = z.object({ positions: z.array(staffPosition).max(2_000) })

/** Event `presence.changed`: the whole state of the sub-center. */
export const presenceChanged = presenceTold

/** Content of a change or of a snapshot item. Unknown fields are kept; an unknown `kind` is set aside. */
export const put = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('case'), case: caseHead.loose(), steps: z.array(caseStep).max(1000) }),
  z.object({ kind: z.literal('camera'), camera, removed: z.boolean() }),
  z.object({ kind: z.literal('class'), class: caseClass }),
  z.object({ kind: z.literal('calendar'), calendar: workingCalendar }),
  z.object({ kind: z.literal('grid'), grid, removed: z.boolean() }),
  z.object({ kind: z.literal('unit'), unit, removed: z.boolean() }),
  z.object({ kind: z.literal('instruction'), instruction }),
  z.object({ kind: z.literal('document'), document: sharedDocument }),
])
export type Put = z.infer<typeof put>

/** The envelope of a change; `put` is validated apart so that one bad change does not spoil its page. */
export const change = z.object({ seq: sequence, at: instant, put: z.unknown() })

/** Every request is answered `{ok: true, ...}` or `{ok: false, fault}`. */
export const fault = z.object({
  ok: z.literal(false),
  fault: z.object({ code: z.string().max(40), message: z.string().max(1000) }),
})

export const pullReply = z.object({
  ok: z.literal(true),
  epoch,
  /** Consecutive: the first is `cursor + 1` of the request. */
  changes: z.array(change).max(1000),
  head: sequence,
  hubTime: instant,
})

export const snapshotOpened = z.object({
  ok: z.literal(true),
  snapshotId: identifier,
  epoch,
  /** The feed's sequence that the snapshot stands for. */
  asOf: sequence,
  total: z.int().min(0),
})
export const snapshotPage = z.object({
  ok: z.literal(true),
  items: z.array(z.unknown()).max(1000),
  /** Send back to get the next page; null at the end. */
  next: z.string().max(200).nullable(),
})
export const pong = z.object({ ok: z.literal(true), hubTime: instant })
export const signedIn = z.object({
  ok: z.literal(true),
  operator,
  sessionToken: z.string().min(16).max(500),
  expiresAt: instant,
})
/** An answer without content. */
export const done = z.object({ ok: z.literal(true) })

/** A step taken at a workstation. Sent until the hub has answered for it; the same `opId` is the same step. */
export const operation = z.object({
  opId: identifier,
  /** One more than that of the operation before, for ever. */
  clientSeq: z.int().min(1),
  caseId: identifier,
  /** `report` makes the case of `report`. */
  kind: stepKind,
  /** The version of the case that the actor saw. */
  baseVersion: z.int().min(0),
  actor,
  actorAt: instant,
  input: stepInput,
  /** Only with `report`: the case as taken down; number, limit and version are the hub's. */
  report: caseHead.nullable(),
})
export type Operation = z.infer<typeof operation>

/** `applied` also for one that was applied before; `refused` is final and says why in words. */
export const pushReply = z.object({
  ok: z.literal(true),
  results: z
    .array(z.object({ opId: identifier, status: z.enum(['applied', 'refused']), why: z.string().max(1000) }))
    .max(100),
})
