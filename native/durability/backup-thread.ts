/** Runs one backup task in a thread of its own, so that neither steps nor pictures wait for it. */
import { Worker } from 'node:worker_threads'
import type { BackupProblem, BackupWork } from '../contract/backup.ts'
import type { StorageFailure } from '../database/failure.ts'
import { BackupFailure, type CopyTask } from './backup-copy.ts'
import type { Manifest } from './manifest.ts'

export type BackupTask =
  | { kind: 'make'; copy: CopyTask }
  | { kind: 'verify'; folder: string; id: string; key: string; mostSchema: number }
  | { kind: 'second-copy'; from: string; to: string; manifest: Manifest; key: string }

export type FromBackupThread =
  | { type: 'step'; step: BackupWork['step'] }
  | { type: 'done'; manifest: Manifest }
  | {
      type: 'failed'
      problem: BackupProblem | null
      isSourceDamaged: boolean
      failure: StorageFailure | null
      detail: string
    }

/** The database itself could not be read while it was copied. */
export class SourceDamaged extends Error {
  override name = 'SourceDamaged'
}

/** Rejects with `BackupFailure`, `SourceDamaged`, or the signal's reason; what was not finished is removed at the next start. */
export async function runBackupTask(
  workerUrl: URL,
  task: BackupTask,
  tell: (step: BackupWork['step']) => void,
  signal: AbortSignal,
): Promise<Manifest> {
  signal.throwIfAborted()
  const worker = new Worker(workerUrl, { workerData: task, name: 'backup' })
  const { promise, resolve, reject } = Promise.withResolvers<Manifest>()
  worker.on('message', (message: FromBackupThread) => {
    if (message.type === 'step') tell(message.step)
    else if (message.type === 'done') resolve(message.manifest)
    else reject(failureOf(message))
  })
  worker.once('error', (error) =>
    reject(new BackupFailure('internal', `the backup thread died: ${String(error)}`, error)),
  )
  worker.once('exit', () => reject(new BackupFailure('internal', 'the backup thread ended before it had an answer')))
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', abort)
    // A call of SQLite that is under way ends first; nobody has to wait for it.
    void worker.terminate()
  }
}

function failureOf({ problem, isSourceDamaged, failure, detail }: FromBackupThread & { type: 'failed' }): Error {
  if (isSourceDamaged) return new SourceDamaged(detail)
  const known: Partial<Record<StorageFailure, BackupProblem>> = { full: 'full', readonly: 'unreachable' }
  return new BackupFailure(problem ?? (failure ? known[failure] : undefined) ?? 'internal', detail)
}
