/** A database from before the search keeps its cases, in row ids that ascend with the time of report. */
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { caseColumns, caseValues, rowsToInstant } from '../../../native/cases/case-row.ts'
import { addCaseSearch } from '../../../native/database/migrations/0003-case-search.ts'
import { migrations } from '../../../native/database/migrations/index.ts'
import { monday, sampleHead } from '../support.ts'

test('cases of an older database are renumbered by report, and asked for again', () => {
  const database = new Database(':memory:')
  for (const migration of migrations.slice(0, migrations.indexOf(addCaseSearch))) migration(database)
  database.exec("INSERT INTO feed_position (only, client_id, epoch, cursor, generation) VALUES (1, 'c', 'e', 9, 1)")
  const marks = { workedBy: null, pending: 0, parked: 0, generation: 1 }
  // Only the columns of that time.
  const columns = (database.pragma('table_info(cases)') as { name: string }[]).map(({ name }) => name).slice(1)
  const insert = database.prepare(
    `INSERT INTO cases (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  )
  for (const [index, late] of [5, 0, 5, 3].entries()) {
    const values = caseValues(sampleHead({ id: `case-${index}`, reportedAt: monday + late }), marks)
    insert.run(columns.map((name) => values[caseColumns.indexOf(name)]))
  }
  addCaseSearch(database)
  expect(database.prepare('SELECT id, row_id, search_key FROM cases ORDER BY row_id').all()).toEqual([
    { id: 'case-1', row_id: monday * rowsToInstant, search_key: '' },
    { id: 'case-3', row_id: (monday + 3) * rowsToInstant, search_key: '' },
    { id: 'case-0', row_id: (monday + 5) * rowsToInstant, search_key: '' },
    { id: 'case-2', row_id: (monday + 5) * rowsToInstant + 1, search_key: '' },
  ])
  expect(database.prepare('SELECT epoch, cursor FROM feed_position').get()).toEqual({ epoch: null, cursor: 0 })
  expect(database.prepare('SELECT sum(cases) FROM case_counts').pluck().get()).toBe(4)
  database.close()
})
