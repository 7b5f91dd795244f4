/** Sends instructions one after the other, oldest first, with the same id until the hub has answered. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { type HubLink, HubRefusal } from '../hub/hub-link.ts'
import { done } from '../hub/protocol.ts'
import { createSendLoop, type SendLoop } from '../hub/send-loop.ts'
import type { InstructionStore } from './instruction-store.ts'

export interface InstructionSenderOptions {
  store: InstructionStore
  link: HubLink
  clock: Clock
  log: Logger
  firstRetryMs?: number
}

/** Refusals that mean the instruction itself; anything else may be another time. */
const finalCodes = ['malformed', 'unknown-recipient', 'forbidden', 'unsupported']

export function createInstructionSender(options: InstructionSenderOptions): SendLoop {
  const { store, link, clock, log, firstRetryMs = 500 } = options

  /** False when nothing waits. */
  async function sendNext(): Promise<boolean> {
    const next = store.nextWaiting()
    if (next === null) return false
    try {
      await link.request('instruction.send', next, done)
      store.accept(next.instructionId)
    } catch (error) {
      if (!(error instanceof HubRefusal) || !finalCodes.includes(error.code)) throw error
      log.warn({ id: next.instructionId, code: error.code }, 'the hub refused an instruction')
      // A hub that knows no instructions says so in no words of ours.
      store.refuse(next.instructionId, error.code === 'unsupported' ? '' : error.message)
    }
    return true
  }

  return createSendLoop({ link, clock, log, what: 'instructions', sendNext, firstRetryMs })
}
