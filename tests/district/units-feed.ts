/** Whom a sub-center's cases may be dispatched to, as the district lists them, with how many open cases each has. */
import type { CaseHead } from '../../native/contract/case.ts'
import type { Unit } from '../../native/contract/unit.ts'
import type { Put } from '../../native/hub/protocol.ts'
import type { Geography } from './geography/geography.ts'
import { phoneNumber } from './geography/names.ts'
import type { Hub } from './hub/hub.ts'
import type { Taken } from './hub/hub-cases.ts'
import { createRandom } from './random.ts'
import { findSubCenter } from './sub-centers.ts'
import { type Handler, handlers } from './traffic/case-class.ts'
import { trafficClasses } from './traffic/catalogue.ts'

/** Standing teams of several departments, by the departments whose classes they take. */
const teams: readonly (readonly [string, readonly Handler[]])[] = [
  ['综合治理联勤队', ['police', 'residents', 'social']],
  ['环境整治联勤队', ['sanitation', 'environment', 'water']],
  ['安全生产联勤队', ['fire', 'safety', 'gas', 'power']],
  ['街面秩序联勤队', ['enforcement', 'market', 'traffic']],
]

const classesOf = (...of: readonly Handler[]) =>
  trafficClasses.filter(({ handler }) => of.includes(handler)).map(({ code }) => code)

/** Stations, grid members, departments and joint-duty teams of one sub-center, all without cases. */
export function listUnits(geography: Geography, subCenter: string, seed: number): Unit[] {
  const random = createRandom(seed, `units ${subCenter}`)
  const { name: town } = findSubCenter(subCenter)
  const none = { gridCodes: [], classCodes: [], load: 0 }
  const stations = [...geography.stations.values()].filter((station) => station.subCenter === subCenter)
  const departments = (Object.keys(handlers) as Handler[]).filter((handler) => handler !== 'station')
  return [
    ...stations.map(({ code, name, gridCodes }): Unit => {
      const phone = phoneNumber(random)
      const classCodes = classesOf('station')
      return { ...none, id: code, kind: 'station', name: `${name}网格工作站`, phone, gridCodes, classCodes }
    }),
    ...geography.gridsOf(subCenter).flatMap(({ code, leader, members }) =>
      [leader, ...members].map(({ id, name, phone }): Unit => {
        return { ...none, id, kind: 'grid-member', name, phone, gridCodes: [code] }
      }),
    ),
    ...departments.map((handler): Unit => {
      const [id, phone] = [`${subCenter}-${handler}`, phoneNumber(random)]
      return { ...none, id, kind: 'department', name: town + handlers[handler], phone, classCodes: classesOf(handler) }
    }),
    ...teams.map(([name, of], index): Unit => {
      const [id, phone] = [`${subCenter}-LQ${index + 1}`, phoneNumber(random)]
      return { ...none, id, kind: 'joint-duty-team', name: town + name, phone, classCodes: classesOf(...of) }
    }),
  ]
}

export interface UnitsFeed {
  /** Publishes what the hub does not say yet. */
  publish(): void
  /** Keeps the loads after these steps. */
  followed(steps: readonly Taken[]): void
}

export interface UnitsFeedOptions {
  hub: () => Hub
  geography: Geography
  subCenter: string
  seed: number
}

/** Who has the case in hand just now; null when nobody has. */
function holderOf({ state, assignee }: CaseHead): string | null {
  return assignee && ['dispatched', 'handling', 'suspended'].includes(state) ? assignee.id : null
}

export function createUnitsFeed({ hub, geography, subCenter, seed }: UnitsFeedOptions): UnitsFeed {
  const units = new Map(listUnits(geography, subCenter, seed).map((unit) => [unit.id, unit]))
  const holders = new Map<string, string>()

  /** Answers the ids of the units whose load it changed. */
  function count(head: CaseHead): string[] {
    const [before, after] = [holders.get(head.id) ?? null, holderOf(head)]
    if (before === after) return []
    if (after === null) holders.delete(head.id)
    else holders.set(head.id, after)
    for (const [id, change] of [[before, -1] as const, [after, 1] as const]) {
      const unit = id === null ? undefined : units.get(id)
      if (unit) unit.load += change
    }
    return [before, after].filter((id) => id !== null)
  }
  const putsOf = (ids: Iterable<string>): Put[] =>
    [...new Set(ids)].flatMap((id) => {
      const unit = units.get(id)
      return unit ? [{ kind: 'unit', unit, removed: false }] : []
    })
  return {
    publish() {
      for (const { head } of hub().present.openCases(subCenter)) count(head)
      const published = new Map(
        hub()
          .present.units(subCenter)
          .map((unit) => [unit.id, JSON.stringify(unit)]),
      )
      const changed = [...units.values()].filter((unit) => published.get(unit.id) !== JSON.stringify(unit))
      if (changed.length > 0) hub().publishMany(subCenter, putsOf(changed.map(({ id }) => id)))
    },
    followed(steps) {
      const changed = steps.flatMap((step) => (step.subCenter === subCenter ? count(step.head) : []))
      const puts = putsOf(changed)
      if (puts.length > 0) hub().publishMany(subCenter, puts)
    },
  }
}
