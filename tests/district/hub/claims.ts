/** Who has taken on which case, or a camera in hand: kept over restarts, until given up or run out. */
import type { Claim } from '../../../native/contract/presence.ts'
import type { StateFile } from './state-file.ts'

/** At once from the embedded state, later from a server. */
export type Answer<T> = T | Promise<T>

export interface Claims {
  /** Those that hold at `now`. */
  list(subCenter: string, now: number): Answer<Claim[]>
  /**
   * Null when it is taken; else who has it, and nothing is changed. A workstation's own claim is renewed; those of `overridden` roles give way.
   */
  take(subCenter: string, claim: Claim, now: number, overridden: readonly string[]): Answer<Claim | null>
  /** Of the workstation's own; idempotent. */
  release(subCenter: string, caseId: string, workstation: string): Answer<void>
}

const table = `CREATE TABLE IF NOT EXISTS claims (
  sub_center TEXT NOT NULL, case_id TEXT NOT NULL, workstation TEXT NOT NULL, until INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (sub_center, case_id)
) STRICT, WITHOUT ROWID`

export function createClaims(file: StateFile): Claims {
  file.exec(table)
  const held = file
    .prepare<[string, number], string>('SELECT body FROM claims WHERE sub_center = ? AND until > ? ORDER BY case_id')
    .pluck()
  const holder = file
    .prepare<[string, string, number], string>(
      'SELECT body FROM claims WHERE sub_center = ? AND case_id = ? AND until > ?',
    )
    .pluck()
  const put = file.prepare(
    'INSERT OR REPLACE INTO claims (sub_center, case_id, workstation, until, body) VALUES (?, ?, ?, ?, ?)',
  )
  const drop = file.prepare('DELETE FROM claims WHERE sub_center = ? AND case_id = ? AND workstation = ?')
  const take = file.transaction((subCenter: string, claim: Claim, now: number, overridden: readonly string[]) => {
    const body = holder.get(subCenter, claim.caseId, now)
    const present = body === undefined ? null : (JSON.parse(body) as Claim)
    const isOthers = present !== null && present.workstation !== claim.workstation
    if (isOthers && !overridden.includes(present.by.role)) return present
    put.run(subCenter, claim.caseId, claim.workstation, claim.until, JSON.stringify(claim))
    return null
  })
  return {
    list: (subCenter, now) => held.all(subCenter, now).map((body) => JSON.parse(body) as Claim),
    take: (...claim) => take.immediate(...claim),
    release: (...mine) => void drop.run(...mine),
  }
}
