/** What the command palette offers for what was typed. Pure. */
import type { QueueRow } from '../../native/contract/case.ts'
import { bestMatches, initialsOf } from '../parts/matching.ts'

export interface Command {
  id: string
  /** As the sheet of shortcuts groups it. */
  group: string
  words: string
  keys: string
  run: () => void
}

const mostShown = 12
const mostCases = 6

export function findCommands(commands: readonly Command[], typed: string): Command[] {
  return bestMatches(commands, typed, ({ words, keys }) => [words, initialsOf(words), keys], mostShown)
}

/** Cases at hand by their number, or its end; nothing before a digit was typed. */
export function findCases(rows: readonly QueueRow[], typed: string): QueueRow[] {
  const wanted = typed.trim().toLowerCase()
  if (!/\d/.test(wanted)) return []
  return rows.filter(({ number }) => number.toLowerCase().includes(wanted)).slice(0, mostCases)
}
