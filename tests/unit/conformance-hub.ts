/** A district for the conformance kit, with a fault or without, and all that the kit may ask for. */
import { onTestFinished } from 'vitest'
import type { Extras } from '../conformance/line.ts'
import type { Target } from '../conformance/wire.ts'
import { startDistrict } from '../district/district.ts'
import { workstationToken } from '../district/seed-data.ts'
import { silent, temporaryFolder } from './support.ts'

export async function openKitHub(hubFault: string | null, patienceMs = 10_000) {
  const district = await startDistrict({ folder: temporaryFolder(), clock: Date.now, log: silent, hubFault })
  onTestFinished(() => district.close())
  const person = district.accounts.find(({ role }) => role === 'operator')
  if (!person) throw new Error('the district has no operator')
  const target: Target = {
    ...{ url: district.hub.url, ca: district.certificates.caPem, isUnverified: false, patienceMs },
    ...{ workstation: district.workstation.code, token: district.workstation.token },
  }
  const extras: Extras = {
    account: { account: person.account, password: person.password },
    person: null,
    second: { workstation: 'SZ-03', token: workstationToken(1, 'SZ-03') },
    restart: async () => {
      await district.stopHub()
      await district.startHub()
    },
    grid: district.geography.gridsOf(district.subCenter)[0]?.code ?? null,
  }
  /** Of another sub-center. */
  const stranger = { workstation: 'ZJW-01', token: workstationToken(1, 'ZJW-01') }
  return { district, target, extras, stranger }
}
