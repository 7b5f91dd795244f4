/** Decides which backups have served their time. Values in, values out. */

export interface KeptBackup {
  id: string
  at: number
  bytes: number
  /** Verified, as far as anybody knows. */
  isGood: boolean
  isBeforeMigration: boolean
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** How many of each length of time are kept: the newest of each of the last 24 hours, 7 days and 4 weeks that have one. */
const keep = [
  { ms: hourMs, many: 24 },
  { ms: dayMs, many: 7 },
  { ms: 7 * dayMs, many: 4 },
]
/** What could not be verified is of use only to a technician, and not for ever. */
const mostBad = 2

/**
 * Ids of those to remove. The newest good one stays whatever the bound, and the newest from before a migration while it is within it:
 * only that one opens in the program of before.
 */
export function outdated(backups: readonly KeptBackup[], mostBytes: number): string[] {
  const newestFirst = backups.toSorted((left, right) => right.at - left.at || (left.id < right.id ? 1 : -1))
  const good = newestFirst.filter(({ isGood }) => isGood)
  const wanted = new Set(newestFirst.filter(({ isGood }) => !isGood).slice(0, mostBad))
  for (const { ms, many } of keep) {
    const periods = new Set<number>()
    for (const backup of good) {
      const period = Math.floor(backup.at / ms)
      if (periods.has(period)) continue
      if (periods.size === many) break
      periods.add(period)
      wanted.add(backup)
    }
  }
  const beforeMigration = good.find(({ isBeforeMigration }) => isBeforeMigration)
  if (beforeMigration) wanted.add(beforeMigration)
  const fitting = new Set<KeptBackup>()
  let bytes = 0
  for (const backup of [...good.slice(0, 1), ...(beforeMigration ? [beforeMigration] : []), ...newestFirst]) {
    if (!wanted.has(backup) || fitting.has(backup)) continue
    if (bytes + backup.bytes > mostBytes && fitting.size > 0) continue
    fitting.add(backup)
    bytes += backup.bytes
  }
  return newestFirst.filter((backup) => !fitting.has(backup)).map(({ id }) => id)
}
