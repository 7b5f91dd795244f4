/** What keeps the workstation's data: one writer, recovery at the start, backups, retention. Put together here, opened before everything else. */
import { basename } from 'node:path'
import type { Logger } from 'pino'
import type { RecordAudit } from '../access/audit.ts'
import { type CaseParts, createCaseParts } from '../cases/case-parts.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/open.ts'
import { holdDataFolder } from '../database/single-writer.ts'
import { backupFolder, databaseFile, headFile, openDurable, orderRecovery } from './open-durable.ts'
import { type Backups, createBackups } from './backups.ts'
import { saveFirstPages } from './first-pages.ts'
import { keptSince, startRetention } from './retention.ts'
import { watchDamage } from './watch-damage.ts'

export interface DurabilityOptions {
  dataFolder: string
  key: () => string
  /** A second place for backups; null: none. */
  secondFolder: string | null
  /** Closed cases are kept for so many years. */
  retentionYears: number
  /** The backup worker's file, or its bundle. */
  workerUrl: URL
  newId: () => string
  clock: Clock
  log: Logger
}

export interface Durability {
  database: Database
  cases: CaseParts
  /** Resolves when the workstation has to be closed and opened anew. */
  renewal: Promise<void>
  /** Begins with backups and retention; `retired` is called when cases have left. */
  start(recordAudit: RecordAudit, retired: () => void): Backups
  close(): void
}

const app = 'subcenter-console/1'

/** Throws `StartFailure`; what was opened until then is closed again. */
export function openDurability(options: DurabilityOptions): Durability {
  const { dataFolder, secondFolder, retentionYears, newId, clock } = options
  const log = options.log.child({ part: 'durability' })
  using opening = new DisposableStack()
  const lock = holdDataFolder(dataFolder, basename(process.argv[1] ?? process.title), clock.now())
  opening.defer(() => lock.close())
  const key = options.key()
  const durable = { dataFolder, key, secondFolder, app, now: clock.now, newId, log }
  const database = openDurable(durable)
  opening.defer(() => void database.close())
  const file = databaseFile(dataFolder)
  const keepFirstPages = () => saveFirstPages(database, file, headFile(dataFolder), key)
  opening.defer(() => attempt(keepFirstPages, log))
  const renewal = Promise.withResolvers<void>()
  const damaged = (detail: string) => {
    log.fatal({ detail }, 'the database is damaged; beginning anew to rescue what can be read')
    orderRecovery(durable, detail)
    renewal.resolve()
  }
  watchDamage(database, (error) => damaged(String(error)))
  const cases = createCaseParts(database, () => keptSince(clock.now(), retentionYears))
  const open = opening.move()
  return {
    ...{ database, cases, renewal: renewal.promise },
    start(recordAudit, retired) {
      open.defer(startRetention({ database, store: cases.store, retired, clock, log }))
      const backups = createBackups({
        ...{ database, file, key, dataFolder, folder: backupFolder(dataFolder), secondFolder, app, retentionYears },
        ...{ retired: cases.retired, workerUrl: options.workerUrl, recordAudit, newId, damaged, clock, log },
        saveFirstPages: keepFirstPages,
        beginAnew: renewal.resolve,
      })
      open.defer(backups.close)
      return backups
    },
    close: () => open.dispose(),
  }
}

/** Those of before are still of use. */
function attempt(keep: () => void, log: Logger): void {
  try {
    keep()
  } catch (error) {
    log.warn({ error: String(error) }, 'the first pages could not be kept')
  }
}
