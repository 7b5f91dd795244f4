/** A hub that comes back from an older backup gets again what it had taken from here, in the order in which it was done. */
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCameraRegistry } from '../../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../../native/cases/case-parts.ts'
import { createOwnSteps } from '../../../native/cases/own-steps.ts'
import { systemClock } from '../../../native/clock.ts'
import type { Operator } from '../../../native/contract/case.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { createFeedStore } from '../../../native/hub/feed-store.ts'
import { casePut, monday, sampleInput, sampleStep, temporaryFolder } from '../support.ts'

const operator: Operator = {
  ...{ id: 'person-1', account: 'sz-operator', name: '王建国', role: 'operator' as const },
  ...{ subCenter: 'SZ', subCenterName: '宋庄镇' },
}
const input = sampleInput({ remark: '现场核实', assignee: { kind: 'station', id: 'SZ-12', name: '宋庄村工作站' } })
const reported = casePut({}, [sampleStep()])

/** A console with three steps on one case: confirmed, accepted but not brought back yet, and waiting. */
function openDesk() {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  onTestFinished(() => void database.close())
  const parts = createCaseParts(database)
  const feed = createFeedStore(database, parts.store, createCameraRegistry(database), () => 'client')
  let serial = 0
  const steps = createOwnSteps({
    ...{ database, store: parts.store, queries: parts.queries, terms: parts.terms, taken: () => undefined },
    ...{ recordAudit: () => undefined, newId: () => `own-${++serial}`, hubNow: () => monday, clock: systemClock },
  })
  const takeSnapshot = (epoch: string, items: readonly unknown[]) => {
    const generation = feed.beginSnapshot()
    feed.applySnapshotItems(generation, items)
    feed.endSnapshot(generation, epoch, 1, monday)
  }
  takeSnapshot('first', [reported])
  for (const kind of ['accept', 'file', 'dispatch'] as const) steps.take(operator, 'case-1', kind, input)
  for (const id of ['own-1', 'own-2']) parts.outbox.accept(id)
  const accepted = sampleStep({ id: 'own-1', kind: 'accept', from: 'reported', to: 'accepted' })
  feed.applyChanges('first', [{ seq: 2, at: monday, put: casePut({ state: 'accepted', version: 2 }, [accepted]) }], 0)
  const batch = () => parts.outbox.nextBatch(100, 100_000).map(({ opId, clientSeq }) => [opId, clientSeq])
  return { ...parts, feed, steps, takeSnapshot, batch, accepted }
}

test('what a restored hub has lost is sent again before what waits, under new numbers', () => {
  const { takeSnapshot, batch, queries } = openDesk()
  expect(batch()).toEqual([['own-3', 3]])
  takeSnapshot('second', [reported])
  expect(batch()).toEqual([
    ['own-1', 4],
    ['own-2', 5],
    ['own-3', 6],
  ])
  const file = queries.file('case-1', 'operator')
  expect(file).toMatchObject({ state: 'dispatched', pendingSteps: ['own-1', 'own-2', 'own-3'], parked: [] })
})

test('what the restored hub still has is not sent again', () => {
  const { takeSnapshot, batch, accepted } = openDesk()
  takeSnapshot('second', [casePut({ state: 'accepted', version: 2 }, [sampleStep(), accepted])])
  expect(batch()).toEqual([
    ['own-2', 4],
    ['own-3', 5],
  ])
})

test('a snapshot of the same epoch sends nothing again', () => {
  const { takeSnapshot, batch, accepted } = openDesk()
  takeSnapshot('first', [casePut({ state: 'accepted', version: 2 }, [sampleStep(), accepted])])
  expect(batch()).toEqual([['own-3', 3]])
})

test('steps of others that the restored hub has lost are not shown any more', () => {
  const { takeSnapshot, queries } = openDesk()
  takeSnapshot('second', [casePut({}, [])])
  expect(queries.file('case-1', 'operator')?.steps.map(({ id }) => id)).toEqual(['own-1', 'own-2', 'own-3'])
})

test('a case that was taken down here and that the restored hub does not know is reported again', () => {
  const { takeSnapshot, batch, queries, outbox, feed, steps } = openDesk()
  const caseId = steps.report(operator, {
    ...{
      classCode: 'S0101',
      urgency: 'normal',
      description: '井盖松动',
      place: '北口',
      longitude: 116.7,
      latitude: 39.9,
    },
    ...{ gridCode: 'SZ-1', stationCode: 'SZ-12', reporter: null, evidence: [] },
  })
  const opId = outbox.ofCase(caseId)[0]?.operation.opId ?? ''
  outbox.accept(opId)
  const numbered = casePut({ id: caseId, number: 'SZ1' }, [sampleStep({ id: opId, caseId })])
  feed.applyChanges('first', [{ seq: 3, at: monday, put: numbered }], 0)
  expect(batch()).toEqual([['own-3', 3]])
  takeSnapshot('second', [reported])
  expect(batch().map(([id]) => id)).toEqual(['own-1', 'own-2', opId, 'own-3'])
  expect(queries.file(caseId, 'operator')).toMatchObject({ number: expect.stringMatching(/^暂/), pendingSteps: [opId] })
})
