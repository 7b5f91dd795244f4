/** The database key: 32 random bytes in a file that only its owner may read. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { StartFailure } from '../start-failure.ts'

/**
 * Hex text of the key (64 digits). A missing key is made only while there is no database yet:
 * a new key for an existing database could only hide it.
 */
export function loadKey(keyFile: string, databaseFile: string): string {
  if (!existsSync(keyFile)) {
    if (existsSync(databaseFile)) throw keyMissing(keyFile, databaseFile)
    writeFileSync(keyFile, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  }
  if (process.platform !== 'win32' && (statSync(keyFile).mode & 0o077) !== 0) {
    throw new StartFailure(
      'key-unreadable',
      `数据库密钥 ${keyFile} 可被他人读取,请改为仅本人可读 (chmod 600) 后重新启动`,
      `${keyFile} is readable by others: chmod 600 it and start again`,
    )
  }
  const key = readFileSync(keyFile, 'utf8').trim()
  if (/^[0-9a-f]{64}$/.test(key)) return key
  throw new StartFailure(
    'key-unreadable',
    `数据库密钥 ${keyFile} 内容不完整;数据未改动,请从备份恢复该密钥`,
    `${keyFile} does not hold 64 hexadecimal digits; nothing was changed, restore the key from your backup`,
  )
}

function keyMissing(keyFile: string, databaseFile: string): StartFailure {
  return new StartFailure(
    'key-missing',
    `数据库 ${databaseFile} 在,但密钥 ${keyFile} 不见了;数据未改动,请从备份恢复该密钥`,
    `${databaseFile} exists but its key ${keyFile} does not; nothing was changed, restore the key from your backup`,
  )
}
