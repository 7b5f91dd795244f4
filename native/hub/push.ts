/** Sends what was done here, in order, until the hub has answered for it. */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { CaseStore } from '../cases/case-store.ts'
import type { Outbox } from '../cases/outbox.ts'
import type { Clock } from '../clock.ts'
import { createEmitter, type Signal } from '../signal.ts'
import { Fault } from '../fault.ts'
import { type HubLink, HubRefusal } from './hub-link.ts'
import { type Operation, pushReply } from './protocol.ts'
import { createSendLoop, type SendLoop } from './send-loop.ts'

export interface Push extends SendLoop {
  /** Answers of the hub were written down. */
  answered: Signal<void>
  /** The hub misses steps that are no longer here: nothing can be sent until it has found them. */
  stuck: Signal<string>
}

export interface PushOptions {
  database: Database
  outbox: Outbox
  store: CaseStore
  link: HubLink
  clock: Clock
  log: Logger
  /**
   * The epoch that was taken over. A hub of another one has lost state: only its snapshot shows what has to be sent again, and
   * that comes first.
   */
  epoch: () => string | null
  /** What the hub has was taken over, perhaps a new epoch with it. */
  applied: Signal<unknown>
  firstRetryMs?: number
}

const mostOperations = 100
const maxBatchBytes = 64 * 1024

/** One batch at a time: the same operations go again, with the same ids, until there is an answer. */
export function createPush(options: PushOptions): Push {
  const { database, outbox, store, link, epoch, clock, log, firstRetryMs = 500 } = options
  const answered = createEmitter<void>()
  const stuck = createEmitter<string>()

  const settle = database.transaction(
    (batch: readonly Operation[], results: Map<string, { status: string; why: string }>) => {
      for (const { opId, caseId } of batch) {
        const result = results.get(opId)
        if (result?.status === 'applied') outbox.accept(opId)
        if (result?.status !== 'refused') continue
        // A step that the feed has brought stands, whatever a hub says that has forgotten that it took it.
        if (outbox.isShown(opId)) store.park(opId, caseId, result.why)
        else outbox.park(opId, result.why)
      }
    },
  )

  let hubEpoch: string | null = null
  const stops = [link.welcomed.subscribe(({ welcome }) => void (hubEpoch = welcome.epoch))]

  /** The hub has lost what it had answered for. What is still here of that goes again; R-83 makes it safe. */
  function fillGap([first]: readonly Operation[], message: string): void {
    database.transaction(() => outbox.sendAllAgain()).immediate()
    const [earliest] = outbox.nextBatch(1, 1)
    if (earliest?.clientSeq === first?.clientSeq) stuck.emit(`ops.push: ${message}`)
    answered.emit()
  }

  /** False when there is nothing to send yet. */
  async function sendNext(): Promise<boolean> {
    if (epoch() !== hubEpoch) return false
    const ops = outbox.nextBatch(mostOperations, maxBatchBytes)
    if (ops.length === 0) return false
    const reply = await link.request('ops.push', { ops }, pushReply).catch((error: unknown) => {
      if (error instanceof HubRefusal && error.code === 'out-of-order') fillGap(ops, error.message)
      throw error
    })
    const results = new Map(reply.results.map((result) => [result.opId, result]))
    if (!ops.some(({ opId }) => results.has(opId))) throw new Fault('invalid', 'the hub answered for none of the steps')
    settle.immediate(ops, results)
    for (const { opId, status, why } of reply.results) {
      if (status === 'refused') log.warn({ opId, why }, 'the hub refused a step; it is parked')
    }
    answered.emit()
    return true
  }

  const loop = createSendLoop({ link, clock, log, what: 'steps', sendNext, firstRetryMs })
  stops.push(options.applied.subscribe(() => loop.poke()))
  return {
    ...loop,
    answered,
    stuck,
    close() {
      for (const stop of stops) stop()
      loop.close()
    },
  }
}
