/** Where a walk stands: what was said of each stop by whoever walks the run, who stands where, and which stop comes next. Values in, values out. */
import type { PatrolStop, StopOutcome, WalkRow } from '../../../../native/contract/patrol.ts'
import { wordsOfRun } from '../../../../native/contract/patrol-run.ts'

export interface PlannedStop {
  stop: PatrolStop
  /** From 0. */
  index: number
  /** Null while nobody has said anything of it. */
  outcome: StopOutcome | null
  /** Who said so, when that was somebody else. */
  saidBy: string | null
  /** Others of this run who look at it now. */
  lookedAtBy: string | null
}

/** `walks`: all that are known. `said`: what was said here and has not come back yet. */
export function planOf(
  stops: readonly PatrolStop[],
  walk: WalkRow,
  walks: readonly WalkRow[],
  said: ReadonlyMap<string, StopOutcome>,
): PlannedStop[] {
  const run = walks.filter(({ runId }) => runId === walk.runId)
  const words = wordsOfRun(run)
  const others = othersOf(walk, walks)
  return stops.map((stop, index) => {
    const word = words.get(stop.id)?.word
    const own = said.get(stop.id)
    return {
      ...{ stop, index, outcome: own ?? word?.outcome ?? null },
      saidBy: own || !word || word.by.id === walk.by.id ? null : word.by.name,
      lookedAtBy: others.find(({ at }) => at === stop.id)?.by.name ?? null,
    }
  })
}

/** Others who walk the same run now. */
export const othersOf = (walk: WalkRow, walks: readonly WalkRow[]): WalkRow[] =>
  walks.filter(({ id, runId, state }) => runId === walk.runId && id !== walk.id && state !== 'ended')

const isOpen = ({ outcome, lookedAtBy }: PlannedStop): boolean => outcome === null && lookedAtBy === null

/** Open stops in the order in which they will be looked at: those after `from` (null: from the first), then those left before it. */
export function openAfter(plan: readonly PlannedStop[], from: string | null): PlannedStop[] {
  const at = plan.findIndex(({ stop }) => stop.id === from)
  return [...plan.slice(at + 1), ...plan.slice(0, Math.max(0, at))].filter(isOpen)
}

/** The stop to begin or go on with: the one that was looked at, while it is open, else the first open one; null: nothing is left. */
export function firstStop(plan: readonly PlannedStop[], lastAt: string | null): string | null {
  const last = plan.find(({ stop }) => stop.id === lastAt)
  if (last && last.outcome === null) return last.stop.id
  return openAfter(plan, last ? lastAt : null)[0]?.stop.id ?? null
}

/** The stop `by` places further in the order of the route, whatever was said of it. */
export function neighbourOf(plan: readonly PlannedStop[], from: string | null, by: 1 | -1): string | null {
  const at = plan.findIndex(({ stop }) => stop.id === from)
  return plan[at + by]?.stop.id ?? null
}

export function countsOf(plan: readonly PlannedStop[]): Record<StopOutcome | 'open', number> {
  const counts = { nothing: 0, finding: 0, 'camera-bad': 0, skipped: 0, open: 0 }
  for (const { outcome } of plan) counts[outcome ?? 'open'] += 1
  return counts
}
