/** Tells the workstations of a sub-center who looks at which case and who has taken it on. */
import type { Namespace, Socket } from 'socket.io'
import type { Claim, Seat } from '../../../native/contract/presence.ts'
import type { Answer, Claims } from './claims.ts'
import type { Caller } from './handshake.ts'
import { HubFault } from './hub-fault.ts'

type By = Seat['by']

/** Of one connection. */
export interface Presence {
  look(caseId: string | null, by: By): Promise<void>
  /** Fault: `claimed`. */
  take(caseId: string, by: By, isTakenOver: boolean): Promise<void>
  release(caseId: string): Promise<void>
  /** The connection came, or has gone. */
  announce(): Promise<void>
}

export interface PresenceParts {
  space: Namespace
  claims: Claims
  /** Who has this id in the sub-center. */
  person(subCenter: string, id: string): Answer<By | null>
  clock: () => number
}

/** A claim that is not renewed ends after so long. */
const claimMs = 30 * 60_000
const leaders = ['duty-leader', 'section-chief']

/** The seat is kept with its connection, so that it ends with it, whichever process of the hub serves it. */
export function createPresence(parts: PresenceParts, socket: Socket): Presence {
  const { space, claims, clock } = parts
  const { subCenter, workstation } = socket.data as Caller

  async function announce(): Promise<void> {
    // Where the hub's other processes cannot be asked, this one tells what it knows.
    const own = () => [...space.sockets.values()].filter(({ rooms }) => rooms.has(subCenter))
    const sockets: { data: unknown }[] = await space.in(subCenter).fetchSockets().catch(own)
    const seats = sockets.flatMap(({ data }) => (data as { seat?: Seat }).seat ?? []).slice(0, 500)
    space.to(subCenter).emit('presence.changed', { seats, claims: await claims.list(subCenter, clock()) })
  }

  /** Under the name that the hub has for this person. */
  async function known(by: By): Promise<By> {
    const person = await parts.person(subCenter, by.id)
    if (person && person.role === by.role && person.role !== 'administrator') return person
    throw new HubFault('forbidden', 'this person does not work cases of this sub-center')
  }

  return {
    announce,
    async look(caseId, by) {
      const person = await known(by)
      const data = socket.data as { seat?: Seat }
      if (caseId === null) delete data.seat
      else data.seat = { workstation, caseId, by: person, since: clock() }
      await announce()
    },
    async take(caseId, by, isTakenOver) {
      const person = await known(by)
      const now = clock()
      const claim: Claim = { workstation, caseId, by: person, until: now + claimMs }
      const holder = await claims.take(subCenter, claim, now, isTakenOver && leaders.includes(person.role))
      if (holder) throw new HubFault('claimed', `claimed by ${holder.by.id} at ${holder.workstation}`)
      await announce()
    },
    async release(caseId) {
      await claims.release(subCenter, caseId, workstation)
      await announce()
    },
  }
}
