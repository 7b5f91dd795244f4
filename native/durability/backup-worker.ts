/** Entry of the backup thread: one task, then it ends. Started by backup-thread.ts as a worker_threads Worker. */
import { parentPort, workerData } from 'node:worker_threads'
import { storageFailure } from '../database/failure.ts'
import { BackupFailure, copyBackup, makeBackup, verifyBackup } from './backup-copy.ts'
import type { BackupTask, FromBackupThread } from './backup-thread.ts'

const tell = (message: FromBackupThread) => parentPort?.postMessage(message)
const task = workerData as BackupTask
const step = (name: (FromBackupThread & { type: 'step' })['step']) => tell({ type: 'step', step: name })

try {
  if (task.kind === 'make') tell({ type: 'done', manifest: makeBackup(task.copy, step) })
  else if (task.kind === 'verify')
    tell({ type: 'done', manifest: verifyBackup(task.folder, task.id, task.key, task.mostSchema, step) })
  else {
    copyBackup(task.from, task.to, task.manifest, task.key, step)
    tell({ type: 'done', manifest: task.manifest })
  }
} catch (error) {
  const problem = error instanceof BackupFailure ? error.problem : null
  const failure = storageFailure(error)
  tell({
    type: 'failed',
    problem,
    isSourceDamaged: problem === null && failure === 'corrupt',
    failure,
    detail: String(error),
  })
}
