/** A time without the district: what is done meanwhile keeps its links, and what came of it is told once and kept. */
import { expect, test } from 'vitest'
import type { NewCase } from '../../native/contract/case.ts'
import { sampleInput } from './support.ts'
import { openDesk, openDistrict } from './sync-parts.ts'

const remark = sampleInput({ remark: '电话核实属实' })
const assignee = { kind: 'station' as const, id: '110112104201', name: '小堡村网格工作站' }
const called: NewCase = {
  ...{ classCode: 'S0101', urgency: 'normal', description: '路口积水', place: '小堡村北口' },
  ...{ longitude: 116.71, latitude: 39.95, gridCode: '', reporter: null },
}

test(
  'cases taken down, dispatched and merged without the district arrive as they were, under its numbers',
  { timeout: 60_000 },
  async () => {
    const district = await openDistrict()
    const known = district.reportFromField()
    const other = district.reportFromField()
    const desk = await openDesk(district)
    await desk.file(other.id)
    expect((await desk.sync(() => true)).outage).toBeNull()

    desk.workstation.suspend()
    const { outage } = await desk.sync(({ outage }) => outage?.until === null)
    expect(outage).toMatchObject({ until: null, sent: 0, refused: 0, isRead: false })
    const { caseId: first } = await desk.client.cases.report(called)
    const { caseId: second } = await desk.client.cases.report(called)
    for (const kind of ['accept', 'file'] as const) await desk.client.cases.step({ caseId: first, kind, input: remark })
    await desk.client.cases.step({ caseId: first, kind: 'dispatch', input: { ...remark, assignee } })
    await desk.client.cases.step({ caseId: second, kind: 'duplicate', input: { ...remark, duplicateOf: first } })
    await desk.client.cases.step({ caseId: known.id, kind: 'accept', input: remark })
    const temporary = (await desk.file(first)).number
    const { unsent, unsentTotal } = await desk.sync(({ unsentTotal }) => unsentTotal === 7)
    expect(unsentTotal).toBe(7)
    expect(unsent[0]).toMatchObject({ kind: 'report', caseNumber: temporary, place: called.place, state: 'waiting' })

    // Meanwhile above: one case is new, one is put under supervision, one is rejected before our step arrives.
    const added = district.reportFromField()
    district.supervise(other.id, 'district', '请加快处置')
    const quicker = await openDesk(district, district.configFileOf(1))
    await quicker.file(known.id)
    await quicker.client.cases.step({ caseId: known.id, kind: 'reject', input: { ...remark, remark: '不属于本辖区' } })
    await quicker.sync(({ unsentTotal }) => unsentTotal === 0)

    desk.workstation.resume()
    const after = await desk.sync((state) => typeof state.outage?.until === 'number')
    const arrived = await desk.file(first, ({ number }) => !number.startsWith('暂'))
    expect(arrived).toMatchObject({ id: first, state: 'dispatched', assignee, parked: [] })
    const merged = await desk.file(second)
    expect(merged).toMatchObject({ state: 'duplicate', duplicateOf: first })
    expect(merged.number).not.toMatch(/^暂/)
    expect(after.outage).toMatchObject({ id: outage?.id, sent: 6, refused: 1, added: 1, isRead: false })
    // The supervised one, and the one that was rejected.
    expect(after.outage?.changed).toBe(2)
    expect(after.outage?.numbered.map(({ caseId }) => caseId).toSorted()).toEqual([first, second].toSorted())
    expect(after.outage?.numbered).toContainEqual({ caseId: first, temporary, number: arrived.number })
    expect(after.conflicts).toMatchObject([{ kind: 'accept', caseId: known.id, meanwhile: [{ kind: 'reject' }] }])
    expect(await desk.file(added.id)).toMatchObject({ state: 'reported' })

    await desk.client.sync.readSummary({ outageId: outage?.id ?? '' })
    expect((await desk.sync(({ outage }) => outage?.isRead === true)).outage?.sent).toBe(6)
  },
)

test(
  'the record goes on after a restart, and a short one in which nothing was done is no news',
  { timeout: 60_000 },
  async () => {
    const district = await openDistrict()
    const folder = district.configFile.replace(/[^/]+$/, 'data-of-the-test')
    const before = await openDesk(district, district.configFile, 'operator', folder)
    before.workstation.suspend()
    const { outage } = await before.sync((state) => state.outage?.until === null)
    await before.client.cases.report(called)
    await before.workstation.close()
    await district.stopHub()
    const after = await openDesk(district, district.configFile, null, folder)
    expect((await after.sync((state) => state.unsentTotal === 1)).outage).toEqual(outage)
    await district.startHub()
    const ended = await after.sync((state) => typeof state.outage?.until === 'number')
    expect(ended.outage).toMatchObject({ id: outage?.id, since: outage?.since, sent: 1, numbered: [{}] })

    after.workstation.suspend()
    await after.sync((state) => state.outage?.until === null)
    after.workstation.resume()
    expect((await after.sync((state) => state.outage?.until !== null)).outage).toEqual(ended.outage)
  },
)
