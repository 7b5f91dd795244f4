/** A console's database is replaced by an older copy of it, as after a damaged disk. */
import { openConsole, readConsole } from './checker/console-state.ts'
import type { HubState } from './checker/hub-state.ts'
import type { Operation } from './record.ts'
import type { StagedConsole } from './stage.ts'

/**
 * Killed, the last copy in place, started again as another client that sends what the copy has waiting with old ids and new
 * numbers. Of what was taken since, only the hub knows; what had not reached it is gone.
 */
export async function restoreConsole(
  console: StagedConsole,
  /** Those that its operator has taken since the copy was made. */
  since: readonly Operation[],
  readHub: () => HubState,
): Promise<void> {
  await console.kill()
  const queued = new Set(readConsole(console.folder).outbox.map(({ marker }) => marker))
  console.takeCopyBack()
  becomeAnotherClient(console.folder)
  const atHub = new Set(readHub().steps.map(({ marker }) => marker))
  for (const operation of since) {
    const isKnown = atHub.has(operation.marker) && !queued.has(operation.marker)
    operation.disk = isKnown && operation.disk !== 'gone' ? 'only at the hub' : 'gone'
  }
  await console.start()
}

function becomeAnotherClient(folder: string): void {
  const database = openConsole(folder, false)
  try {
    database
      .transaction(() => {
        database.prepare('UPDATE feed_position SET client_id = ?').run(crypto.randomUUID())
        const waiting = database.prepare<[], number>('SELECT client_seq FROM outbox ORDER BY client_seq').pluck().all()
        const renumber = database.prepare('UPDATE outbox SET client_seq = ? WHERE client_seq = ?')
        for (const [index, number] of waiting.entries()) renumber.run(index + 1, number)
        database.prepare(`UPDATE sqlite_sequence SET seq = ? WHERE name = 'outbox'`).run(waiting.length)
      })
      .immediate()
  } finally {
    database.close()
  }
}
