/** Two workstations of one sub-center at a real hub: who looks at which case, and who has taken it on. */
import { createRouterClient } from '@orpc/server'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfiguration } from '../../native/configuration.ts'
import type { PresenceState } from '../../native/contract/presence.ts'
import { openWorkstation } from '../../native/workstation.ts'
import { startDistrict } from '../district/district.ts'
import { stateOf } from './duty-console.ts'
import { silent, temporaryFolder } from './support.ts'

async function openBoth() {
  const district = await startDistrict({ folder: temporaryFolder(), clock: Date.now, log: silent })
  onTestFinished(() => district.close())
  async function open(configFile: string, role: string) {
    const configuration = loadConfiguration(configFile)
    const workstation = await openWorkstation({
      configuration,
      allowedOrigins: [],
      log: silent,
      pace: { heartbeatMs: 50 },
    })
    onTestFinished(() => workstation.close())
    const client = createRouterClient(workstation.router)
    const { account = '', password = '' } = district.accounts.find((one) => one.role === role) ?? {}
    await stateOf(
      (signal) => client.link.watch(undefined, { signal }),
      ({ phase }) => phase === 'online',
    )
    await client.session.signIn({ account, password })
    const told = (isMeant: (state: PresenceState) => boolean) =>
      stateOf<PresenceState>((signal) => client.presence.watch(undefined, { signal }), isMeant)
    return { client, workstation, told }
  }
  const one = await open(district.configFile, 'operator')
  const other = await open(district.configFileOf(3), 'duty-leader')
  return { district, one, other }
}

test('each sees what the other has open, until it is closed or the workstation goes', async () => {
  const { one, other } = await openBoth()
  await one.client.presence.look({ caseId: 'case-1' })
  const { seats } = await other.told((state) => state.seats.length === 1)
  expect(seats).toMatchObject([{ workstation: 'SZ-02', caseId: 'case-1', by: { name: '王建国', role: 'operator' } }])
  await other.client.presence.look({ caseId: 'case-1' })
  await one.told((state) => state.seats.length === 2)
  await one.client.presence.look({ caseId: null })
  await other.told((state) => state.seats.length === 1)
  await other.client.session.signOut()
  await one.told((state) => state.seats.length === 0)
  await other.workstation.close()
  await one.client.presence.look({ caseId: 'case-2' })
  await one.told((state) => state.seats[0]?.caseId === 'case-2')
})

test('one has the case, the other is told who; a leader may take it over; it is given up', async () => {
  const { one, other } = await openBoth()
  const claim = { caseId: 'case-1', isTakenOver: false }
  await one.client.presence.claim(claim)
  await one.client.presence.claim(claim)
  const { claims } = await other.told((state) => state.claims.length === 1)
  expect(claims).toMatchObject([{ workstation: 'SZ-02', caseId: 'case-1', by: { name: '王建国' } }])
  await expect(other.client.presence.claim(claim)).rejects.toMatchObject({
    code: 'conflict',
    data: { reason: 'claimed' },
  })
  await other.client.presence.release({ caseId: 'case-1' })
  await one.told((state) => state.claims[0]?.workstation === 'SZ-02')

  await other.client.presence.claim({ ...claim, isTakenOver: true })
  await one.told((state) => state.claims[0]?.workstation === 'SZ-03')
  await expect(one.client.presence.claim({ ...claim, isTakenOver: true })).rejects.toMatchObject({ code: 'conflict' })
  await other.client.presence.release({ caseId: 'case-1' })
  await one.told((state) => state.claims.length === 0)
})

test('without the hub nobody is known; afterwards the open case is told again and claims still hold', async () => {
  const { district, one, other } = await openBoth()
  await one.client.presence.look({ caseId: 'case-1' })
  await one.client.presence.claim({ caseId: 'case-1', isTakenOver: false })
  await other.told((state) => state.claims.length === 1)
  await district.stopHub()
  await other.told((state) => !state.isKnown && state.seats.length === 0 && state.claims.length === 0)
  await expect(other.client.presence.claim({ caseId: 'case-2', isTakenOver: false })).rejects.toMatchObject({
    code: 'offline',
  })
  await district.startHub()
  for (const { client } of [one, other]) await client.link.retry()
  await other.told((state) => state.isKnown && state.seats.length === 1 && state.claims.length === 1)
})
