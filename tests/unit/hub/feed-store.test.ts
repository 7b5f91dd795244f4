/** The feed store as a model: however changes are cut into pages, repeated or interrupted, the end is the same. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCameraRegistry } from '../../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../../native/cases/case-parts.ts'
import { caseStates } from '../../../native/contract/vocabulary.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { type Change, createFeedStore } from '../../../native/hub/feed-store.ts'
import { casePut, sampleStep, temporaryFolder } from '../support.ts'

const viewer = { operatorId: 'person-1', now: 0 }

const changes = fc
  .array(
    fc.record({ of: fc.integer({ min: 1, max: 5 }), state: fc.constantFrom(...caseStates), isBroken: fc.boolean() }),
    {
      maxLength: 20,
    },
  )
  .map((items) =>
    items.map(({ of, state, isBroken }, index): Change => {
      const id = `case-${of}`
      const put = casePut({ id, state, version: index + 1 }, [sampleStep({ id: `step-${index}`, caseId: id })])
      return { seq: index + 1, at: index, put: isBroken ? { kind: 'unknown' } : put }
    }),
  )
/** From where to where each page goes; pages may overlap and come again. */
const pages = fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 12 })

function openStore() {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  const cases = createCaseParts(database)
  const store = createFeedStore(database, cases.store, createCameraRegistry(database), () => 'client-1')
  return { database, store, queries: cases.queries }
}

test('any pages in any repetition end in the last state of every case, with right totals', () => {
  const { database, store, queries } = openStore()
  fc.assert(
    fc.property(changes, pages, (all, cuts) => {
      database.exec('DELETE FROM cases; DELETE FROM case_steps; DELETE FROM feed_set_aside')
      database.prepare('UPDATE feed_position SET epoch = NULL, cursor = 0').run()
      for (const [from, length] of cuts) {
        // The feed only hands on pages that begin at the cursor or before it.
        const start = Math.min(from, store.position().cursor)
        store.applyChanges('epoch', all.slice(start, start + length), 0)
      }
      store.applyChanges('epoch', all, 0)

      const expected = new Map<string, { state: string; steps: number }>()
      for (const { put } of all as { put: { case?: { id: string; state: string } } }[]) {
        if (!put.case) continue
        const { id, state } = put.case
        expected.set(id, { state, steps: (expected.get(id)?.steps ?? 0) + 1 })
      }
      for (const [id, { state, steps }] of expected) {
        const file = queries.file(id, 'operator')
        expect(file?.state).toBe(state)
        expect(file?.steps).toHaveLength(steps)
      }
      expect(queries.total()).toBe(expected.size)
      expect(queries.window('open', 0, 100, viewer).rows).toHaveLength(queries.window('open', 0, 100, viewer).total)
      expect(store.position().cursor).toBe(all.length)
      expect(store.setAsideCount()).toBe(all.filter(({ put }) => !(put as { case?: unknown }).case).length)
    }),
    { numRuns: 60 },
  )
  database.close()
})

test('a transaction that fails in the middle leaves neither rows nor a moved cursor', () => {
  const { database, store, queries } = openStore()
  database.exec(
    "CREATE TRIGGER fail BEFORE INSERT ON cases WHEN new.id = 'case-3' BEGIN SELECT raise(ABORT, 'no'); END",
  )
  const page = [1, 2, 3].map((seq): Change => ({ seq, at: 0, put: casePut({ id: `case-${seq}` }) }))
  expect(() => store.applyChanges('epoch', page, 0)).toThrow('no')
  expect(queries.total()).toBe(0)
  expect(store.position()).toMatchObject({ cursor: 0, epoch: null })
  database.close()
})

test('what an interrupted snapshot left behind goes with the next whole one', () => {
  const { database, store, queries } = openStore()
  store.applySnapshotItems(store.beginSnapshot(), [casePut({ id: 'stale' })])
  const generation = store.beginSnapshot()
  store.applySnapshotItems(generation, [casePut({ id: 'fresh' })])
  store.endSnapshot(generation, 'epoch', 7, 0)
  expect(queries.file('stale', 'operator')).toBeNull()
  expect(queries.total()).toBe(1)
  expect(store.position()).toMatchObject({ epoch: 'epoch', cursor: 7 })
  database.close()
})
