/**
 * Who has which camera in hand. The hub decides, so that all workstations of the sub-center agree; without it a lease holds at this workstation
 * alone, and is asked for as soon as the hub is back.
 */
import type { Logger } from 'pino'
import type { Operator } from '../contract/case.ts'
import { type Lease, leaseMs, type LeaseState } from '../contract/ptz.ts'
import type { Clock } from '../clock.ts'
import { Fault } from '../fault.ts'
import { type HubLink, HubRefusal } from '../hub/hub-link.ts'
import { done } from '../hub/protocol.ts'
import { createEmitter, type Signal } from '../signal.ts'

export interface Leases {
  changed: Signal<void>
  state(): LeaseState
  /** Fault: `conflict` (lease-held). Taking one's own renews it. */
  take(operator: Operator, cameraId: string, isTakenOver: boolean): Promise<void>
  /** Idempotent; the hub is told when it is there. */
  release(cameraId: string): Promise<void>
  /** Says that the camera is being used, and renews in time. Fault: `conflict` (lease-needed). */
  use(operator: Pick<Operator, 'id'>, cameraId: string): void
  holder(cameraId: string): Lease | null
  /** A lease of this workstation has ended, by whatever cause. */
  ended: Signal<{ cameraId: string; to: Lease['by'] | null }>
  /** Nobody is signed in any more. */
  releaseAll(): void
  close(): void
}

export interface LeasesOptions {
  link: Pick<HubLink, 'request' | 'presence' | 'welcomed' | 'state'>
  workstation: string
  clock: Clock
  log: Logger
}

/** Renewed when this much of it is left. */
const renewAtMs = leaseMs / 2

export function createLeases({ link, workstation, clock, log }: LeasesOptions): Leases {
  const changed = createEmitter<void>()
  const ended = createEmitter<{ cameraId: string; to: Lease['by'] | null }>()
  const closing = new AbortController()
  const mine = new Map<string, Lease>()
  let others: Lease[] = []
  let isShared = false
  let lost: LeaseState['lost'] = null
  let watching: AbortController | null = null

  const end = (cameraId: string, to: Lease['by'] | null) => {
    if (!mine.delete(cameraId)) return
    if (to) lost = { cameraId, to, at: clock.now() }
    ended.emit({ cameraId, to })
    changed.emit()
  }
  const othersHave = (cameraId: string) =>
    others.find((lease) => lease.cameraId === cameraId && lease.until > clock.now()) ?? null

  /** False: the hub is away or knows no leases. Throws `conflict` (lease-held). */
  async function askHub(lease: Lease, isTakenOver: boolean): Promise<boolean> {
    if (!link.state().isConnected) return false
    const { cameraId, by } = lease
    try {
      await link.request('lease.take', { cameraId, by, isTakenOver }, done)
      return true
    } catch (error) {
      if (error instanceof HubRefusal && error.code === 'claimed') {
        throw new Fault('conflict', error.message, 'lease-held', error)
      }
      if (error instanceof HubRefusal && error.code === 'forbidden') throw new Fault('forbidden', error.message)
      log.debug({ cameraId, error: String(error) }, 'the hub was not asked for a lease')
      return false
    }
  }
  const renew = (lease: Lease) =>
    askHub(lease, false).catch((error: unknown) => {
      // Somebody else has it now: they were told that nobody had.
      if (error instanceof Fault) end(lease.cameraId, othersHave(lease.cameraId)?.by ?? null)
    })

  /** Ends what runs out, at its time. */
  async function watchTime(): Promise<void> {
    watching?.abort()
    watching = new AbortController()
    const { signal } = watching
    const ending = AbortSignal.any([signal, closing.signal])
    for (;;) {
      const next = Math.min(...[...mine.values(), ...others].map(({ until }) => until))
      if (!Number.isFinite(next)) return
      await clock.sleep(Math.max(0, next - clock.now()), ending)
      for (const lease of [...mine.values()]) if (lease.until <= clock.now()) end(lease.cameraId, null)
      others = others.filter(({ until }) => until > clock.now())
      changed.emit()
    }
  }
  const timed = () => void watchTime().catch(() => undefined)

  function hear(leases: readonly Lease[]): void {
    isShared = true
    // The hub's clock may be another: a lease that it tells holds for its whole time from now at most.
    const latest = clock.now() + leaseMs
    others = leases
      .filter((lease) => lease.workstation !== workstation)
      .map((lease) => ({ ...lease, until: Math.min(Math.max(lease.until, clock.now() + 1), latest) }))
    for (const cameraId of [...mine.keys()]) {
      const other = othersHave(cameraId)
      if (other) end(cameraId, other.by)
    }
    timed()
    changed.emit()
  }

  const stops = [
    link.presence.subscribe(({ leases }) => hear(leases)),
    link.welcomed.subscribe(({ signal }) => {
      signal.addEventListener('abort', () => {
        isShared = false
        others = []
        changed.emit()
      })
      for (const lease of mine.values()) void renew(lease)
    }),
  ]
  return {
    changed,
    ended,
    state: () => ({ leases: [...mine.values(), ...others], workstation, isShared, lost }),
    async take(operator, cameraId, isTakenOver) {
      const { id, name, role } = operator
      const lease: Lease = { workstation, cameraId, by: { id, name, role }, until: clock.now() + leaseMs }
      await askHub(lease, isTakenOver)
      mine.set(cameraId, lease)
      others = others.filter((one) => one.cameraId !== cameraId)
      if (lost?.cameraId === cameraId) lost = null
      timed()
      changed.emit()
    },
    async release(cameraId) {
      if (!mine.has(cameraId)) return
      end(cameraId, null)
      if (!link.state().isConnected) return
      await link.request('lease.release', { cameraId }, done).catch((error: unknown) => {
        log.debug({ cameraId, error: String(error) }, 'the hub was not told that a camera is free')
      })
    },
    use(operator, cameraId) {
      const lease = mine.get(cameraId)
      if (!lease || lease.by.id !== operator.id || lease.until <= clock.now()) {
        throw new Fault('conflict', 'the camera is not in this hand', 'lease-needed')
      }
      if (lease.until - clock.now() > renewAtMs) return
      const renewed = { ...lease, until: clock.now() + leaseMs }
      mine.set(cameraId, renewed)
      timed()
      changed.emit()
      void renew(renewed)
    },
    holder: (cameraId) => mine.get(cameraId) ?? othersHave(cameraId),
    releaseAll() {
      for (const cameraId of [...mine.keys()]) void this.release(cameraId)
    },
    close() {
      stops.forEach((stop) => stop())
      closing.abort()
    },
  }
}
