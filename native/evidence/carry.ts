/** Evidence that the hub does not have yet, carried from one workstation to another. */
import type { Clock } from '../clock.ts'
import type { Evidence } from '../contract/case.ts'
import { Fault } from '../fault.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { newSealKey, type SealedFiles } from './sealed-files.ts'

export interface CarriedEvidence extends Evidence {
  caseId: string
  /** Media type, from the content. */
  type: string
}

/** A file that arrives from another workstation: written whole, then kept, or abandoned. */
export interface Arrival {
  write(piece: Uint8Array): Promise<void>
  /** It is on the disk. Fault: `invalid` (evidence-checksum). */
  end(): Promise<void>
  /** It is sent from now on. Belongs into a transaction of the caller. */
  keep(): void
  /** Idempotent. */
  abandon(): Promise<void>
}

export interface EvidenceCarry {
  /** What steps refer to and the hub does not have, oldest first. */
  unsent(): CarriedEvidence[]
  content(id: string): AsyncGenerator<Buffer, void, void>
  isHere(id: string): boolean
  receive(piece: CarriedEvidence): Promise<Arrival>
  /** What was kept goes on its way. */
  send(): void
}

const pieceBytes = 256 * 1024

export function createCarry(files: SealedFiles, store: EvidenceStore, clock: Clock, send: () => void): EvidenceCarry {
  return {
    unsent: () =>
      store.unsent().map(({ id, kind, name, bytes, sha256, caseId, type }) => ({
        ...{ id, kind, name, bytes, sha256, type },
        caseId: caseId ?? '',
      })),
    async *content(id) {
      const stored = store.find(id)
      if (!stored) throw new Fault('not-found', `evidence ${id} is not here`)
      for (let at = 0; at < stored.bytes; at += pieceBytes) yield await files.read(stored, at, pieceBytes)
    },
    isHere: (id) => store.find(id) !== null,
    async receive(piece) {
      const key = newSealKey()
      const writer = await files.create(piece.id, key)
      return {
        write: (bytes) => writer.write(bytes),
        async end() {
          const { bytes, sha256 } = await writer.end()
          if (bytes !== piece.bytes || sha256 !== piece.sha256)
            throw new Fault('invalid', `evidence ${piece.id} is not what it says`, 'evidence-checksum')
        },
        keep: () => store.add({ ...piece, key, state: 'waiting' }, clock.now()),
        abandon: () => writer.abandon(),
      }
    },
    send,
  }
}
