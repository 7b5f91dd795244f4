/** Files that are on the disk when the call returns. */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes renames in the folder last. Windows does so by itself and knows no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The file holds either what it held or all of this. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const fresh = `${path}.new`
  writeFileSync(fresh, content, { mode: 0o600 })
  syncFile(fresh)
  renameSync(fresh, path)
  syncFolder(dirname(path))
}
