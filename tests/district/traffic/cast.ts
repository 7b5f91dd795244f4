/** Who acts in a sub-center's cases: its staff, its units, grid members, and the district's people. */
import type { CaseHead, CaseStep } from '../../../native/contract/case.ts'
import type { Geography, Grid, Person } from '../geography/geography.ts'
import { personName, phoneNumber } from '../geography/names.ts'
import { createRandom, type Random } from '../random.ts'
import { demoAccounts } from '../seed-data.ts'
import { findSubCenter, type SubCenter } from '../sub-centers.ts'
import { type Handler, handlers } from './case-class.ts'

export type Actor = CaseStep['actor']
export type Assignee = NonNullable<CaseHead['assignee']>

export interface Cast {
  subCenter: SubCenter
  geography: Geography
  operators: readonly Actor[]
  dutyLeader: Actor
  /** The district's field people (网格监督员), who find cases and check results. */
  supervisors: readonly (Actor & { phone: string })[]
  district: Actor
  /** Who handles a case of this class there. */
  assignee(handler: Handler, stationCode: string): Assignee
  /** The person who acts for an assignee. */
  actorFor(assignee: Assignee): Actor
  gridMember(grid: Grid, random: Random): Person
}

const supervisorCount = 90

export function createCast(geography: Geography, code: string, seed: number): Cast {
  const subCenter = findSubCenter(code)
  const random = createRandom(seed, `cast ${code}`)
  const people = demoAccounts(code)
  const named = (id: string, role: string): Actor => ({ id, name: personName(random), role })
  const [operator, leader] = ['operator', 'duty-leader'].map((role): Actor => {
    const person = people.find((candidate) => candidate.role === role)
    return { id: person?.id ?? `${code}-P0`, name: person?.name ?? '', role }
  }) as [Actor, Actor]
  const contacts = new Map<string, Actor>()
  return {
    subCenter,
    geography,
    operators: [operator, ...[5, 6, 7, 8].map((number) => named(`${code}-P${number}`, 'operator'))],
    dutyLeader: leader,
    supervisors: createSupervisors(seed),
    district: { id: 'district', name: '区网格监督指挥中心', role: 'district' },
    assignee(handler, stationCode) {
      const station = geography.stations.get(stationCode)
      if (handler === 'station' && station)
        return { kind: 'station', id: stationCode, name: `${station.name}网格工作站` }
      return { kind: 'department', id: `${code}-${handler}`, name: subCenter.name + handlers[handler] }
    },
    actorFor(assignee) {
      if (assignee.kind === 'grid-member') return { id: assignee.id, name: assignee.name, role: assignee.kind }
      const contact = contacts.get(assignee.id) ?? named(`${assignee.id}-1`, assignee.kind)
      contacts.set(assignee.id, contact)
      return contact
    },
    gridMember: (grid, stream) => stream.pick(grid.members),
  }
}

/** The same ninety for every sub-center. */
function createSupervisors(seed: number): (Actor & { phone: string })[] {
  const random = createRandom(seed, 'supervisors')
  return Array.from({ length: supervisorCount }, (_, index) => ({
    id: `JD-${String(index + 1).padStart(3, '0')}`,
    name: personName(random),
    role: 'supervisor',
    phone: phoneNumber(random),
  }))
}
