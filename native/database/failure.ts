/** Names the database's failures: corrupt is not busy, and full is not broken. */

export type StorageFailure = 'full' | 'readonly' | 'corrupt' | 'busy'

/** Null when the error is not the storage's. Codes: https://sqlite.org/rescode.html */
export function storageFailure(error: unknown): StorageFailure | null {
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code !== 'string') return null
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC') return 'full'
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN' || code === 'EROFS') return 'readonly'
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'corrupt'
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'busy'
  if (code.startsWith('SQLITE_IOERR')) return 'full'
  return null
}
