/** The order of the open queue: supervised cases first, each group by remaining time. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import { openDatabase } from '../../native/database/open.ts'
import { monday, sampleHead, temporaryFolder } from './support.ts'

test('a supervised case overtakes what is due earlier, only while it is open and only in the open queue', () => {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  const { store, queries } = createCaseParts(database)
  const put = (id: string, hours: number, supervised = false, state: 'handling' | 'closed' = 'handling') => {
    const limit = {
      startedAt: monday,
      dueAt: monday + hours * 3_600_000,
      stoppedAt: null,
      kind: 'urgent-hours' as const,
    }
    store.put(sampleHead({ id, state, supervised, limit }), [], 1)
  }
  put('late', -1)
  put('soon', 0.5)
  put('watched', 20, true)
  put('watched-sooner', 9, true)
  put('over', 1, true, 'closed')
  const ids = (view: 'open' | 'overdue' | 'due-soon' | 'supervised') =>
    queries.window(view, 0, 10, { operatorId: 'p-1', now: monday }).rows.map(({ id }) => id)
  expect(ids('open')).toEqual(['watched-sooner', 'watched', 'late', 'soon'])
  expect(ids('supervised')).toEqual(['watched-sooner', 'watched'])
  expect([ids('overdue'), ids('due-soon')]).toEqual([['late'], ['soon']])
  // The order is read from an index, however many cases there are.
  const plan = database
    .prepare<[], string>(
      'EXPLAIN QUERY PLAN SELECT row_id FROM cases WHERE is_open = 1 ORDER BY supervised DESC, due_order, row_id LIMIT 9',
    )
    .all()
  expect(JSON.stringify(plan)).toContain('cases_open_by_rank')
  expect(JSON.stringify(plan)).not.toContain('TEMP B-TREE')
  database.close()
})
