/** Sends instructions one after the other, oldest first, with the same id until the hub has answered. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { type HubLink, HubRefusal } from '../hub/hub-link.ts'
import { done } from '../hub/protocol.ts'
import type { InstructionStore } from './instruction-store.ts'

export interface InstructionSender {
  /** Something waits. */
  poke(): void
  close(): void
}

export interface InstructionSenderOptions {
  store: InstructionStore
  link: HubLink
  clock: Clock
  log: Logger
  firstRetryMs?: number
}

const lastRetryMs = 15_000
/** Refusals that mean the instruction itself; anything else may be another time. */
const finalCodes = ['malformed', 'unknown-recipient', 'forbidden', 'unsupported']

export function createInstructionSender(options: InstructionSenderOptions): InstructionSender {
  const { store, link, clock, log, firstRetryMs = 500 } = options
  let wake: (() => void) | null = null
  const poke = () => wake?.()

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

  async function work(signal: AbortSignal): Promise<void> {
    let retryMs = firstRetryMs
    while (!signal.aborted) {
      try {
        const waiting = new Promise<void>((resolve) => (wake = resolve))
        if (!(await sendNext())) await waiting
        retryMs = firstRetryMs
      } catch (error) {
        if (signal.aborted) return
        log.warn({ error: String(error), retryMs }, 'an instruction could not be sent; trying again')
        await clock.sleep(retryMs, signal).catch(() => undefined)
        retryMs = Math.min(retryMs * 2, lastRetryMs)
      }
    }
  }

  const stop = link.welcomed.subscribe(({ signal }) => {
    signal.addEventListener('abort', poke, { once: true })
    void work(signal)
  })
  return {
    poke,
    close() {
      stop()
      poke()
    },
  }
}
