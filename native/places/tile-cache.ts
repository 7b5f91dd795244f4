/**
 * Tiles that were fetched once, kept on disk: a bounded number of bytes, what was used least recently goes first.
 *
 * A file's name is a hash of the tile's address, so neither the address nor a key in it can be read there. Its time of
 * change is when the tile was fetched, its time of access when it was last used.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'

export interface CachedTile {
  type: string
  data: Buffer
  /** By this machine's clock. */
  fetchedAt: number
}

export interface TileCache {
  /** Null when it is not there or was not wholly written. Never rejects. */
  read(address: string): Promise<CachedTile | null>
  /** A disk that takes nothing is logged once and otherwise borne. Never rejects. */
  write(address: string, type: string, data: Buffer): Promise<void>
}

export interface TileCacheOptions {
  folder: string
  mostBytes: number
  clock: Clock
  log: Logger
}

interface Kept {
  bytes: number
  usedAt: number
}

/** Being used is written down no oftener than this. */
const usePaceMs = 3_600_000
/** Room is made for more than one tile at a time. */
const shareKept = 0.9
const partial = '.part'

export function createTileCache({ folder, mostBytes, clock, log }: TileCacheOptions): TileCache {
  let opened: Promise<Map<string, Kept>> | null = null
  let total = 0
  let isComplaining = false

  /** Read once, with the first tile that is asked for. */
  const index = () => (opened ??= readIndex())
  async function readIndex(): Promise<Map<string, Kept>> {
    const kept = new Map<string, Kept>()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(folder)) {
      const file = join(folder, name)
      // Left behind by a program that was ended while writing.
      if (name.endsWith(partial)) await rm(file, { force: true })
      else {
        const { size, atimeMs } = await stat(file)
        kept.set(name, { bytes: size, usedAt: atimeMs })
        total += size
      }
    }
    return kept
  }

  async function forget(kept: Map<string, Kept>, name: string): Promise<void> {
    total -= kept.get(name)?.bytes ?? 0
    kept.delete(name)
    await rm(join(folder, name), { force: true })
  }

  async function makeRoom(kept: Map<string, Kept>): Promise<void> {
    if (total <= mostBytes) return
    const byUse = [...kept].toSorted(([, one], [, other]) => one.usedAt - other.usedAt)
    for (const [name] of byUse) {
      if (total <= mostBytes * shareKept) return
      await forget(kept, name)
    }
  }

  async function find(address: string): Promise<CachedTile | null> {
    const kept = await index()
    const name = nameOf(address)
    const known = kept.get(name)
    if (!known) return null
    const file = join(folder, name)
    const content = await readFile(file).catch(() => null)
    const tile = content && parse(content)
    if (!tile) {
      await forget(kept, name)
      return null
    }
    const { mtime } = await stat(file)
    const now = clock.now()
    if (now - known.usedAt > usePaceMs) await utimes(file, new Date(now), mtime)
    known.usedAt = now
    return { ...tile, fetchedAt: mtime.getTime() }
  }

  async function keep(address: string, type: string, data: Buffer): Promise<void> {
    const kept = await index()
    const name = nameOf(address)
    const content = Buffer.concat([Buffer.from(`${type} ${data.length}\n`), data])
    const file = join(folder, name)
    const unfinished = join(folder, `${randomUUID()}${partial}`)
    const now = new Date(clock.now())
    await writeFile(unfinished, content, { mode: 0o600 })
    await utimes(unfinished, now, now)
    await rename(unfinished, file)
    total += content.length - (kept.get(name)?.bytes ?? 0)
    kept.set(name, { bytes: content.length, usedAt: now.getTime() })
    await makeRoom(kept)
  }

  function complain(error: unknown): null {
    if (!isComplaining)
      log.warn({ code: (error as NodeJS.ErrnoException).code }, 'tiles of the base map cannot be kept')
    isComplaining = true
    return null
  }
  return {
    read: (address) => find(address).catch(complain),
    write: async (address, type, data) => void (await keep(address, type, data).catch(complain)),
  }
}

const nameOf = (address: string) => createHash('sha256').update(address).digest('hex')

/** A first line with type and length, then the tile. */
function parse(content: Buffer): { type: string; data: Buffer } | null {
  const end = content.indexOf('\n')
  const [, type, length] = /^(image\/[a-z]+) (\d+)$/.exec(content.toString('latin1', 0, Math.max(end, 0))) ?? []
  const data = content.subarray(end + 1)
  return type && data.length === Number(length) ? { type, data } : null
}
