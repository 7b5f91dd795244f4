/** Tells the workstations of a sub-center who looks at which case, who has taken it on, and who has a camera in hand. */
import type { Namespace, Socket } from 'socket.io'
import type { Claim, Seat } from '../../../native/contract/presence.ts'
import { type Lease, leaseMs } from '../../../native/contract/ptz.ts'
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
  /** A camera in hand. Fault: `claimed`. */
  takeLease(cameraId: string, by: By, isTakenOver: boolean): Promise<void>
  releaseLease(cameraId: string): Promise<void>
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
/** From who gives way to who does not. */
const rank = ['operator', 'duty-leader', 'section-chief']
/** Leases are kept with the claims, under a key that no case has: an identifier holds no space. */
const leasePrefix = 'lease '
const leaseKey = (cameraId: string) => `${leasePrefix}${cameraId}`
const isLease = ({ caseId }: Claim) => caseId.startsWith(leasePrefix)

function leaseOf({ caseId, workstation, by, until }: Claim): Lease {
  return { workstation, cameraId: caseId.slice(leasePrefix.length), by, until }
}

/** The seat is kept with its connection, so that it ends with it, whichever process of the hub serves it. */
export function createPresence(parts: PresenceParts, socket: Socket): Presence {
  const { space, claims, clock } = parts
  const { subCenter, workstation } = socket.data as Caller

  async function announce(): Promise<void> {
    // Where the hub's other processes cannot be asked, this one tells what it knows.
    const own = () => [...space.sockets.values()].filter(({ rooms }) => rooms.has(subCenter))
    const sockets: { data: unknown }[] = await space.in(subCenter).fetchSockets().catch(own)
    const seats = sockets.flatMap(({ data }) => (data as { seat?: Seat }).seat ?? []).slice(0, 500)
    const held = await claims.list(subCenter, clock())
    const leases = held.filter(isLease).map(leaseOf).slice(0, 500)
    space.to(subCenter).emit('presence.changed', { seats, claims: held.filter((claim) => !isLease(claim)), leases })
  }

  /** Under the name that the hub has for this person. */
  async function known(by: By): Promise<By> {
    const person = await parts.person(subCenter, by.id)
    if (person && person.role === by.role && person.role !== 'administrator') return person
    throw new HubFault('forbidden', 'this person does not work cases of this sub-center')
  }

  async function hold(key: string, person: By, ms: number, overridden: readonly string[]): Promise<void> {
    const now = clock()
    const claim: Claim = { workstation, caseId: key, by: person, until: now + ms }
    const holder = await claims.take(subCenter, claim, now, overridden)
    if (holder) throw new HubFault('claimed', `claimed by ${holder.by.id} at ${holder.workstation}`)
    await announce()
  }
  async function giveUp(key: string): Promise<void> {
    await claims.release(subCenter, key, workstation)
    await announce()
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
      await hold(caseId, person, claimMs, isTakenOver && rank.indexOf(person.role) > 0 ? rank : [])
    },
    release: giveUp,
    async takeLease(cameraId, by, isTakenOver) {
      const person = await known(by)
      await hold(leaseKey(cameraId), person, leaseMs, isTakenOver ? rank.slice(0, rank.indexOf(person.role)) : [])
    },
    releaseLease: (cameraId) => giveUp(leaseKey(cameraId)),
  }
}
