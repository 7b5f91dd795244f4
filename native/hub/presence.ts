/** Who else of the sub-center works on which case: tells the hub what is open here, hears what it tells of all. */
import type { Logger } from 'pino'
import type { Operator } from '../contract/case.ts'
import type { Presence, PresenceState } from '../contract/presence.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import { type HubLink, HubRefusal } from './hub-link.ts'
import { done } from './protocol.ts'

export interface HubPresence {
  changed: Signal<void>
  state(): PresenceState
  /** Which case this workstation has open; null: none. Told again after each reconnection. */
  look(operator: Operator, caseId: string | null): void
  /** Faults: `offline`, `forbidden`, `conflict` (claimed). */
  claim(operator: Operator, caseId: string, isTakenOver: boolean): Promise<void>
  /** Idempotent. Fault: `offline`. */
  release(caseId: string): Promise<void>
  close(): void
}

export interface HubPresenceOptions {
  link: HubLink
  workstation: string
  /** Nobody signed in looks at nothing. */
  signedOut: Signal<void>
  log: Logger
}

const nobody: Presence = { seats: [], claims: [] }

/** Without the hub nobody knows what others do: the state says so and is empty. */
export function createHubPresence({ link, workstation, signedOut, log }: HubPresenceOptions): HubPresence {
  const changed = createEmitter<void>()
  let told = nobody
  let isKnown = false
  let seat: { caseId: string | null; by: ReturnType<typeof actorOf> } | null = null

  const set = (next: Presence, known: boolean) => {
    told = next
    isKnown = known
    changed.emit()
  }
  const tell = () => {
    if (!seat || !link.state().isConnected) return
    link.request('presence.look', seat, done).catch((error: unknown) => {
      log.debug({ error: String(error) }, 'the hub was not told which case is open')
    })
  }
  /** A connection ends with its signal; what was heard over it then no longer counts. */
  const stops = [
    link.presence.subscribe(({ seats, claims }) => set({ seats, claims }, true)),
    link.welcomed.subscribe(({ signal }) => {
      signal.addEventListener('abort', () => set(nobody, false), { once: true })
      tell()
    }),
    signedOut.subscribe(() => {
      if (seat) seat = { ...seat, caseId: null }
      tell()
      seat = null
    }),
  ]
  return {
    changed,
    state: () => ({ ...told, workstation, isKnown }),
    look(operator, caseId) {
      const by = actorOf(operator)
      if (seat?.caseId === caseId && seat.by.id === by.id) return
      seat = { caseId, by }
      tell()
    },
    async claim(operator, caseId, isTakenOver) {
      const payload = { caseId, by: actorOf(operator), isTakenOver }
      await link.request('claim.take', payload, done).catch(refusedClaim)
    },
    async release(caseId) {
      await link.request('claim.release', { caseId }, done)
    },
    close: () => stops.forEach((stop) => stop()),
  }
}

function actorOf({ id, name, role }: Operator) {
  return { id, name, role }
}

function refusedClaim(error: unknown): never {
  if (!(error instanceof HubRefusal)) throw error
  if (error.code === 'claimed') throw new Fault('conflict', error.message, 'claimed', error)
  throw new Fault('forbidden', `the hub refused a claim: ${error.code}`, undefined, error)
}
