/** What the queue reads: order, windows, deltas, and that personal data leaves masked. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import { differWindows } from '../../native/cases/case-queries.ts'
import { maskName, maskPhone } from '../../native/cases/personal-data.ts'
import type { CaseHead } from '../../native/contract/case.ts'
import type { QueueWindow } from '../../native/contract/contract.ts'
import { openDatabase } from '../../native/database/open.ts'
import { monday, sampleHead, sampleRow, temporaryFolder } from './support.ts'

const viewer = { operatorId: 'person-1', now: monday }

function openCases() {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  return createCaseParts(database)
}

test('open cases come by remaining time, stopped and unlimited ones last; all cases by time of report', () => {
  const { store, queries } = openCases()
  const put = (id: string, dueAt: number | null, reportedAt: number, changes: Partial<CaseHead> = {}) => {
    const stoppedAt = changes.state === 'suspended' ? 1 : null
    const limit = dueAt === null ? null : { startedAt: 0, dueAt, stoppedAt, kind: 'urgent-hours' as const }
    store.put(sampleHead({ id, reportedAt, state: 'filed', limit, ...changes }), [], 1)
  }
  put('late', 10, 1)
  put('no-limit', null, 2)
  put('soon', 20, 3)
  put('done', 5, 4, { state: 'closed' })
  put('stopped', 6, 0, { state: 'suspended' })
  const open = queries.window('open', 0, 10, viewer)
  expect(open.rows.map(({ id }) => id)).toEqual(['late', 'soon', 'stopped', 'no-limit'])
  expect(open.total).toBe(4)
  expect(queries.window('open', 1, 1, viewer)).toMatchObject({ rows: [{ id: 'soon' }], offset: 1, total: 4 })
  const all = queries.window('all', 0, 10, viewer)
  expect(all.rows.map(({ id }) => id)).toEqual(['done', 'soon', 'no-limit', 'late', 'stopped'])
})

test('the reporter leaves native masked', () => {
  const { store, queries } = openCases()
  store.put(sampleHead({ reporter: { name: '欧阳娜娜', phone: '13812345678', account: '晴天' } }), [], 1)
  expect(queries.file('case-1', 'operator')?.reporter).toEqual({ name: '欧**', phone: '138****5678', account: '晴*' })
  expect([maskName(''), maskName('𠮷野'), maskPhone('110'), maskPhone('')]).toEqual(['', '𠮷*', '****10', ''])
})

const window = fc
  .uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 8 }), version: fc.integer({ min: 1, max: 3 }) }), {
    selector: ({ id }) => id,
  })
  .map((items): QueueWindow => ({
    rows: items.map(({ id, version }) => sampleRow({ id: `case-${id}`, version })),
    offset: 0,
    total: items.length,
  }))

test('a delta turns the window before into the window after', () => {
  fc.assert(
    fc.property(window, window, (before, after) => {
      const delta = differWindows(before, after)
      const { order, rows, total } = delta ?? { order: before.rows.map(({ id }) => id), rows: [], total: before.total }
      const byId = new Map([...before.rows, ...rows].map((row) => [row.id, row]))
      expect(order.map((id) => byId.get(id))).toEqual(after.rows)
      expect(total).toBe(after.total)
    }),
  )
})
