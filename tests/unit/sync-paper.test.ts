/** What goes on paper: open cases by due time, reporters masked, and whom to call. */
import { expect, test } from 'vitest'
import { openDesk, openDistrict } from './sync-parts.ts'

test('the paper holds open cases by due time, no reporter’s number, and the phones of those who handle', async () => {
  const district = await openDistrict()
  const cases = [1, 2, 3].map(() => district.reportFromField())
  const desk = await openDesk(district)
  for (const { id } of cases) await desk.file(id)
  const paper = await desk.client.sync.paper()
  expect(paper.totalOpen).toBe(3)
  expect(paper.cases.map(({ id }) => id).toSorted()).toEqual(cases.map(({ id }) => id).toSorted())
  const due = paper.cases.map(({ dueAt }) => dueAt ?? Infinity)
  expect(due).toEqual(due.toSorted((one, other) => one - other))
  for (const { reporter } of cases) {
    expect(reporter?.phone).toMatch(/^\d{11}$/)
    expect(JSON.stringify(paper.cases)).not.toContain(reporter?.phone)
  }
  expect(paper.leaders.length).toBeGreaterThan(0)
  for (const { phone } of [...paper.leaders, ...paper.units]) expect(phone).toMatch(/^\d+/)
})
