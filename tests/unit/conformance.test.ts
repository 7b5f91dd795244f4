/** The conformance kit at the reference hub: every rule that it can look at is kept, and it says which ones it could not look at. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lineOf, sumUp } from '../conformance/report.ts'
import { allRules, type Outcome, runKit } from '../conformance/run.ts'
import { openKitHub } from './conformance-hub.ts'

test('the reference hub keeps every rule that can be seen from outside', { timeout: 120_000 }, async () => {
  const { target, extras } = await openKitHub(null)
  const outcomes = await runKit({ target, extras })
  // These two measure times, which a busy machine makes long.
  const isTimed = (rule: string) => rule === 'R-27' || rule === 'R-70'
  const wrong = outcomes.filter(({ result }) => result === 'failed' || result === 'not-followed')
  expect(wrong.filter(({ rule }) => !isTimed(rule))).toEqual([])
  const { rules, passed, notChecked } = sumUp(outcomes)
  expect(passed + notChecked.length).toBe(rules - wrong.length)
  // Nobody moves in this district, nothing is forgotten, and both workstations are of one sub-center.
  const here = ['R-41', 'R-62', 'R-63', 'R-71', 'R-114']
  const inside = [
    'R-14',
    'R-25',
    'R-26',
    'R-33',
    'R-48',
    'R-61',
    'R-76',
    'R-77',
    'R-86',
    'R-87',
    'R-95',
    'R-97',
    'R-103',
    'R-133',
    'R-138',
  ]
  expect(notChecked.toSorted()).toEqual([...here, ...inside].toSorted())
})

test(
  'what another sub-center must not get is checked with a workstation of another one',
  { timeout: 60_000 },
  async () => {
    const { target, extras, stranger, district } = await openKitHub(null)
    district.hub.compact(district.subCenter, 10)
    const wanted = ['R-41', 'R-71', 'R-114']
    const only = (rule: string) => wanted.includes(rule)
    const outcomes = await runKit({ target, extras: { ...extras, second: stranger }, only })
    expect(sumUp(outcomes)).toMatchObject({ passed: 3, failed: [], notChecked: [] })
  },
)

test('every rule of the protocol has its place in the kit', () => {
  const text = readFileSync(new URL('../district/PROTOCOL.md', import.meta.url), 'utf8')
  const written = [...text.matchAll(/^- \*\*(R-\d+)\*\*/gm)].map(([, rule]) => rule)
  expect(new Set(allRules().map(({ rule }) => rule))).toEqual(new Set(written))
})

test('with nothing but a token, what cannot be looked at is not counted as passed', { timeout: 60_000 }, async () => {
  const { target } = await openKitHub(null)
  const extras = { account: null, person: null, second: null, restart: null, grid: null }
  const sum = sumUp(await runKit({ target, extras, only: (rule) => rule !== 'R-27' }))
  expect(sum.failed).toEqual([])
  expect(sum.notChecked).toEqual(expect.arrayContaining(['R-31', 'R-70', 'R-83', 'R-102', 'R-123']))
})

test('a rule is passed only when all of it was looked at', () => {
  const outcome = (rule: string, result: Outcome['result']): Outcome => ({ rule, title: 'title', result, seen: '' })
  const outcomes = [
    ...[outcome('R-82', 'passed'), outcome('R-82', 'not-checked'), outcome('R-9', 'passed')],
    ...[outcome('R-83', 'passed'), outcome('R-83', 'failed'), outcome('R-5', 'not-followed')],
  ]
  expect(sumUp(outcomes)).toEqual({
    ...{ rules: 4, passed: 1, failed: ['R-83'], notFollowed: ['R-5'], notChecked: ['R-82'] },
  })
  expect(lineOf({ ...outcome('R-83', 'failed'), seen: 'twice' })).toBe('R-83   FAILED        title: twice')
})
