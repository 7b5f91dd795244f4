/** Defects that are planted on purpose are found by the checker within a bounded number of schedules. */
import { expect, test } from 'vitest'
import { openRunner, type Planted } from '../faults/runner.ts'

/** Whoever is a defect is found long before. */
const mostSchedules = 60

test.each<[string, Planted, number, readonly string[]]>([
  ['a hub without dedupe', 'hub-forget-dedupe', 25, ['doubled', 'silent']],
  ['a console that moves its cursor before it applies the page', 'console-cursor-first', 1, ['diverged']],
  ['a console that acknowledges a step before it keeps it', 'console-answers-first', 1, ['lost']],
])('%s is found', { timeout: 180_000 }, async (_, planted, seed, kinds) => {
  await using runner = await openRunner(planted)
  const failure = await runner.runMany(seed, mostSchedules, 2, () => undefined)
  expect(failure?.findings.some(({ kind }) => kinds.includes(kind))).toBe(true)
})
