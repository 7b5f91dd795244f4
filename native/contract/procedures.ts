/** What every entry of the contract begins with: who may call it, and how a topic travels. */
import { eventIterator, oc, type } from '@orpc/contract'
import { type Role, roles } from './vocabulary.ts'

/** `anyone` is also for nobody signed in; keep it to what a sign-in screen needs. */
interface Access {
  access: 'anyone' | readonly Role[]
}

export type Topic<Snapshot, Delta> =
  { kind: 'snapshot'; sequence: number; snapshot: Snapshot } | { kind: 'delta'; sequence: number; delta: Delta }

const base = oc.$meta<Access>({ access: [] })
export const anyone = base.meta({ access: 'anyone' })
/** Everybody who may see cases: an administrator may not. */
export const caseworkers = base.meta({ access: ['operator', 'duty-leader', 'section-chief'] })
/** Who answers for the shift. */
export const leaders = base.meta({ access: ['duty-leader', 'section-chief'] })
/** Who may make and restore backups. */
export const keepers = base.meta({ access: ['duty-leader', 'administrator'] })
export const everybody = base.meta({ access: roles })

/** Topic of T with deltas of D. */
export function topic<S, D>() {
  return eventIterator(type<Topic<S, D>>())
}
