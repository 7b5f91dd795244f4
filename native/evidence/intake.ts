/** Takes files from the page piece by piece: sealed as they come, hashed on the way, refused as early as can be known. */
import type { Clock } from '../clock.ts'
import { evidencePieceBytes, mostEvidenceBytes, type TakenEvidence } from '../contract/evidence.ts'
import { storageFailure } from '../database/failure.ts'
import { Fault } from '../fault.ts'
import { type ContentType, contentTypeOf, fittingName, tellingBytes } from './content-type.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { newSealKey, type SealedFiles, type SealedWriter } from './sealed-files.ts'

export interface Intake {
  begin(file: { name: string; bytes: number }): Promise<{ id: string; pieceBytes: number }>
  append(id: string, offset: number, piece: Buffer): Promise<void>
  finish(id: string): Promise<TakenEvidence>
  discard(id: string): Promise<void>
  /** Gives up what is under way. */
  close(): Promise<void>
}

export interface IntakeOptions {
  files: SealedFiles
  store: EvidenceStore
  newId: () => string
  clock: Clock
}

interface Arriving {
  name: string
  bytes: number
  key: Buffer
  writer: SealedWriter
  received: number
  /** Kept until it is enough to tell what this is. */
  beginning: Buffer
  content: ContentType | null
  isBusy: boolean
  heardAt: number
}

/** A page that went away says nothing more. */
const silenceMs = 10 * 60_000
const mostAtOnce = 50

export function createIntake({ files, store, newId, clock }: IntakeOptions): Intake {
  const arriving = new Map<string, Arriving>()

  async function giveUp(id: string): Promise<void> {
    const file = arriving.get(id)
    arriving.delete(id)
    await file?.writer.abandon()
  }

  async function forgetSilent(): Promise<void> {
    for (const [id, { heardAt }] of arriving) if (clock.now() - heardAt > silenceMs) await giveUp(id)
    if (arriving.size >= mostAtOnce) throw new Fault('conflict', 'too many files are being handed over')
  }

  /** Runs one act on a file at a time; whatever fails ends the file and leaves nothing of it. */
  async function actOn<T>(id: string, act: (file: Arriving) => Promise<T>): Promise<T> {
    const file = arriving.get(id)
    if (!file) throw new Fault('not-found', `no file ${id} is being handed over`)
    if (file.isBusy) throw new Fault('conflict', 'the piece before is still being written')
    file.isBusy = true
    try {
      return await act(file)
    } catch (error) {
      if (arriving.get(id) !== file) throw new Fault('cancelled', `${file.name} was given up meanwhile`)
      await giveUp(id)
      throw storageFailure(error) === 'full' ? diskFull(error) : error
    } finally {
      file.isBusy = false
      file.heardAt = clock.now()
    }
  }

  return {
    async begin({ name, bytes }) {
      if (bytes === 0) throw new Fault('invalid', 'an empty file is no evidence', 'evidence-empty')
      if (bytes > mostEvidenceBytes) throw new Fault('invalid', `${bytes} bytes are too many`, 'evidence-too-large')
      await forgetSilent()
      const [id, key] = [newId(), newSealKey()]
      const writer = await files.create(id, key).catch((error: unknown) => {
        throw storageFailure(error) === 'full' ? diskFull(error) : error
      })
      const empty = { received: 0, beginning: Buffer.alloc(0), content: null, isBusy: false }
      arriving.set(id, { name, bytes, key, writer, heardAt: clock.now(), ...empty })
      return { id, pieceBytes: evidencePieceBytes }
    },
    append: (id, offset, piece) =>
      actOn(id, async (file) => {
        if (offset !== file.received) throw new Fault('conflict', `expected the piece at ${file.received}`)
        if (offset + piece.length > file.bytes) throw new Fault('invalid', 'more came than was announced')
        await recognise(file, piece)
        await file.writer.write(piece)
        file.received += piece.length
      }),
    finish: (id) =>
      actOn(id, async (file) => {
        if (file.received < file.bytes) throw new Fault('invalid', `${file.bytes - file.received} bytes are missing`)
        const content = file.content ?? refuseType(file.name)
        const name = fittingName(file.name, content)
        const written = await file.writer.end()
        const evidence = { id, kind: content.kind, name, ...written }
        store.add({ ...evidence, caseId: null, type: content.type, key: file.key, state: 'draft' }, clock.now())
        arriving.delete(id)
        return { evidence, isRenamed: name !== file.name }
      }),
    async discard(id) {
      await giveUp(id)
      if (store.find(id)?.state === 'draft') store.remove(id)
    },
    async close() {
      for (const id of [...arriving.keys()]) await giveUp(id)
    },
  }
}

async function recognise(file: Arriving, piece: Buffer): Promise<void> {
  if (file.content) return
  file.beginning = Buffer.concat([file.beginning, piece.subarray(0, tellingBytes)])
  const isEnough = file.beginning.length >= tellingBytes || file.received + piece.length === file.bytes
  if (!isEnough) return
  file.content = (await contentTypeOf(file.beginning)) ?? refuseType(file.name)
  file.beginning = Buffer.alloc(0)
}

function refuseType(name: string): never {
  throw new Fault('invalid', `${name} is nothing that is taken as evidence`, 'evidence-type')
}

export const diskFull = (error: unknown) => new Fault('internal', 'the disk is full', 'storage-full', error)
