/** What every schedule begins with: a small seeded hub, and consoles that were signed in and in step yesterday. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CaseHead, CaseStep } from '../../native/contract/case.ts'
import type { Put } from '../../native/hub/protocol.ts'
import { prepareCertificates } from '../district/certificates.ts'
import type { HubSeed } from '../district/hub/hub.ts'
import { notInStep, openConsole } from './checker/console-state.ts'
import { readHubPosition } from './checker/hub-state.ts'
import type { ConsoleOpening } from './hosts/console-host.ts'
import type { HostPool, HostRefusal } from './hosts/host-process.ts'
import type { HubOpening } from './hosts/hub-host.ts'
import { until } from './until.ts'

export const subCenter = '110112104'

export interface Account {
  account: string
  password: string
}

/** Whoever sits before console 0, 1 and 2. */
const people = [
  { id: 'p-1', account: 'wang', name: '王建国', role: 'operator' },
  { id: 'p-2', account: 'li', name: '李秀兰', role: 'operator' },
  { id: 'p-3', account: 'zhang', name: '张志强', role: 'duty-leader' },
] as const
export const accounts: readonly Account[] = people.map(({ account }) => ({ account, password: `${account}-2018` }))
export const workstations = ['SZ-01', 'SZ-02', 'SZ-03'] as const
export const tokenOf = (workstation: string) => `token-of-workstation-${workstation}`

const seedData: HubSeed = {
  subCenters: [{ code: subCenter, name: '宋庄镇', letters: 'SZ' }],
  workstations: workstations.map((code) => ({ code, subCenter, token: tokenOf(code) })),
  accounts: people.map((person) => ({ ...person, password: `${person.account}-2018`, subCenter })),
}

export interface Template {
  /** With `hub/` and `console-0/` … in it. */
  folder: string
  tls: { certPem: string; keyPem: string }
  caPem: string
  seedData: HubSeed
  caseIds: readonly string[]
}

/** Channels whose cases end in different ways, and states to begin with. */
const channels = ['field-handset', 'hotline-12345', 'wechat', 'city-platform'] as const
const beginnings: readonly (readonly CaseStep['kind'][])[] = [
  ['report'],
  ['report', 'accept'],
  ['report', 'accept', 'file'],
  ['report', 'accept', 'file', 'dispatch', 'start'],
]
const stateAfter = { report: 'reported', accept: 'accepted', file: 'filed', dispatch: 'dispatched', start: 'handling' }
const station = { kind: 'station', id: '110112104201', name: '小堡村网格工作站' } as const

/** A case as the hub has it from elsewhere. */
export function caseFromElsewhere(id: string, index: number, at: number, description: string): Put & { kind: 'case' } {
  const kinds = beginnings[index % beginnings.length] ?? []
  const states = kinds.map((kind) => stateAfter[kind as keyof typeof stateAfter] as CaseHead['state'])
  const steps = kinds.map((kind, place): CaseStep => ({
    ...{ id: `${id}.${place + 1}`, caseId: id, kind, from: states[place - 1] ?? null, to: states[place] ?? 'reported' },
    ...{ actor: { id: 'field-1', name: '赵铁柱', role: 'grid-member' }, actorAt: at, hubAt: at },
    ...{ remark: '', evidence: [] },
  }))
  const channel = channels[index % channels.length] ?? 'wechat'
  const head: CaseHead = {
    ...{ id, number: `SZ${id}`, subCenter, classCode: 'S0101', channel, state: states.at(-1) ?? 'reported' },
    ...{ urgency: 'normal', description, place: '小堡村', longitude: 116.71, latitude: 39.95 },
    ...{ gridCode: '110112104001', stationCode: '110112104001', reportedAt: at },
    reporter: { name: '王小明', phone: '13812345678', account: '' },
    limit: { startedAt: at, dueAt: at + 3_600_000, stoppedAt: null, kind: 'urgent-hours' },
    assignee: kinds.includes('dispatch') ? station : null,
    ...{ supervised: false, origin: null, request: null, duplicateOf: null, returns: 0, failedChecks: 0 },
    ...{ callBack: null, version: kinds.length },
  }
  return { kind: 'case', case: head, steps }
}

/** Also on a machine that is busy with other things. */
export const startMs = 60_000

export async function makeTemplate(folder: string, hubs: HostPool, consoles: HostPool): Promise<Template> {
  const { certPem, keyPem, caPem } = await prepareCertificates(join(folder, 'certificates'), Date.now)
  const caseIds = Array.from({ length: 24 }, (_, index) => `case-${String(index + 1).padStart(2, '0')}`)
  const template = { folder, tls: { certPem, keyPem }, caPem, seedData, caseIds }
  const hub = hubs.take()
  mkdirSync(join(folder, 'hub'), { recursive: true })
  const opening: HubOpening = {
    ...{ folder: join(folder, 'hub'), logFile: join(folder, 'hub.log'), tls: template.tls, seedData, newEpoch: false },
  }
  const { port } = await hub.ask<{ port: number }>('open', opening)
  for (const [index, id] of caseIds.entries())
    await hub.ask('publish', { subCenter, put: caseFromElsewhere(id, index, Date.now() - 3_600_000, id) })
  await Promise.all(workstations.map((_, index) => prepareConsole(template, index, port, consoles)))
  await hub.ask('close')
  await hubs.giveBack(hub)
  return template
}

async function prepareConsole({ folder, caPem }: Template, index: number, port: number, consoles: HostPool) {
  const dataFolder = join(folder, `console-${index}`)
  const workstation = workstations[index] ?? ''
  const opening: ConsoleOpening = {
    dataFolder,
    hub: { url: `https://127.0.0.1:${port}`, ca: caPem, workstation, token: tokenOf(workstation) },
  }
  const host = consoles.take()
  await host.ask('open', opening)
  await until(startMs, `console ${index} is signed in`, async () => {
    try {
      await host.ask('call', { path: 'session.signIn', input: accounts[index] })
      return true
    } catch (error) {
      if ((error as HostRefusal).code !== 'offline') throw error
      return false
    }
  })
  const database = openConsole(dataFolder)
  const position = readHubPosition(join(folder, 'hub/hub.sqlite'), subCenter)
  await until(startMs, `console ${index} is in step`, () => notInStep(database, position) === null)
  database.close()
  await host.ask('close')
  await consoles.giveBack(host)
}
