/** The field handsets (社管通) as far as instructions go: who has one where, and that they receive and open what is sent. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Geography, Grid } from './geography/geography.ts'
import type { Hub } from './hub/hub.ts'
import type { Recipients } from './hub/instructions.ts'

/** People of the ground: one person, everybody of a station's grids, everybody on a grid. */
export function recipientsFrom(geography: Geography): Recipients {
  const everybody = (grids: readonly Grid[]) =>
    grids.flatMap(({ leader, members }) => [leader, ...members]).map(({ id, name }) => ({ id, name }))
  return (subCenter, { kind, code }) => {
    const grids = geography.gridsOf(subCenter)
    if (kind === 'person') {
      const person = everybody(grids).find(({ id }) => id === code)
      return person ? { name: person.name, people: [person] } : null
    }
    const meant = grids.filter((grid) => (kind === 'grid' ? grid.code : grid.stationCode) === code)
    const station = geography.stations.get(meant[0]?.stationCode ?? '')
    if (!station) return null
    const name = kind === 'grid' ? `${station.name}第${Number(code.slice(-2))}网格` : `${station.name}网格工作站`
    return { name, people: everybody(meant).slice(0, 500) }
  }
}

export interface Handsets {
  /** An instruction (the `latest` one, or by id) arrives at everybody's handset, or at one person's. */
  receive(instructionId: string, personId?: string): void
  /** It is opened there; what is opened has arrived. */
  open(instructionId: string, personId?: string): void
}

const roundMs = 3000

/** Handsets in the pocket: what was sent last arrives after a round and is opened, one handset a round. */
export async function runHandsets(hub: () => Hub | null, subCenter: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const instructions = hub()?.instructions
    const last = instructions?.latest(subCenter)
    const unread = last?.recipients.find(({ readAt }) => readAt === null)
    if (instructions && last && unread) {
      const hasArrived = unread.deliveredAt !== null
      instructions.mark(subCenter, last.id, hasArrived ? 'readAt' : 'deliveredAt', hasArrived ? unread.id : undefined)
    }
    await sleep(roundMs, undefined, { signal }).catch(() => undefined)
  }
}

export function createHandsets(hub: () => Hub, subCenter: string): Handsets {
  const idOf = (id: string) => (id === 'latest' ? (hub().instructions.latest(subCenter)?.id ?? id) : id)
  return {
    receive: (id, personId) => hub().instructions.mark(subCenter, idOf(id), 'deliveredAt', personId),
    open: (id, personId) => hub().instructions.mark(subCenter, idOf(id), 'readAt', personId),
  }
}
