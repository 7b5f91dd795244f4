/**
 * A stream of bytes sealed with a pass phrase, in frames of one size, so that large content need not be held in memory.
 * The key comes from scrypt (RFC 7914) and a salt of its own for every stream; each frame is AES-256-GCM with its number and whether
 * it is the last one in the nonce (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár): a frame that was changed,
 * moved or cut off is found.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Fault } from '../fault.ts'

const magic = Buffer.from('SUBCENTER-UNSENT')
const version = 1
const saltBytes = 16
const checkBytes = 16
export const headerBytes = magic.length + 1 + saltBytes + checkBytes
export const frameBytes = 64 * 1024
const tagBytes = 16
/** 64 MB and about a quarter of a second for every guess. Fixed by the version: a file cannot ask for more. */
const cost = { N: 2 ** 16, r: 8, p: 1, maxmem: 96 * 1024 * 1024 }

interface Keys {
  seal: Buffer
  /** Tells a wrong pass phrase from a damaged file. */
  check: Buffer
}

async function keysOf(passPhrase: string, salt: Buffer): Promise<Keys> {
  const derived = await new Promise<Buffer>((resolve, reject) =>
    scrypt(passPhrase.normalize('NFKC'), salt, 64, cost, (error, key) => (error ? reject(error) : resolve(key))),
  )
  const check = createHmac('sha256', derived.subarray(32)).update(magic).digest().subarray(0, checkBytes)
  return { seal: derived.subarray(0, 32), check }
}

function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** Writes `content` sealed; answers the bytes of the file. */
export async function writeSealed(
  file: FileHandle,
  passPhrase: string,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  const salt = randomBytes(saltBytes)
  const { seal, check } = await keysOf(passPhrase, salt)
  const header = Buffer.concat([magic, Buffer.of(version), salt, check])
  await file.appendFile(header)
  let written = header.length
  let index = 0
  async function put(plain: Uint8Array, isLast: boolean): Promise<void> {
    const cipher = createCipheriv('aes-256-gcm', seal, nonceOf(index, isLast)).setAAD(header)
    const frame = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    await file.appendFile(frame)
    written += frame.length
    index += 1
  }
  let held = Buffer.alloc(0)
  for await (const piece of content) {
    held = Buffer.concat([held, piece])
    // One frame is always held back: the last one is marked.
    while (held.length > frameBytes) {
      await put(held.subarray(0, frameBytes), false)
      held = held.subarray(frameBytes)
    }
  }
  await put(held, true)
  await file.sync()
  return written
}

/** Reads what `writeSealed` has written, frame by frame. Faults: `invalid` (not-an-export, pass-phrase, export-damaged). */
export async function* readSealed(file: FileHandle, passPhrase: string): AsyncGenerator<Buffer, void, void> {
  const { size } = await file.stat()
  const header = await readAt(file, 0, headerBytes)
  if (
    header.length < headerBytes ||
    !header.subarray(0, magic.length).equals(magic) ||
    header[magic.length] !== version
  )
    throw new Fault('invalid', 'this is no export of a console', 'not-an-export')
  const salt = header.subarray(magic.length + 1, magic.length + 1 + saltBytes)
  const { seal, check } = await keysOf(passPhrase, salt)
  if (!timingSafeEqual(check, header.subarray(headerBytes - checkBytes)))
    throw new Fault('invalid', 'the pass phrase is another one', 'pass-phrase')
  let at = headerBytes
  for (let index = 0; ; index += 1) {
    const sealed = await readAt(file, at, frameBytes + tagBytes)
    at += sealed.length
    const isLast = at >= size
    yield unseal(sealed, seal, header, nonceOf(index, isLast))
    if (isLast) return
  }
}

function unseal(sealed: Buffer, key: Buffer, header: Buffer, nonce: Buffer): Buffer {
  if (sealed.length < tagBytes) throw damaged()
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    .setAAD(header)
    .setAuthTag(sealed.subarray(sealed.length - tagBytes))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()])
  } catch (error) {
    throw damaged(error)
  }
}

export const damaged = (cause?: unknown) =>
  new Fault('invalid', 'the file was changed or cut short', 'export-damaged', cause)

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, at + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return bytes.subarray(0, read)
}
