/** A hub that breaks one rule on purpose: the conformance kit finds that rule, and no other one. */
import { expect, test } from 'vitest'
import { sumUp } from '../../conformance/report.ts'
import { runKit } from '../../conformance/run.ts'
import type { FaultName } from '../../district/hub/faulty-hub.ts'
import { openKitHub } from '../conformance-hub.ts'

/** The rules that a fault breaks by what they say. */
const broken: Record<FaultName, string[]> = {
  'forget-dedupe': ['R-83'],
  'repeat-sequence': ['R-30', 'R-37'],
  'skip-sequence': ['R-30', 'R-37'],
  'reorder-changes': ['R-30', 'R-37'],
  'truncate-snapshot': ['R-50', 'R-51'],
  'lying-total': ['R-50'],
  'answer-before-commit': ['R-82'],
  'forget-change': ['R-91'],
  'silent-push': ['R-20'],
}

/** A fault changes requests and replies: transport, handshake, passwords and evidence are beside it. */
const isBehindTheLayer = (rule: string) => !/^R-(0\d|1\d|7\d|11\d)$/.test(rule)

test.each(Object.entries(broken))('%s', { timeout: 60_000 }, async (fault, rules) => {
  // A push that is never answered costs the whole patience; the others are never kept waiting.
  const { target, extras } = await openKitHub(fault, fault === 'silent-push' ? 1500 : 10_000)
  const restart = fault === 'answer-before-commit' ? extras.restart : null
  const outcomes = await runKit({ target, extras: { ...extras, restart }, only: isBehindTheLayer })
  const failures = outcomes.filter(({ result }) => result === 'failed' || result === 'not-followed')
  expect(sumUp(outcomes).failed, JSON.stringify(failures, null, 1)).toEqual(rules)
})
