/** Steps that the hub agreed to: each must come back by the feed. One that does not is sent once more, then put before a person. */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { CaseStore } from '../cases/case-store.ts'
import type { Outbox } from '../cases/outbox.ts'

export interface Promises {
  /** What has been agreed to and not come back: a catch-up that begins now must bring it. */
  expected(): readonly string[]
  /**
   * A catch-up has reached the hub's head without stumbling: what it has not brought was not kept. `again` goes once more under the
   * same id, because a hub that lost it does it then, and a hub that has it only says so again; `broken` was put before a person.
   */
  settle(expected: readonly string[]): { again: number; broken: number }
}

export interface PromisesOptions {
  database: Database
  outbox: Pick<Outbox, 'agreed' | 'sendAgain'>
  store: Pick<CaseStore, 'park'>
  log: Logger
}

/** As a parked step says why: the hub's words would be words of agreement. */
const notInFeed = JSON.stringify({ code: 'not-in-feed' })

export function createPromises({ database, outbox, store, log }: PromisesOptions): Promises {
  // Kept in memory: after a restart a step goes once more than needed, which is harmless.
  const sentAgain = new Set<string>()

  const settle = database.transaction((expected: readonly string[]) => {
    const open = new Set(expected)
    const kept = { again: 0, broken: 0 }
    for (const { opId, caseId } of outbox.agreed()) {
      if (!open.has(opId)) continue
      if (sentAgain.has(opId)) {
        store.park(opId, caseId, notInFeed)
        kept.broken += 1
      } else {
        outbox.sendAgain(opId)
        sentAgain.add(opId)
        kept.again += 1
      }
      log.warn({ opId, caseId }, 'the hub agreed to a step that its feed does not hold')
    }
    return kept
  })

  return {
    expected: () => outbox.agreed().map(({ opId }) => opId),
    settle: (expected) => (expected.length === 0 ? { again: 0, broken: 0 } : settle.immediate(expected)),
  }
}
