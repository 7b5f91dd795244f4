/** A whole district without cameras: what a console finds, live traffic under an injected clock, a hub that comes and goes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { StepInput } from '../../../native/contract/case.ts'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import { listCameras } from '../../district/cameras-in-place.ts'
import { type DistrictOptions, startDistrict } from '../../district/district.ts'
import type { Hub } from '../../district/hub/hub.ts'
import { noInput } from '../../district/traffic/step.ts'
import { createTraffic, type Desk } from '../../district/traffic/traffic.ts'
import { silent } from './hub-harness.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'district-'))
  folders.push(folder)
  return folder
}

async function open(options: Partial<DistrictOptions> = {}) {
  const folder = options.folder ?? newFolder()
  const district = await startDistrict({ folder, clock: Date.now, log: silent, ...options })
  return Object.assign(district, { [Symbol.asyncDispose]: () => district.close() })
}

describe('district', () => {
  it('writes what a console needs', async () => {
    await using district = await open()
    const { hub, dataFolder } = JSON.parse(readFileSync(district.configFile, 'utf8')) as Record<string, unknown>
    expect(hub).toEqual({ url: district.hub.url, ca: './ca.pem', workstation: 'SZ-02', tokenFile: './SZ-02.token' })
    expect(dataFolder).toBe('./console')
    expect(readFileSync(district.workstation.tokenFile, 'utf8').trim()).toBe(district.workstation.token)
    expect(district.accounts.map(({ role }) => role)).toHaveLength(4)
  })

  it('has a past and takes a report from the field', async () => {
    await using district = await open({ history: 500 })
    expect(district.hub.present.openCases(district.subCenter).length).toBeGreaterThan(20)
    const before = district.hub.head(district.subCenter)
    const head = district.reportFromField({ place: '小堡村广场', classCode: 'S0102' })
    expect(head).toMatchObject({ channel: 'field-handset', place: '小堡村广场', classCode: 'S0102', state: 'reported' })
    expect(district.hub.head(district.subCenter)).toBe(before + 1)
  })

  it('comes back with its epoch, its port and its numbering', async () => {
    await using district = await open()
    const { epoch, port } = district.hub
    const first = district.reportFromField()
    await district.stopHub()
    expect(() => district.reportFromField()).toThrow('stopped')
    await district.startHub()
    expect(district.hub).toMatchObject({ epoch, port })
    const second = district.reportFromField()
    expect(second.id > first.id).toBe(true)
  })

  it('says that a folder is a file, and leaves nothing open', async () => {
    const file = join(newFolder(), 'taken')
    writeFileSync(file, '')
    await expect(open({ folder: file })).rejects.toThrow(/cannot be (written|used)/)
  })
})

describe('live traffic', () => {
  it('brings reports and moves cases at the rate it is given', async () => {
    let now = Date.parse('2018-06-13T10:00:00+08:00')
    await using district = await open({ clock: () => now })
    let hub: Hub | null = district.hub
    const traffic = createTraffic({
      ...{ hub: () => hub, geography: district.geography, seed: 1, accelerate: 10, clock: () => now },
      rates: new Map([[district.subCenter, 420]]),
    })
    traffic.begin()
    const head = () => district.hub.head(district.subCenter)
    const start = head()
    for (let second = 0; second < 1800; second += 2, now += 2000) traffic.advance()
    const changes = head() - start
    const lives = district.hub.present.openCases(district.subCenter)
    // 87 reports are expected in half an hour at ten times 420 a day, and several steps for each.
    expect(changes).toBeGreaterThan(180)
    expect(changes).toBeLessThan(900)
    expect(new Set(lives.map((life) => life.head.state)).size).toBeGreaterThan(3)
    const stopped = head()
    hub = null
    now += 600_000
    traffic.advance()
    hub = district.hub
    expect(head()).toBe(stopped)
    traffic.advance()
    expect(head()).toBeGreaterThan(stopped)
  })
})

describe('a manned desk', () => {
  const operator = { id: '110112104-P1', name: '王建国', role: 'operator' }
  const assignee = { kind: 'station' as const, id: '110112104201', name: '小堡村网格工作站' }

  async function openDesk(desk: Desk) {
    let now = Date.parse('2018-06-13T10:00:00+08:00')
    const district = await open({ clock: () => now })
    const { hub, geography, subCenter } = district
    const traffic = createTraffic({
      ...{ hub: () => hub, geography, seed: 1, accelerate: 200, clock: () => now, rates: new Map() },
      manned: { subCenter, desk },
    })
    const { id } = traffic.report(subCenter, { channel: 'hotline-12345', classCode: 'S0102' })
    traffic.begin()
    return {
      id,
      [Symbol.asyncDispose]: () => district.close(),
      pass(ms: number) {
        for (const end = now + ms; now < end; now += 1000) traffic.advance()
        return hub.present.findCase(subCenter, id)?.head.state
      },
      take(kind: 'accept' | 'file' | 'dispatch') {
        const taken = hub.take(subCenter, id, { kind, actor: operator, input: { ...noInput, assignee } })
        if ('refusal' in taken) throw new Error(JSON.stringify(taken))
        traffic.followed([taken])
      },
    }
  }

  it('waits for the operator for ever when nobody else works there, while the field does its part', async () => {
    await using desk = await openDesk('operator')
    expect(desk.pass(3_600_000)).toBe('reported')
    desk.take('accept')
    desk.take('file')
    expect(desk.pass(3_600_000)).toBe('filed')
    desk.take('dispatch')
    expect(['resolved', 'filed', 'handling']).toContain(desk.pass(3_600_000))
  })

  it('leaves an operator minutes of real time before others step in', async () => {
    await using desk = await openDesk('simulated')
    expect(desk.pass(170_000)).toBe('reported')
    expect(desk.pass(400_000)).not.toBe('reported')
    expect(desk.pass(4 * 3_600_000)).toBe('closed')
  })
})

describe('others', () => {
  it('supervise, return, resolve and check as the workflow lets them, and the answer goes back up', async () => {
    await using district = await open()
    const { hub, subCenter } = district
    const { id, origin } = district.report({ channel: 'city-platform' })
    const desk = (kind: StepKind, input: Partial<StepInput> = {}) => {
      const actor = { id: '110112104-P1', name: '王建国', role: 'operator' }
      expect(hub.take(subCenter, id, { kind, actor, input: { ...noInput, ...input } })).not.toHaveProperty('refusal')
    }
    const assignee = { kind: 'station' as const, id: '110112104201', name: '小堡村网格工作站' }
    desk('accept')
    desk('file')
    desk('dispatch', { assignee })
    expect(district.returnCase(id, '不属本单位职责')).toMatchObject({ state: 'filed', returns: 1, assignee: null })
    expect(() => district.resolveCase(id)).toThrow('现为“立案”')
    desk('dispatch', { assignee })
    expect(district.supervise(id, 'leader', '请今日内办结')).toMatchObject({ supervised: true })
    expect(() => district.supervise(id, 'district', '请今日内办结')).toThrow('案件已在督办')
    expect(district.requestExtension(id, '材料未到')).toMatchObject({ request: { kind: 'extension' } })
    expect(district.resolveCase(id, '已清理完毕').state).toBe('resolved')
    expect(district.failCheck(id, '仍有遗留')).toMatchObject({ state: 'handling', failedChecks: 1 })
    district.resolveCase(id, '已彻底清理')
    district.passCheck(id)
    expect(district.answers()).toEqual([])
    desk('close')
    const [answer] = district.answers('city-platform')
    expect(answer).toMatchObject({ caseId: id, reference: origin?.reference, text: '您反映的问题已办结:已彻底清理' })
    expect(hub.present.findCase(subCenter, id)?.head.origin?.answer).toEqual({ at: answer?.at, text: answer?.text })
    expect(district.answers('wechat')).toEqual([])
  })
})

describe('units', () => {
  it('are listed with their classes and grids, and their load follows the cases', async () => {
    await using district = await open()
    const { hub, subCenter, geography } = district
    const units = () => hub.present.units(subCenter)
    const count = (kind: string) => units().filter((unit) => unit.kind === kind).length
    expect([count('station'), count('department'), count('joint-duty-team')]).toEqual([50, 17, 4])
    expect(count('grid-member')).toBeGreaterThan(geography.gridsOf(subCenter).length * 4)
    const station = units().find(({ kind }) => kind === 'station')
    const { id } = district.reportFromField({ classCode: 'S0102' })
    const load = () => units().find((unit) => unit.id === station?.id)?.load
    const actor = { id: '110112104-P1', name: '王建国', role: 'operator' }
    const assignee = { kind: 'station' as const, id: station?.id ?? '', name: station?.name ?? '' }
    for (const kind of ['accept', 'file', 'dispatch'] as const)
      hub.take(subCenter, id, { kind, actor, input: { ...noInput, assignee } })
    expect(load()).toBe(1)
    district.resolveCase(id)
    expect(load()).toBe(0)
  })
})

describe('cameras', () => {
  it('are listed anew when they changed and removed when they are gone', async () => {
    await using district = await open()
    const camera = (id: string, port: number) => ({
      ...{ id, deviceCode: '11011207001321000001', owner: 'land-bureau' as const, name: '高空探头', place: '河边' },
      ...{ longitude: 116.7, latitude: 39.9, gridCode: 'g', steerable: true, credentials: null, version: 1 },
      source: { kind: 'onvif' as const, deviceUrl: `http://127.0.0.1:${port}/` },
    })
    const list = (...cameras: ReturnType<typeof camera>[]) => {
      listCameras(district.hub, district.subCenter, cameras)
      return district.hub.present.cameras(district.subCenter).map(({ id, version }) => `${id}:${version}`)
    }
    expect(list(camera('a', 1), camera('b', 1))).toEqual(['a:1', 'b:1'])
    const head = district.hub.head(district.subCenter)
    expect(list(camera('a', 1), camera('b', 1))).toEqual(['a:1', 'b:1'])
    expect(district.hub.head(district.subCenter)).toBe(head)
    expect(list(camera('a', 2))).toEqual(['a:2'])
  })
})
