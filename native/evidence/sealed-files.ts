/**
 * Files that are encrypted where they lie: AES-256-GCM in blocks, each bound to its file and its place in it.
 * Every file has a key of its own, used for one writing only, so the block's number is nonce enough (NIST SP 800-38D section 8.2.1).
 * The keys are kept in the encrypted database; the expected length comes from there too, so a file that was cut short does not pass.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { type FileHandle, open as openFile } from 'node:fs/promises'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const blockBytes = 256 * 1024
const tagBytes = 16

export interface SealedFile {
  id: string
  key: Buffer
  /** Of the content. */
  bytes: number
}

export interface SealedWriter {
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when it is on the disk. */
  end(): Promise<{ bytes: number; sha256: string }>
  /** Closes and removes what was written. Idempotent, also after `end` has failed. */
  abandon(): Promise<void>
}

export interface SealedFiles {
  create(id: string, key: Buffer): Promise<SealedWriter>
  /** Fewer bytes only at the end. Throws `SealBroken`, or what the file system says. */
  read(file: SealedFile, offset: number, length: number): Promise<Buffer>
  remove(id: string): void
  /** Removes files of which nobody knows the key any more. */
  keepOnly(ids: readonly string[]): void
}

/** What lies on the disk is not what was written. */
export class SealBroken extends Error {
  override name = 'SealBroken'
}

export const newSealKey = () => randomBytes(32)

export interface SealedFilesOptions {
  folder: string
  open?: (path: string, flags: string, mode?: number) => Promise<FileHandle>
}

export function createSealedFiles({ folder, open = openFile }: SealedFilesOptions): SealedFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Ids come from elsewhere and are not names for files.
  const nameOf = (id: string) => createHash('sha256').update(id).digest('hex')
  const pathOf = (id: string) => join(folder, nameOf(id))
  const remove = (id: string) => rmSync(pathOf(id), { force: true })
  return {
    async create(id, key) {
      remove(id)
      return writerOf(await open(pathOf(id), 'wx', 0o600), id, key, () => remove(id))
    },
    async read({ id, key, bytes }, offset, length) {
      const end = Math.min(bytes, offset + length)
      if (end <= offset) return Buffer.alloc(0)
      const first = Math.floor(offset / blockBytes)
      const last = Math.floor((end - 1) / blockBytes)
      const from = first * (blockBytes + tagBytes)
      const sealed = Buffer.alloc(sealedLength(bytes, last) - from)
      const handle = await open(pathOf(id), 'r')
      try {
        const { bytesRead } = await handle.read(sealed, 0, sealed.length, from)
        if (bytesRead < sealed.length) throw new SealBroken(`${id} was cut short`)
      } finally {
        await handle.close()
      }
      const blocks = Array.from({ length: last - first + 1 }, (_, index) => {
        const start = index * (blockBytes + tagBytes)
        return unseal(sealed.subarray(start, start + blockBytes + tagBytes), key, id, first + index)
      })
      return Buffer.concat(blocks).subarray(offset - first * blockBytes, end - first * blockBytes)
    },
    remove,
    keepOnly(ids) {
      const known = new Set(ids.map(nameOf))
      for (const name of readdirSync(folder)) if (!known.has(name)) rmSync(join(folder, name), { force: true })
    },
  }
}

/** How far block `last` reaches in the file. */
const sealedLength = (bytes: number, last: number) => Math.min(bytes, (last + 1) * blockBytes) + (last + 1) * tagBytes

function writerOf(handle: FileHandle, id: string, key: Buffer, remove: () => void): SealedWriter {
  const hash = createHash('sha256')
  const block = Buffer.alloc(blockBytes)
  let [filled, index, bytes, isOpen] = [0, 0, 0, true]

  async function flush(): Promise<void> {
    if (filled === 0) return
    await handle.appendFile(seal(block.subarray(0, filled), key, id, index))
    index += 1
    filled = 0
  }

  return {
    async write(piece) {
      hash.update(piece)
      bytes += piece.byteLength
      for (let at = 0; at < piece.byteLength;) {
        const part = piece.subarray(at, at + blockBytes - filled)
        block.set(part, filled)
        filled += part.byteLength
        at += part.byteLength
        if (filled === blockBytes) await flush()
      }
    },
    async end() {
      await flush()
      await handle.sync()
      isOpen = false
      await handle.close()
      return { bytes, sha256: hash.digest('hex') }
    },
    async abandon() {
      if (isOpen) await handle.close().catch(() => undefined)
      isOpen = false
      remove()
    },
  }
}

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 8)
  return nonce
}
const boundTo = (id: string, index: number) => Buffer.from(`${index}:${id}`)

function seal(plain: Buffer, key: Buffer, id: string, index: number): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index)).setAAD(boundTo(id, index))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function unseal(sealed: Buffer, key: Buffer, id: string, index: number): Buffer {
  const tag = sealed.subarray(sealed.length - tagBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index), { authTagLength: tagBytes })
    .setAAD(boundTo(id, index))
    .setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()])
  } catch (error) {
    throw new SealBroken(`block ${index} of ${id} was changed`, { cause: error })
  }
}
