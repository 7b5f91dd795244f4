/** Looks at every rule, one after another, and says how each one ended. */
import { accountRules, throttleRule } from './accounts.ts'
import { documentRules } from './documents.ts'
import { evidenceRules } from './evidence.ts'
import { feedRules } from './feed.ts'
import { handshake } from './handshake.ts'
import { instructionRules } from './instructions.ts'
import { createLine, type Extras, type Facts } from './line.ts'
import { operationRules } from './operations.ts'
import { presenceRules } from './presence.ts'
import { positionRules, requestRules } from './requests.ts'
import { needs, NotFollowed, NotSeen, type Rule } from './rule.ts'
import { snapshotRules } from './snapshots.ts'
import { transport } from './transport.ts'
import type { Target } from './wire.ts'

export interface Outcome {
  rule: string
  title: string
  /** `not-followed`: a SHOULD, and no failure. */
  result: 'passed' | 'failed' | 'not-followed' | 'not-checked'
  /** What was seen, or why nothing could be. */
  seen: string
}

export interface RunOptions {
  target: Target
  extras: Extras
  /** Told as soon as each one has ended. */
  ended?: (outcome: Outcome) => void
  /** Only these; all of them when absent. */
  only?: (rule: string) => boolean
}

/** In the order in which they are looked at. */
export function allRules(positions: Parameters<typeof positionRules>[0] = () => []): readonly Rule[] {
  return [
    ...[...transport, ...handshake, ...requestRules, ...feedRules, ...snapshotRules, ...accountRules],
    ...[
      ...operationRules,
      ...instructionRules,
      ...evidenceRules,
      ...presenceRules,
      ...documentRules,
      ...positionRules(positions),
    ],
    throttleRule,
  ]
}

/** No check takes longer than this many times the patience for one answer. */
const mostPatience = 30

export async function runKit({ target, extras, ended, only = () => true }: RunOptions): Promise<Outcome[]> {
  const facts: Facts = { heard: [] }
  const positions = () => facts.heard.map(({ heard }) => heard.filter(({ event }) => event === 'field.positions'))
  const rules = allRules(positions)
  const outcomes: Outcome[] = []
  for (const one of rules.filter(({ rule }) => only(rule))) {
    const outcome = await lookAt(one, target, extras, facts)
    outcomes.push(outcome)
    ended?.(outcome)
  }
  return outcomes
}

async function lookAt(one: Rule, target: Target, extras: Extras, facts: Facts): Promise<Outcome> {
  const { rule, title } = one
  if ('unseen' in one) return { rule, title, result: 'not-checked', seen: one.unseen }
  using line = createLine(target, extras, facts)
  try {
    for (const need of one.needs)
      if (!(await line.has(need))) return { rule, title, result: 'not-checked', seen: needs[need] }
    return {
      rule,
      title,
      result: 'passed',
      seen: (await inTime(one.check(line), target.patienceMs * mostPatience)) ?? '',
    }
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error)
    if (error instanceof NotSeen) return { rule, title, result: 'not-checked', seen }
    return { rule, title, result: error instanceof NotFollowed ? 'not-followed' : 'failed', seen }
  }
}

function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
