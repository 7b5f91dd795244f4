/** Sends documents one after the other, with the same id until the hub has answered, and only in the epoch that they were made in. */
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/open.ts'
import { type HubLink, HubRefusal } from '../hub/hub-link.ts'
import { createSendLoop, type SendLoop } from '../hub/send-loop.ts'
import type { Signal } from '../signal.ts'
import type { DocumentStore } from './document-store.ts'

export interface DocumentSenderOptions {
  database: Database
  store: DocumentStore
  link: HubLink
  /** The epoch that this workstation has taken over. */
  epoch: () => string | null
  /** The feed brought something. */
  applied: Signal<unknown>
  clock: Clock
  log: Logger
  firstRetryMs?: number
}

/** Refusals that another attempt does not change: it is kept here, waiting, until there is another connection. */
const heldCodes = ['malformed', 'forbidden', 'too-large', 'too-many', 'unsupported']

const documentSaved = z.object({ ok: z.literal(true), version: z.int().min(1), seq: z.int().min(1) })

export function createDocumentSender(options: DocumentSenderOptions): SendLoop {
  const { database, store, link, epoch, applied, clock, log, firstRetryMs = 500 } = options
  const held = new Set<string>()
  let hubEpoch: string | null = null
  const next = database.transaction(() => store.next(held))
  const saved = database.transaction(store.saved)
  const stale = database.transaction(store.stale)

  /** False when nothing waits, or when it is not known yet what the hub has. */
  async function sendNext(): Promise<boolean> {
    if (hubEpoch === null || epoch() !== hubEpoch) return false
    const document = next.immediate()
    if (document === null) return false
    try {
      const { version, seq } = await link.request('document.save', document, documentSaved)
      saved.immediate(document.opId, version, seq)
    } catch (error) {
      if (!(error instanceof HubRefusal)) throw error
      refused(document.opId, error)
    }
    return true
  }

  function refused(opId: string, refusal: HubRefusal): void {
    if (refusal.code === 'stale') return stale.immediate(opId)
    if (!heldCodes.includes(refusal.code)) throw refusal
    log.warn({ opId, code: refusal.code, message: refusal.message }, 'the hub refused a document, which stays here')
    held.add(opId)
  }

  const stops = [
    link.welcomed.subscribe(({ welcome }) => {
      hubEpoch = welcome.epoch
      held.clear()
    }),
    applied.subscribe(() => loop.poke()),
  ]
  const loop = createSendLoop({ link, clock, log, what: 'documents', sendNext, firstRetryMs })
  return {
    poke: loop.poke,
    close() {
      for (const stop of stops) stop()
      loop.close()
    },
  }
}
