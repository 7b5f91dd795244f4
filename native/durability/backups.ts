/** Backups as one part: made every hour and on request, verified, rotated, restored. */
import { rmSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { RecordAudit } from '../access/audit.ts'
import type { Clock } from '../clock.ts'
import type {
  BackupCause,
  BackupProblem,
  BackupRow,
  BackupState,
  BackupWork,
  CaseTotal,
  Recovery,
} from '../contract/backup.ts'
import type { Operator } from '../contract/case.ts'
import { storageFailure } from '../database/failure.ts'
import { migrations } from '../database/migrations/index.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import { BackupFailure, databaseOf, manifestOf } from './backup-copy.ts'
import { type ListedBackup, listBackups } from './backup-list.ts'
import { type BackupTask, runBackupTask, SourceDamaged } from './backup-thread.ts'
import type { Manifest } from './manifest.ts'
import { giveOrder } from './recovery-order.ts'
import type { Retired } from './retired.ts'
import { outdated } from './rotation.ts'

export interface BackupReference {
  id: string
  place: 'data' | 'second'
}

export interface Backups {
  state(): BackupState
  changed: Signal<unknown>
  /** Faults: `conflict` (work-under-way), `internal` (storage-full, backup-failed). */
  now(operator: Operator): Promise<BackupRow>
  /** Faults: `not-found`, `conflict` (work-under-way). */
  verify(reference: BackupReference): Promise<BackupRow>
  /** Faults: `not-found`, `conflict` (work-under-way, backup-unfit). Resolves when the program is about to begin anew. */
  restore(operator: Operator, request: BackupReference & { reason: string }): Promise<void>
  acknowledge(operator: Operator, recoveryId: string): void
  /** Months such as `2018-06`, both included. */
  totals(from: string, to: string): CaseTotal[]
  close(): void
}

export interface BackupsOptions {
  database: Database
  /** The file of that database. */
  file: string
  key: string
  dataFolder: string
  folder: string
  secondFolder: string | null
  app: string
  retentionYears: number
  retired: Retired
  /** The worker's file: backup-worker.ts, or its bundle. */
  workerUrl: URL
  recordAudit: RecordAudit
  newId: () => string
  /** Keeps what cannot be read without, before each backup. */
  saveFirstPages: () => void
  /** The database was found damaged while it was copied. */
  damaged: (detail: string) => void
  /** An order to go on with another database was written down: begin anew. */
  beginAnew: () => void
  clock: Clock
  log: Logger
  mostBytes?: number
}

const hourMs = 3_600_000
/** A start is busy enough. */
const firstWaitMs = 5 * 60_000
const retryMs = 10 * 60_000
const gibibyte = 1024 ** 3

type Check = BackupRow['check']

export function createBackups(options: BackupsOptions): Backups {
  const { database, key, clock, recordAudit, retired, mostBytes = 50 * gibibyte } = options
  const log = options.log.child({ part: 'backup' })
  const changed = createEmitter<void>()
  const closing = new AbortController()
  const places: { place: BackupReference['place']; folder: string }[] = [{ place: 'data', folder: options.folder }]
  if (options.secondFolder) places.push({ place: 'second', folder: options.secondFolder })
  const checks = new Map<string, Check>()
  let work: BackupWork | null = null
  let nextAt: number | null = null
  let failure: BackupState['failure'] = null
  let listed: ListedBackup[] = []

  const placeOf = (folder: string) => places.find((known) => known.folder === folder)?.place ?? 'data'
  const nameOf = ({ id, folder }: Pick<ListedBackup, 'id' | 'folder'>) => `${placeOf(folder)}/${id}`
  const lastRecovery = database.prepare<[], Pick<Recovery, 'acknowledgedAt' | 'acknowledgedBy'> & { body: string }>(
    `SELECT body, acknowledged_at AS acknowledgedAt, acknowledged_by AS acknowledgedBy FROM recoveries ORDER BY at DESC LIMIT 1`,
  )
  const acknowledge = database.prepare(
    'UPDATE recoveries SET acknowledged_at = ?, acknowledged_by = ? WHERE id = ? AND acknowledged_at IS NULL',
  )

  function readRecovery(): Recovery | null {
    const row = lastRecovery.get()
    if (!row) return null
    const { body, ...acknowledged } = row
    return { ...(JSON.parse(body) as Recovery), ...acknowledged }
  }
  let recovery = readRecovery()

  const relist = () => {
    listed = listBackups(
      places.map(({ folder }) => folder),
      key,
    )
    changed.emit()
  }
  const rowOf = (backup: ListedBackup): BackupRow => {
    const { id, folder, at, schema, bytes, manifest } = backup
    const isRead = typeof manifest === 'object'
    return {
      ...{ id, place: placeOf(folder), at, bytes, schema, cause: isRead ? manifest.cause : null },
      counts: isRead ? countsOf(manifest) : null,
      check: checkOf(backup, checks.get(nameOf(backup))),
    }
  }
  function find({ id, place }: BackupReference): ListedBackup {
    relist()
    const found = listed.find((backup) => backup.id === id && placeOf(backup.folder) === place)
    if (!found) throw new Fault('not-found', `no backup ${place}/${id}`)
    return found
  }

  /** One thing at a time. */
  async function during<T>(kind: BackupWork['kind'], id: string | null, act: () => Promise<T>): Promise<T> {
    if (work) throw new Fault('conflict', `${work.kind} is under way`, 'work-under-way')
    work = { kind, id, step: kind === 'backup' ? 'copy' : 'check', startedAt: clock.now() }
    changed.emit()
    try {
      return await act()
    } finally {
      work = null
      if (!closing.signal.aborted) relist()
    }
  }
  const run = (task: BackupTask): Promise<Manifest> => {
    const tell = (step: BackupWork['step']) => {
      if (work) work = { ...work, step }
      changed.emit()
    }
    return runBackupTask(options.workerUrl, task, tell, closing.signal)
  }

  /** Rejects with `BackupFailure` or `SourceDamaged`; the second copy may fail without the first being worth less. */
  async function make(cause: BackupCause): Promise<BackupRow> {
    const [{ folder }, second] = [places[0] as (typeof places)[0], places[1]]
    const { file, app } = options
    try {
      options.saveFirstPages()
      const manifest = await run({ kind: 'make', copy: { file, folder, key, cause, app, at: clock.now() } })
      checks.set(`data/${manifest.id}`, { state: 'verified', at: clock.now() })
      failure = null
      log.info({ id: manifest.id, bytes: manifest.bytes, cause }, 'backed up')
      if (second) await copyToSecond(manifest, folder, second.folder)
      rotate()
      relist()
      return rowOf(find({ id: manifest.id, place: 'data' }))
    } catch (error) {
      if (closing.signal.aborted) throw error
      if (isDamage(error)) options.damaged(String(error))
      fail('data', error)
      throw error
    }
  }
  async function copyToSecond(manifest: Manifest, from: string, to: string): Promise<void> {
    try {
      await run({ kind: 'second-copy', from, to, manifest, key })
      checks.set(`second/${manifest.id}`, { state: 'verified', at: clock.now() })
    } catch (error) {
      if (closing.signal.aborted) throw error
      fail('second', error)
    }
  }
  function fail(place: BackupReference['place'], error: unknown): void {
    const problem: BackupProblem = isDamage(error)
      ? 'damaged'
      : error instanceof BackupFailure
        ? error.problem
        : 'internal'
    failure = { at: clock.now(), problem, place }
    log.error({ place, problem, error: String(error) }, 'a backup failed')
    changed.emit()
  }

  function rotate(): void {
    relist()
    for (const { place, folder } of places) {
      const here = listed.filter((backup) => backup.folder === folder)
      const kept = here.map((backup) => {
        const { id, at, bytes, manifest } = backup
        const isGood = checkOf(backup, checks.get(nameOf(backup))).state !== 'failed'
        return {
          id,
          at,
          bytes,
          isGood,
          isBeforeMigration: typeof manifest === 'object' && manifest.cause === 'before-migration',
        }
      })
      for (const id of outdated(kept, mostBytes)) {
        log.info({ id, place }, 'a backup has served its time')
        rmSync(databaseOf(folder, id), { force: true })
        rmSync(manifestOf(folder, id), { force: true })
      }
    }
  }

  async function verifyNow(backup: ListedBackup): Promise<Manifest> {
    const { id, folder } = backup
    try {
      const manifest = await run({ kind: 'verify', folder, id, key, mostSchema: migrations.length })
      checks.set(nameOf(backup), { state: 'verified', at: clock.now() })
      return manifest
    } catch (error) {
      if (closing.signal.aborted) throw error
      const problem = error instanceof BackupFailure ? error.problem : 'damaged'
      checks.set(nameOf(backup), { state: 'failed', problem })
      log.error({ id, problem, error: String(error) }, 'a backup does not stand up to verification')
      throw new BackupFailure(problem, String(error), error)
    }
  }

  async function everyHour(signal: AbortSignal): Promise<void> {
    relist()
    const last = listed.find(({ manifest }) => typeof manifest === 'object')?.at ?? 0
    nextAt = Math.max(last + hourMs, clock.now() + firstWaitMs)
    for (;;) {
      changed.emit()
      while (clock.now() < nextAt) await clock.sleep(Math.min(nextAt - clock.now(), hourMs), signal)
      try {
        await during('backup', null, () => make('hourly'))
        nextAt = clock.now() + hourMs
      } catch {
        // Told in `failure`; or a person is at it, who comes first.
        nextAt = clock.now() + retryMs
      }
      signal.throwIfAborted()
    }
  }
  everyHour(closing.signal).catch((error: unknown) => {
    if (!closing.signal.aborted) log.error({ error: String(error) }, 'backups have stopped')
  })

  return {
    changed,
    state: () => ({
      rows: listed.map(rowOf),
      ...{ work, nextAt, failure },
      lastGoodAt: listed.find((backup) => checkOf(backup, checks.get(nameOf(backup))).state !== 'failed')?.at ?? null,
      ...{ secondFolder: options.secondFolder, folder: options.folder },
      ...{ lastRecovery: recovery, retentionYears: options.retentionYears },
    }),
    async now(operator) {
      recordAudit({ operatorId: operator.id, action: 'backup.made', subject: 'console.db', reason: null })
      return await during('backup', null, () => make('by-hand').catch(throwFault))
    },
    async verify(reference) {
      const backup = find(reference)
      await during('verify', backup.id, () => verifyNow(backup).catch(unlessAborted(closing.signal)))
      return rowOf(find(reference))
    },
    async restore(operator, { reason, ...reference }) {
      const backup = find(reference)
      await during('restore', backup.id, async () => {
        await verifyNow(backup).catch((error: unknown) => {
          if (!(error instanceof BackupFailure)) throw error
          throw new Fault('conflict', error.message, 'backup-unfit', error)
        })
        recordAudit({ operatorId: operator.id, action: 'backup.restored', subject: backup.id, reason })
        giveOrder(options.dataFolder, {
          ...{ id: options.newId(), at: clock.now(), kind: 'restored', detail: null, reason },
          ...{ by: { id: operator.id, name: operator.name }, backup: { id: backup.id, folder: backup.folder } },
        })
      })
      options.beginAnew()
    },
    acknowledge(operator, recoveryId) {
      if (acknowledge.run(clock.now(), operator.name, recoveryId).changes === 0) return
      recordAudit({ operatorId: operator.id, action: 'recovery.acknowledged', subject: recoveryId, reason: null })
      recovery = readRecovery()
      changed.emit()
    },
    totals: retired.totals,
    close: () => closing.abort(new Fault('cancelled', 'the console is closing')),
  }
}

const isDamage = (error: unknown) => error instanceof SourceDamaged || storageFailure(error) === 'corrupt'

function countsOf({ counts }: Manifest): BackupRow['counts'] {
  const of = (table: string) => counts[table] ?? 0
  const [cases, steps, outbox] = [of('cases'), of('case_steps'), of('outbox')]
  return { cases, steps, outbox, audit: of('audit'), handOvers: of('hand_overs') }
}

/** What can be seen without reading the file; else what was found when it was read. */
function checkOf({ manifest, bytes, id }: ListedBackup, known: Check | undefined): Check {
  const failed = (problem: BackupProblem): Check => ({ state: 'failed', problem })
  if (manifest === 'missing') return failed('no-manifest')
  if (manifest === 'foreign') return failed('foreign-manifest')
  if (manifest.id !== id || manifest.bytes !== bytes) return failed('changed')
  if (manifest.schema > migrations.length) return failed('newer')
  return known ?? { state: 'unchecked' }
}

function throwFault(error: unknown): never {
  if (error instanceof BackupFailure && error.problem === 'full') {
    throw new Fault('internal', error.message, 'storage-full', error)
  }
  throw error instanceof Fault ? error : new Fault('internal', String(error), 'backup-failed', error)
}

/** What is wrong stands in the row. */
function unlessAborted(signal: AbortSignal): (error: unknown) => null {
  return (error) => {
    if (signal.aborted) throw error
    return null
  }
}
