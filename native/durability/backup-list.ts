/** Which backups lie in the folders, by their names and manifests. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { manifestOf } from './backup-copy.ts'
import { type Manifest, readBackupId, readManifest } from './manifest.ts'

export interface ListedBackup {
  id: string
  folder: string
  at: number
  schema: number
  bytes: number
  manifest: Manifest | 'missing' | 'foreign'
}

/** Newest first. A folder that cannot be reached holds none. */
export function listBackups(folders: readonly string[], key: string): ListedBackup[] {
  return folders.flatMap((folder) => listFolder(folder, key)).sort((left, right) => right.at - left.at)
}

function listFolder(folder: string, key: string): ListedBackup[] {
  return namesIn(folder).flatMap((name) => {
    const id = name.slice(0, -'.db'.length)
    const named = readBackupId(id)
    if (!name.endsWith('.db') || !named) return []
    const stat = statSync(join(folder, name), { throwIfNoEntry: false })
    if (!stat) return []
    const manifest = readManifest(manifestOf(folder, id), key)
    const at = typeof manifest === 'object' ? manifest.at : named.at
    return [{ id, folder, at, schema: named.schema, bytes: stat.size, manifest }]
  })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
