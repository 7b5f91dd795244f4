/** Exports what could not be sent into one encrypted file, and takes over such a file of another workstation. */
import { mkdirSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Operator } from '../contract/case.ts'
import { type ExportedFile, filePieceBytes, type ImportResult } from '../contract/sync.ts'
import { storageFailure } from '../database/failure.ts'
import type { Arrival, EvidenceCarry } from '../evidence/carry.ts'
import { Fault } from '../fault.ts'
import type { UnsentRegister } from './unsent-register.ts'
import { damaged, readSealed, writeSealed } from './sealed-stream.ts'
import { contentOf, type ContentReader, type Manifest, readContent } from './unsent-file.ts'

export interface UnsentFiles {
  /** Faults: `not-found` (nothing is unsent), `internal` (storage-full). */
  exportUnsent(operator: Operator, passPhrase: string): Promise<ExportedFile>
  /** At most `filePieceBytes`. Fault: `not-found`. */
  readExport(id: string, offset: number): Promise<Buffer>
  /** Idempotent. */
  closeExport(id: string): void
  beginImport(bytes: number): { id: string }
  /** Faults: `not-found`, `conflict` (not the next piece), `internal` (storage-full). */
  appendImport(id: string, offset: number, piece: Buffer): Promise<void>
  /** Faults: `invalid` (not-an-export, pass-phrase, export-damaged, other-sub-center), `internal` (storage-full). */
  finishImport(operator: Operator, id: string, passPhrase: string): Promise<ImportResult>
  close(): void
}

export interface UnsentFilesOptions {
  /** Emptied at the start: what lies there was under way when the program ended. */
  folder: string
  workstation: string
  register: UnsentRegister
  carry: EvidenceCarry
  newId: () => string
  clock: Clock
}

export function createUnsentFiles(options: UnsentFilesOptions): UnsentFiles {
  const { folder, workstation, register, carry, newId, clock } = options
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // One of each: another one replaces it.
  let exported: { id: string; bytes: number } | null = null
  let arriving: { id: string; bytes: number; received: number } | null = null
  const pathOf = (id: string) => join(folder, id)
  const discard = (id: string | undefined) => void (id && rmSync(pathOf(id), { force: true }))

  /** What cannot be read here must not keep the rest from leaving: it is noted in `unreadable`. */
  async function* readable(id: string, unreadable: Set<string>): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* carry.content(id)
    } catch (error) {
      unreadable.add(id)
      throw error
    }
  }

  async function write(operator: Operator, passPhrase: string, unreadable: Set<string>): Promise<ExportedFile> {
    const what: Manifest = {
      ...{ workstation, subCenter: operator.subCenter, at: clock.now() },
      ...register.unsent(),
      evidence: carry.unsent().filter(({ id }) => !unreadable.has(id)),
    }
    const operations = what.operations.length + what.instructions.length
    if (operations + what.evidence.length === 0) throw new Fault('not-found', 'nothing is unsent')
    const id = newId()
    try {
      const content = contentOf(what, (piece) => readable(piece, unreadable))
      const bytes = await onFile(pathOf(id), 'wx', (file) => writeSealed(file, passPhrase, content))
      register.exported(operator, what)
      exported = { id, bytes }
      return { id, name: nameOf(workstation, what.at), bytes, operations, unreadable: unreadable.size }
    } catch (error) {
      discard(id)
      throw error
    }
  }

  async function exportUnsent(operator: Operator, passPhrase: string): Promise<ExportedFile> {
    discard(exported?.id)
    exported = null
    const unreadable = new Set<string>()
    for (;;) {
      const known = unreadable.size
      try {
        return await write(operator, passPhrase, unreadable)
      } catch (error) {
        // Once more without what was found to be unreadable; anything else would only fail again.
        if (unreadable.size === known) throw explained(error)
      }
    }
  }

  /** Everything is read and verified before anything counts. */
  async function takeOver(operator: Operator, reader: ContentReader, arrivals: Arrival[]): Promise<ImportResult> {
    const what = await reader.manifest()
    if (what.subCenter !== operator.subCenter)
      throw new Fault('invalid', `the export is of ${what.subCenter}`, 'other-sub-center')
    for (const piece of what.evidence) {
      const arrival = carry.isHere(piece.id) ? null : await carry.receive(piece)
      if (arrival) arrivals.push(arrival)
      await reader.evidence(piece, async (bytes) => arrival?.write(bytes))
      await arrival?.end()
    }
    await reader.end()
    const counted = register.takeOver(operator, what, () => arrivals.forEach((arrival) => arrival.keep()))
    return { ...counted, evidence: arrivals.length, from: what.workstation, at: what.at }
  }

  return {
    exportUnsent,
    async readExport(id, offset) {
      if (exported?.id !== id) throw new Fault('not-found', `no export ${id}`)
      const length = Math.max(0, Math.min(filePieceBytes, exported.bytes - offset))
      const piece = Buffer.alloc(length)
      await onFile(pathOf(id), 'r', (file) => file.read(piece, 0, length, offset))
      return piece
    },
    closeExport(id) {
      if (exported?.id !== id) return
      discard(id)
      exported = null
    },
    beginImport(bytes) {
      discard(arriving?.id)
      arriving = { id: newId(), bytes, received: 0 }
      return { id: arriving.id }
    },
    async appendImport(id, offset, piece) {
      const file = arriving
      if (file?.id !== id) throw new Fault('not-found', `no import ${id}`)
      if (offset !== file.received) throw new Fault('conflict', `expected the piece at ${file.received}`)
      if (offset + piece.length > file.bytes) throw new Fault('invalid', 'more came than was announced')
      file.received += piece.length
      await onFile(pathOf(id), 'a', (handle) => handle.appendFile(piece)).catch((error: unknown) => {
        throw explained(error)
      })
    },
    async finishImport(operator, id, passPhrase) {
      if (arriving?.id !== id) throw new Fault('not-found', `no import ${id}`)
      const { bytes, received } = arriving
      const arrivals: Arrival[] = []
      try {
        if (received < bytes) throw damaged()
        const result = await onFile(pathOf(id), 'r', (file) =>
          takeOver(operator, readContent(readSealed(file, passPhrase)), arrivals),
        )
        arriving = null
        discard(id)
        carry.send()
        return result
      } catch (error) {
        for (const arrival of arrivals) await arrival.abandon()
        throw explained(error)
      }
    },
    close() {
      discard(exported?.id)
      discard(arriving?.id)
    },
  }
}

async function onFile<T>(path: string, flags: string, act: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags, 0o600)
  try {
    return await act(file)
  } finally {
    await file.close()
  }
}

function explained(error: unknown): unknown {
  return storageFailure(error) === 'full' ? new Fault('internal', 'the disk is full', 'storage-full', error) : error
}

/** e.g. `SZ-02-20261123-0941.unsent`, by the clock of the place. */
function nameOf(workstation: string, at: number): string {
  const place = new Date(at + 8 * 3_600_000).toISOString()
  const name = workstation.replaceAll(/[^\w-]/g, '_')
  return `${name}-${place.slice(0, 10).replaceAll('-', '')}-${place.slice(11, 16).replace(':', '')}.unsent`
}
