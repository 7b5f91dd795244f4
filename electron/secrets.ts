/** Keeps the database key sealed by the system's key store; without a real one the key stays a file that only its owner may read. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** What of Electron's safeStorage is used; the asynchronous calls came with later versions. */
export interface SafeStorage {
  isAsyncEncryptionAvailable?(): Promise<boolean>
  encryptStringAsync?(text: string): Promise<Buffer>
  decryptStringAsync?(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }>
  isEncryptionAvailable(): boolean
  encryptString(text: string): Buffer
  decryptString(sealed: Buffer): string
  /** Linux only. */
  getSelectedStorageBackend?(): string
}

export type KeyAnswer = { key: string; warning: null } | { key: null; warning: string }

async function canSeal(storage: SafeStorage, platform: NodeJS.Platform): Promise<string | null> {
  const isAvailable = await (storage.isAsyncEncryptionAvailable?.() ?? storage.isEncryptionAvailable())
  if (!isAvailable) return 'this system offers no key store'
  // It encrypts with a password that is written in Chromium's source.
  const backend = platform === 'linux' ? storage.getSelectedStorageBackend?.() : undefined
  return backend === 'basic_text' || backend === 'unknown'
    ? `the key store is ${backend}, which protects nothing`
    : null
}

async function unseal(storage: SafeStorage, file: string): Promise<string> {
  const sealed = readFileSync(file)
  if (!storage.decryptStringAsync) return storage.decryptString(sealed)
  const { result, shouldReEncrypt } = await storage.decryptStringAsync(sealed)
  if (shouldReEncrypt) writeFileSync(file, await seal(storage, result), { mode: 0o600 })
  return result
}

async function seal(storage: SafeStorage, text: string): Promise<Buffer> {
  return (await storage.encryptStringAsync?.(text)) ?? storage.encryptString(text)
}

/** Made at the first start. A sealed key that does not open is never replaced: a new one could only hide the database. */
export async function databaseKey(
  storage: SafeStorage,
  file: string,
  platform: NodeJS.Platform = process.platform,
): Promise<KeyAnswer> {
  try {
    const why = await canSeal(storage, platform)
    if (why !== null) return { key: null, warning: why }
    if (existsSync(file)) return { key: await unseal(storage, file), warning: null }
    const key = randomBytes(32).toString('hex')
    writeFileSync(file, await seal(storage, key), { mode: 0o600, flag: 'wx' })
    return { key, warning: null }
  } catch (error) {
    return { key: null, warning: `the key store failed: ${error instanceof Error ? error.message : String(error)}` }
  }
}
