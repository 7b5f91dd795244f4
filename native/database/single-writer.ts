/**
 * One native program to a data folder. The lock is the operating system's, taken by SQLite on a small database beside the
 * real one: it dies with the process that holds it, so a killed program leaves nothing behind that has to be cleared away.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { StartFailure } from '../start-failure.ts'
import { storageFailure } from './failure.ts'

const holder = z.object({ program: z.string(), pid: z.int(), since: z.number() })

export interface DataFolderLock {
  close(): void
}

/** Throws `StartFailure` (in-use) that says who has it and since when. */
export function holdDataFolder(folder: string, program: string, now: number): DataFolderLock {
  const lock = new Database(join(folder, 'console.lock'), { timeout: 0 })
  const note = join(folder, 'console.lock.json')
  try {
    // EXCLUSIVE keeps others from reading too, on every file system that knows locks at all; nothing is ever written.
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (storageFailure(error) !== 'busy') throw error
    throw inUse(folder, readHolder(note), error)
  }
  // Only told to people: whoever holds the lock has written it last.
  writeFileSync(note, JSON.stringify({ program, pid: process.pid, since: now }), { mode: 0o600 })
  return { close: () => void lock.close() }
}

function readHolder(note: string): z.infer<typeof holder> | null {
  try {
    return holder.parse(JSON.parse(readFileSync(note, 'utf8')))
  } catch {
    return null
  }
}

function inUse(folder: string, by: z.infer<typeof holder> | null, cause: unknown): StartFailure {
  const since = by && new Date(by.since + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  return new StartFailure(
    'in-use',
    by
      ? `数据文件夹 ${folder} 正由另一个指挥台程序使用:${by.program} (进程 ${by.pid}),自 ${since} 起。请使用已打开的指挥台,或先将其退出`
      : `数据文件夹 ${folder} 正由另一个指挥台程序使用。请使用已打开的指挥台,或先将其退出`,
    by
      ? `${folder} is in use by another console: ${by.program} (process ${by.pid}) since ${since} (UTC+8)`
      : `${folder} is in use by another console`,
    cause,
  )
}
