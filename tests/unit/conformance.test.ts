/** The conformance kit at the reference hub: every rule that it can look at is kept. */
import { expect, test } from 'vitest'
import { sumUp } from '../conformance/report.ts'
import { runKit } from '../conformance/run.ts'
import { openKitHub } from './conformance-hub.ts'

test('the reference hub keeps every rule that can be seen from outside', { timeout: 60_000 }, async () => {
  const { target, extras } = await openKitHub(null)
  const began = performance.now()
  let last = began
  const outcomes = await runKit({
    target,
    extras,
    ended: (o) => {
      const n = performance.now()
      if (n - last > 250) console.log(o.rule, o.title, Math.round(n - last))
      last = n
    },
  })
  expect(outcomes.filter(({ result }) => result === 'failed' || result === 'not-followed')).toEqual([])
  console.log(
    outcomes.filter(({ result }) => result === 'not-checked').map((o) => o.rule + ' ' + o.seen),
    sumUp(outcomes),
  )
})
