/** Real consoles push to several hub processes behind one address while processes are killed, one and then all: nothing lost, nothing twice. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operator } from '../../../native/contract/case.ts'
import { prepareCertificates } from '../../district/certificates.ts'
import { startHubProcesses } from '../../district/hub-at-scale/hub-processes.ts'
import { noInput } from '../../district/traffic/step.ts'
import { openConsole } from '../hub/console-parts.ts'
import { eventually, temporaryFolder } from '../support.ts'
import { casePut, silent, subCenter, token } from './hub-harness.ts'
import { type HubServices, missingServices, startHubServices } from './hub-services.ts'
import { openScaledHub } from './scaled-harness.ts'

const consoleCount = 4
const processCount = 3
const rounds = 50
const operator: Operator = {
  ...{ id: 'p-1', account: 'wang', name: '王建国', role: 'operator', subCenter, subCenterName: '宋庄镇' },
}

function writeConfiguration(folder: string, url: string): string {
  const file = join(folder, 'console.json')
  writeFileSync(join(folder, 'console.token'), token)
  const hub = { url, ca: './ca.pem', workstation: 'SZ-01', tokenFile: './console.token' }
  writeFileSync(file, JSON.stringify({ hub, dataFolder: './console' }))
  return file
}

describe.skipIf(missingServices() !== null)('hub processes behind one address', () => {
  let services: HubServices
  beforeAll(async () => {
    services = await startHubServices()
  }, 60_000)
  afterAll(() => services[Symbol.asyncDispose](), 60_000)

  it(
    'lose nothing and do nothing twice when they are killed, one and then all at once',
    { timeout: 120_000 },
    async () => {
      const ids = Array.from({ length: consoleCount }, (_, index) => `c-${index}`)
      await using harness = await openScaledHub(
        services,
        (hub) =>
          hub.publishMany(
            subCenter,
            ids.map((id) => casePut(id)),
          ),
        { count: 0 },
      )
      const { folder, databaseUrl, database } = harness
      await using stack = new AsyncDisposableStack()
      const processes = await startHubProcesses({
        ...{ count: processCount, port: 0, folder, seed: 1, databaseUrl, redisUrl: services.redisUrl, log: silent },
      })
      stack.defer(processes.close)
      await prepareCertificates(folder, Date.now)
      const configuration = writeConfiguration(folder, processes.url)
      const consoles = ids.map(() => openConsole(configuration, temporaryFolder(), { reconnectMs: 20 }))
      stack.defer(() => consoles.forEach((one) => one.close()))
      for (const one of consoles) await eventually(() => ids.every((id) => one.cases.head(id)))

      /** How far the database says that each console has come. */
      const lastSeqs = async () => {
        const { rows } = await database.query<{ client_id: string; last_seq: number }>('SELECT * FROM clients')
        return consoles.map((one) => rows.find((row) => row.client_id === one.store.position().clientId)?.last_seq ?? 0)
      }
      const missingOf = (kept: number[], answered: number[]) =>
        answered.filter((seq, index) => seq > (kept[index] ?? 0))
      const first = processes.pids()
      const waiting = () => consoles.reduce((sum, one) => sum + one.outbox.counts().waiting, 0)
      for (let round = 0; round < rounds; round += 1) {
        // Each works a case of its own and the one that all work.
        for (const [index, one] of consoles.entries())
          one.ownSteps.take(operator, ids[round % 2 ? 0 : index] ?? '', 'remark', {
            ...noInput,
            remark: `第${round}步`,
          })
        if (round === 15) process.kill(first[0] ?? 0, 'SIGKILL')
        if (round === 30 || round === 45) {
          // All at once, just when something was answered. Consoles would send it again: so it is looked for before they can.
          const before = waiting()
          await eventually(() => waiting() < before)
          const answered = consoles.map((one) => round + 1 - one.outbox.counts().waiting)
          for (const pid of processes.pids()) process.kill(pid, 'SIGKILL')
          expect(missingOf(await lastSeqs(), answered)).toEqual([])
        }
        await eventually(() => consoles.some((one) => one.outbox.counts().waiting < 3))
      }
      await eventually(() => waiting() === 0)
      await eventually(
        () => processes.pids().length === processCount && !processes.pids().some((pid) => first.includes(pid)),
      )

      const { rows: changes } = await database.query<{ seq: number; put: string }>(
        'SELECT seq, put FROM changes WHERE sub_center = $1 ORDER BY seq',
        [subCenter],
      )
      const steps = consoleCount * rounds
      expect(changes.map(({ seq }) => seq)).toEqual(
        Array.from({ length: consoleCount + steps }, (_, index) => index + 1),
      )
      const taken = changes.flatMap(({ put }) =>
        (JSON.parse(put) as { steps: { id: string }[] }).steps.map(({ id }) => id),
      )
      expect(new Set(taken).size).toBe(steps)
      expect(taken).toHaveLength(steps)
      for (const one of consoles) {
        const { rows } = await database.query<{ client_seq: number; status: string; op_id: string }>(
          'SELECT client_seq, status, op_id FROM operations WHERE client_id = $1 ORDER BY client_seq',
          [one.store.position().clientId],
        )
        expect(rows.map(({ client_seq, status }) => `${client_seq} ${status}`)).toEqual(
          Array.from({ length: rounds }, (_, index) => `${index + 1} applied`),
        )
        expect(rows.every(({ op_id }) => taken.includes(op_id))).toBe(true)
        expect(one.cases.file(ids[0] ?? '', 'operator')?.parked).toEqual([])
      }
      // And every console has what the others did.
      const [shared] = ids as [string]
      const versionOf = (one: (typeof consoles)[0]) => one.cases.head(shared)?.version
      await eventually(() => consoles.every((one) => versionOf(one) === 1 + (consoleCount + 1) * (rounds / 2)))
    },
  )
})
