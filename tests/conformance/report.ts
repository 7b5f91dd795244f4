/** Puts what was found into words: a line a check, and a sum of rules at the end. */
import type { Outcome } from './run.ts'

export interface Sum {
  rules: number
  passed: number
  failed: string[]
  notFollowed: string[]
  notChecked: string[]
}

const words: Record<Outcome['result'], string> = {
  passed: 'passed      ',
  failed: 'FAILED      ',
  'not-followed': 'not followed',
  'not-checked': 'not checked ',
}

export function lineOf({ rule, title, result, seen }: Outcome): string {
  return `${rule.padEnd(6)} ${words[result]}  ${title}${seen === '' ? '' : `: ${seen.replaceAll('\n', ' ')}`}`
}

/** A rule of which a part was not looked at is not counted as passed. */
export function sumUp(outcomes: readonly Outcome[]): Sum {
  const rules = [...new Set(outcomes.map(({ rule }) => rule))].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)))
  const ended = (rule: string, result: Outcome['result']) =>
    outcomes.some((one) => one.rule === rule && one.result === result)
  const failed = rules.filter((rule) => ended(rule, 'failed'))
  const notFollowed = rules.filter((rule) => !failed.includes(rule) && ended(rule, 'not-followed'))
  const rest = rules.filter((rule) => !failed.includes(rule) && !notFollowed.includes(rule))
  const notChecked = rest.filter((rule) => ended(rule, 'not-checked'))
  return { rules: rules.length, passed: rest.length - notChecked.length, failed, notFollowed, notChecked }
}
