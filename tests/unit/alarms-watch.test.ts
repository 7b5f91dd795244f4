/** Alarms: raised at the right instant, once for one cause, calm in a burst, and acknowledged with a record. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { createAudit } from '../../native/access/audit.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import type { CaseHead, CaseStep, Operator } from '../../native/contract/case.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createCauses } from '../../native/duty/alarm-causes.ts'
import { createAlarmStore } from '../../native/duty/alarm-store.ts'
import { createAlarmWatch } from '../../native/duty/alarm-watch.ts'
import { createEmitter } from '../../native/signal.ts'
import { manualClock } from './duty-clock.ts'
import { monday, sampleHead, sampleStep, silent, temporaryFolder } from './support.ts'

const minute = 60_000
const hour = 60 * minute
const wang: Operator = {
  ...{ id: 'p-1', account: 'wang', name: '王建国', role: 'operator', subCenter: 'SZ', subCenterName: '宋庄镇' },
}

function openDuty({
  folder = temporaryFolder(),
  start = monday,
  isFilled = true,
  offset = 0,
  warnMs = undefined as number | undefined,
} = {}) {
  const database = openDatabase(join(folder, 'console.db'), 'ab'.repeat(32))
  const cases = createCaseParts(database)
  const clock = manualClock(start)
  const casesChanged = createEmitter<void>()
  const fillChanged = createEmitter<void>()
  const clockChanged = createEmitter<void>()
  const state = { isFilled, offset, self: null as string | null }
  let count = 0
  const watch = createAlarmWatch({
    store: createAlarmStore({
      ...{ database, recordAudit: createAudit(database, clock), newId: () => `alarm-${start}-${++count}`, warnMs },
    }),
    ...{ casesChanged, fillChanged, clockChanged, clock, log: silent },
    isFilled: () => state.isFilled,
    hubNow: () => clock.now() + state.offset,
    self: () => state.self,
  })
  const close = () => {
    watch.close()
    if (database.open) database.close()
  }
  onTestFinished(close)
  return {
    ...{ database, clock, watch, state, fillChanged, clockChanged, close, folder },
    put(changes: Partial<CaseHead> & { id: string }, steps: CaseStep[] = []) {
      cases.store.put(sampleHead(changes), steps, 1)
      casesChanged.emit()
    },
    alarms: () =>
      watch.list().map(({ kind, cases, count }) => ({ kind, ids: cases.map((item) => item.caseId), count })),
    open: () => watch.list().filter(({ acknowledged }) => acknowledged === null),
  }
}

const limit = (startedAt: number, dueAt: number, stoppedAt: number | null = null) => ({
  ...{ startedAt, dueAt, stoppedAt, kind: 'urgent-hours' as const },
})

test.each([
  ['an hour', hour],
  ['ten minutes', 10 * minute],
])('an ordinary case warns %s before its limit where that is wished; a pressing one with its light', (_, warnMs) => {
  const { database, put, close } = openDuty({ warnMs })
  const due = monday + 20 * hour
  put({ id: 'ordinary', limit: limit(monday, due) })
  put({ id: 'urgent', urgency: 'urgent', limit: limit(monday, due) })
  // Its light is green until a quarter hour before the end: it does not warn while it is.
  put({ id: 'short', limit: limit(due - hour, due) })
  const causes = createCauses(database, warnMs)
  const idsAt = (before: number) => causes.soon(due - before).map(({ caseId }) => caseId)
  expect(idsAt(5 * hour + 1)).toEqual([])
  expect(idsAt(warnMs + 1)).toEqual(['urgent'])
  expect(idsAt(warnMs)).toEqual(expect.arrayContaining(['ordinary', 'urgent']))
  expect(idsAt(warnMs).includes('short')).toBe(warnMs < 15 * minute)
  expect(idsAt(Math.min(warnMs, 15 * minute))).toContain('short')
  expect(idsAt(0)).toEqual([])
  expect(causes.next(due - warnMs - 1)).toContain(due - warnMs)
  close()
})

test('a case warns before its limit and alarms at it, each once, by one timer', async () => {
  const duty = openDuty()
  await duty.clock.advance(2000)
  for (const id of ['a', 'b']) duty.put({ id, limit: limit(monday, monday + 4 * hour) })
  await duty.clock.advance(3.5 * hour - 4000)
  expect(duty.alarms()).toEqual([])
  expect(duty.clock.sleepers()).toBe(1)
  await duty.clock.advance(6000)
  expect(duty.alarms()).toEqual([{ kind: 'soon', ids: ['a', 'b'], count: 2 }])
  await duty.clock.advance(31 * minute)
  // The warning has been overtaken.
  expect(duty.alarms()).toMatchObject([{ kind: 'late' }])
  expect(duty.watch.list()[0]).toMatchObject({ count: 2, raisedAt: monday + 4 * hour })
  await duty.clock.advance(24 * hour)
  expect(duty.alarms()).toHaveLength(1)
})

test('urgent and supervised cases warn when the last quarter begins; a stopped clock and an ended case never do', async () => {
  const duty = openDuty()
  await duty.clock.advance(2000)
  duty.put({ id: 'urgent', urgency: 'urgent', limit: limit(monday, monday + 8 * hour) })
  duty.put({ id: 'stopped', urgency: 'urgent', state: 'suspended', limit: limit(monday, monday + hour, monday + 1) })
  duty.put({ id: 'over', state: 'closed', limit: limit(monday, monday + hour) })
  await duty.clock.advance(6 * hour)
  expect(duty.alarms()).toEqual([{ kind: 'soon', ids: ['urgent'], count: 1 }])
})

test('what was late, soon or supervised when the first cases came is history; what becomes so later is not', async () => {
  const duty = openDuty({ isFilled: false })
  duty.put({ id: 'old', limit: limit(monday - 2 * hour, monday - hour) })
  duty.put({ id: 'yellow', limit: limit(monday - 9 * hour, monday + 10 * minute) })
  duty.put({ id: 'watched', supervised: true, limit: limit(monday, monday + 9 * hour) })
  await duty.clock.advance(5000)
  expect(duty.alarms()).toEqual([])
  duty.state.isFilled = true
  duty.fillChanged.emit()
  await duty.clock.advance(5000)
  expect(duty.alarms()).toEqual([])
  duty.put({ id: 'new', limit: limit(monday - hour, monday + 6000) })
  await duty.clock.advance(5000)
  expect(duty.alarms()).toEqual([{ kind: 'late', ids: ['new'], count: 1 }])
  duty.watch.acknowledgeAll(wang)
  await duty.clock.advance(10 * minute)
  expect(duty.alarms()[0]).toEqual({ kind: 'late', ids: ['yellow'], count: 1 })
})

test('what comes right after the first cases is news, however soon', async () => {
  const duty = openDuty({ isFilled: false })
  await duty.clock.advance(100)
  duty.state.isFilled = true
  duty.fillChanged.emit()
  duty.put({ id: 'watched', supervised: true, limit: limit(monday, monday + 9 * hour) })
  await duty.clock.advance(5000)
  expect(duty.alarms()).toEqual([{ kind: 'supervised', ids: ['watched'], count: 1 }])
})

test('a warning goes when the case was worked on in time, and stays when it was acknowledged', async () => {
  const duty = openDuty()
  await duty.clock.advance(2000)
  for (const id of ['a', 'b']) duty.put({ id, limit: limit(monday - 9 * hour, monday + 20 * minute) })
  await duty.clock.advance(2000)
  duty.put({ id: 'a', version: 2, limit: limit(monday, monday + 9 * hour) })
  await duty.clock.advance(2000)
  expect(duty.alarms()).toEqual([{ kind: 'soon', ids: ['b'], count: 1 }])
  duty.watch.acknowledgeAll(wang)
  duty.put({ id: 'b', version: 2, state: 'closed', limit: null })
  await duty.clock.advance(2000)
  expect(duty.watch.list()).toMatchObject([{ count: 1, acknowledged: { byName: '王建国' } }])
})

test('supervision alarms once for its step, not again with the next limit, and not whoever asked for it', async () => {
  const duty = openDuty()
  await duty.clock.advance(2000)
  const supervise = (id: string, by: string) =>
    sampleStep({ id: `s-${id}`, caseId: id, kind: 'supervise', actor: { id: by, name: '李', role: 'leader' } })
  duty.put({ id: 'a', supervised: true, version: 2 }, [supervise('a', 'leader-1')])
  await duty.clock.advance(2000)
  expect(duty.alarms()).toEqual([{ kind: 'supervised', ids: ['a'], count: 1 }])
  duty.watch.acknowledgeAll(wang)
  duty.put({ id: 'a', supervised: true, version: 3, limit: limit(monday, monday + 9 * hour) })
  duty.state.self = 'p-9'
  duty.put({ id: 'b', supervised: true, limit: null }, [supervise('b', 'p-9')])
  await duty.clock.advance(2000)
  duty.state.self = null
  duty.put({ id: 'b', supervised: true, version: 2, limit: null })
  await duty.clock.advance(2000)
  expect(duty.alarms()).toHaveLength(1)
})

test('a burst is one alarm that counts, also after a restart; acknowledging is recorded, once', async () => {
  const first = openDuty()
  await first.clock.advance(2000)
  for (let index = 0; index < 60; index++)
    first.put({ id: `c-${index}`, limit: limit(monday - hour, monday + 5000 + index * 100) })
  await first.clock.advance(3 * minute)
  expect(first.open()).toMatchObject([{ kind: 'late', count: 60 }])
  expect(first.open()[0]?.cases).toHaveLength(20)
  first.close()

  const again = openDuty({ folder: first.folder, start: monday + hour })
  await again.clock.advance(5000)
  const [alarm] = again.open()
  expect(again.alarms()).toHaveLength(1)
  again.watch.acknowledge(alarm?.id ?? '', wang)
  again.watch.acknowledge(alarm?.id ?? '', { ...wang, id: 'p-2', name: '李秀兰' })
  expect(again.watch.list()).toMatchObject([{ acknowledged: { at: monday + hour + 5000, byName: '王建国' } }])
  const audit = again.database.prepare("SELECT operator_id, subject FROM audit WHERE action = 'alarm.acknowledged'")
  expect(audit.all()).toEqual([{ operator_id: 'p-1', subject: alarm?.id }])
  again.put({ id: 'late-later', limit: limit(monday, monday + hour + 8000) })
  await again.clock.advance(minute)
  expect(again.open()).toMatchObject([{ kind: 'late', count: 1 }])
})

test('warnings come at most every ten minutes; a limit that has ended is never held back', async () => {
  const duty = openDuty()
  await duty.clock.advance(2000)
  const warnAt = (id: string, at: number) => duty.put({ id, limit: limit(monday - 9 * hour, at + 30 * minute) })
  warnAt('a', monday + minute)
  await duty.clock.advance(2 * minute)
  duty.watch.acknowledgeAll(wang)
  warnAt('b', monday + 3 * minute)
  warnAt('c', monday + 4 * minute)
  duty.put({ id: 'late', limit: limit(monday, monday + 5 * minute) })
  await duty.clock.advance(4 * minute)
  expect(duty.open()).toMatchObject([{ kind: 'late', count: 1 }])
  await duty.clock.advance(6 * minute)
  expect(duty.open().find(({ kind }) => kind === 'soon')).toMatchObject({ count: 2 })
})

test("the hub's clock counts: a workstation that is a day behind learns it and alarms", async () => {
  const duty = openDuty({ start: monday - 24 * hour, offset: 24 * hour })
  duty.put({ id: 'a', limit: limit(monday - hour, monday + 10_000) })
  await duty.clock.advance(20_000)
  expect(duty.open()).toMatchObject([{ kind: 'late', raisedAt: monday + 10_000 }])
})

test('whatever comes in whatever order, one cause raises at most one alarm', async () => {
  const change = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    due: fc.integer({ min: 1, max: 5 }),
    urgency: fc.constantFrom('normal' as const, 'urgent' as const),
    supervised: fc.boolean(),
    wait: fc.integer({ min: 0, max: 90 }),
    acknowledged: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      const duty = openDuty()
      await duty.clock.advance(2000)
      for (const { id, due, urgency, supervised, wait, acknowledged } of changes) {
        duty.put({ id, urgency, supervised, limit: limit(monday, monday + due * hour) })
        await duty.clock.advance(wait * minute)
        if (acknowledged) duty.watch.acknowledgeAll(wang)
      }
      const causes = duty.watch
        .list()
        .flatMap(({ kind, cases }) => cases.map((item) => `${kind} ${item.caseId} ${item.dueAt}`))
      expect(new Set(causes).size).toBe(causes.length)
      const perKind = duty.open().map(({ kind }) => kind)
      expect(new Set(perKind).size).toBe(perKind.length)
      duty.close()
    }),
    { numRuns: 15 },
  )
})
