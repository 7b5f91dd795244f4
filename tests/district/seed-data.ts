/** What the district's hub knows from the start: sub-centers, workstations with tokens, and the demo's accounts. */
import { createHash } from 'node:crypto'
import type { Operator } from '../../native/contract/case.ts'
import type { HubSeed } from './hub/hub.ts'
import type { AccountSeed } from './hub/accounts.ts'
import { findSubCenter, subCenters } from './sub-centers.ts'

const people: readonly { name: string; role: Operator['role']; suffix: string }[] = [
  { name: '王建国', role: 'operator', suffix: 'operator' },
  { name: '李秀兰', role: 'duty-leader', suffix: 'leader' },
  { name: '张志强', role: 'section-chief', suffix: 'chief' },
  { name: '刘洋', role: 'administrator', suffix: 'admin' },
]

/** Accounts of one sub-center, e.g. `sz-operator`. The passwords are printed on purpose: the district is simulated. */
export function demoAccounts(subCenter: string): AccountSeed[] {
  const { code, letters } = findSubCenter(subCenter)
  const prefix = letters.toLowerCase()
  return people.map(({ name, role, suffix }, index) => ({
    id: `${code}-P${index + 1}`,
    account: `${prefix}-${suffix}`,
    password: `${prefix}-${suffix}-2018`,
    name,
    role,
    subCenter: code,
  }))
}

/** A district's tokens follow from its seed, so that a restarted district still knows its workstations. */
export function workstationToken(seed: number, workstation: string): string {
  return createHash('sha256').update(`district ${seed} workstation ${workstation}`).digest('base64url')
}

/** Every sub-center with three workstations; accounts in `subCenter` only. */
export function hubSeed(seed: number, subCenter: string): HubSeed {
  return {
    subCenters,
    workstations: subCenters.flatMap(({ code, letters }) =>
      [1, 2, 3].map((number) => {
        const workstation = `${letters}-0${number}`
        return { code: workstation, subCenter: code, token: workstationToken(seed, workstation) }
      }),
    ),
    accounts: demoAccounts(subCenter),
  }
}
