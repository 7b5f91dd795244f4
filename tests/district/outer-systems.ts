/** The systems from which cases come and to which answers go back, simulated: 12345, city platform, WeChat, leader app. */
import type { Logger } from 'pino'
import type { Taken } from './hub/hub-cases.ts'

export interface Answer {
  subCenter: string
  channel: string
  caseId: string
  number: string
  /** The other system's own number; empty when it has none. */
  reference: string
  at: number
  text: string
}

export interface OuterSystemsOptions {
  /** Only its answers are logged and told: fourteen others would drown them. */
  subCenter: string
  log: Logger
  told: ((answer: Answer) => void) | undefined
}

export interface OuterSystems {
  hear(steps: readonly Taken[]): void
  answers(channel?: string): readonly Answer[]
}

const mostKept = 10_000

export function createOuterSystems({ subCenter, log, told }: OuterSystemsOptions): OuterSystems {
  const received: Answer[] = []
  return {
    hear(steps) {
      for (const { head, step, subCenter: where } of steps) {
        const { id: caseId, number, channel, origin } = head
        if (where !== subCenter || !origin?.answer || !closing.includes(step.kind)) continue
        const answer = { subCenter, channel, caseId, number, reference: origin.reference, ...origin.answer }
        received.push(answer)
        if (received.length > mostKept) received.shift()
        log.info(answer, 'answered')
        told?.(answer)
      }
    },
    answers: (channel) => (channel === undefined ? received : received.filter((answer) => answer.channel === channel)),
  }
}

/** Steps that send an answer up. */
const closing: readonly string[] = ['close', 'reject', 'duplicate']
