/** Shapes of instructions to the field (给社管通的指令): to one handset, to a station's people, to everybody on a grid. */
import { z } from 'zod'
import { actor, identifier, instant, line } from './case.ts'

export const instructionTarget = z.object({
  kind: z.enum(['person', 'station', 'grid']),
  /** Id of the person, code of the station or of the grid. */
  code: identifier,
})
export type InstructionTarget = z.infer<typeof instructionTarget>

export const instructionText = z.string().trim().min(1).max(1000)

/** What a workstation sends. The same id is the same instruction. */
export const sentInstruction = z.object({
  instructionId: identifier,
  by: actor,
  /** The hub's clock as well as the workstation knows it. */
  at: instant,
  to: instructionTarget,
  text: instructionText,
  caseId: identifier.nullable(),
})
export type SentInstruction = z.infer<typeof sentInstruction>

/** One handset: when the instruction arrived there (送达), and when it was opened (已读). */
export const recipient = z.object({
  id: identifier,
  name: line,
  deliveredAt: instant.nullable(),
  readAt: instant.nullable(),
})

/** As the hub tells it. */
export const instruction = z.object({
  id: identifier,
  at: instant,
  by: actor,
  to: instructionTarget.extend({ name: line }),
  text: z.string().max(1000),
  caseId: identifier.nullable(),
  recipients: z.array(recipient).max(500),
})
export type Instruction = z.infer<typeof instruction>

/** `waiting`: kept here, not at the hub yet. `refused`: the hub said no, and why. */
export interface InstructionRow extends Instruction {
  state: 'waiting' | 'sent' | 'refused'
  why: string | null
  caseNumber: string | null
}

/** Whom one may instruct. */
export interface TargetOffer extends InstructionTarget {
  name: string
}
