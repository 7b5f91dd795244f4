/** A whole case file as one zip for a consultation: the sheet, every piece of evidence as it was handed in, and a list with checksums. */
import { strToU8, Zip, ZipPassThrough } from 'fflate'
import type { CaseFile, CaseStep, Evidence } from '../../../native/contract/case.ts'
import { dayOf } from '../../parts/times.ts'

export interface PackageParts {
  file: CaseFile
  /** The printed sheet as a page that stands alone; given the pieces with their paths in the package, or null for those left out. */
  sheet(pieces: readonly PackedPiece[]): string
  /** Content of a piece, verified. */
  read(piece: Evidence, signal: AbortSignal): Promise<Blob>
  /** Words for why a piece could not be had. */
  why(error: unknown): string
  by: string
  /** Ms since 1970. */
  at: number
  signal: AbortSignal
  /** 0..1, by bytes of evidence. */
  onProgress(share: number): void
}

export interface PackedPiece {
  step: CaseStep
  piece: Evidence
  /** Null: left out, for the reason in `why`. */
  path: string | null
  why: string | null
}

/** Names that every file system takes, Windows' among them. */
export function safeName(name: string): string {
  const safe = name.replaceAll(/[\p{Cc}<>:"/\\|?*]/gu, '_').replace(/[. ]+$/, '')
  return [...safe].slice(-80).join('') || '_'
}

export const packageName = ({ number }: Pick<CaseFile, 'number'>, at: number) => `${safeName(number)}-${dayOf(at)}.zip`

/** Pieces of a case in the order of its steps; the same piece shown by two steps counts once. */
export function piecesOf(file: CaseFile): { step: CaseStep; piece: Evidence }[] {
  const all = file.steps.flatMap((step) => step.evidence.map((piece) => ({ step, piece })))
  return [...new Map(all.toReversed().map((entry) => [entry.piece.id, entry])).values()].toReversed()
}

/** Ends with the signal's reason when that is aborted; a piece that cannot be had is left out and said to be. */
export async function packCase(parts: PackageParts): Promise<{ content: Blob; pieces: PackedPiece[] }> {
  const written: Uint8Array<ArrayBuffer>[] = []
  const done = Promise.withResolvers<Blob>()
  const zip = new Zip((error, data, isLast) => {
    if (error) return done.reject(error)
    written.push(data as Uint8Array<ArrayBuffer>)
    if (isLast) done.resolve(new Blob(written, { type: 'application/zip' }))
  })
  // Photos and films are compressed already.
  const add = (path: string) => {
    const entry = new ZipPassThrough(path)
    entry.mtime = parts.at
    zip.add(entry)
    return entry
  }
  const pieces = await addEvidence(parts, add)
  add('案卷.html').push(strToU8(parts.sheet(pieces)), true)
  add('清单.json').push(strToU8(JSON.stringify(listOf(parts, pieces), null, 2)), true)
  zip.end()
  return { content: await done.promise, pieces }
}

async function addEvidence(parts: PackageParts, add: (path: string) => ZipPassThrough): Promise<PackedPiece[]> {
  const { file, read, why, signal, onProgress } = parts
  const wanted = piecesOf(file)
  const total = wanted.reduce((sum, { piece }) => sum + piece.bytes, 0)
  const pieces: PackedPiece[] = []
  let packed = 0
  for (const [index, { step, piece }] of wanted.entries()) {
    try {
      const content = await read(piece, signal)
      const path = `证据/${String(index + 1).padStart(2, '0')}-${safeName(piece.name)}`
      await write(add(path), content, signal)
      pieces.push({ step, piece, path, why: null })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      pieces.push({ step, piece, path: null, why: why(error) })
    }
    packed += piece.bytes
    onProgress(total === 0 ? 1 : packed / total)
  }
  return pieces
}

const pieceBytes = 4 * 1024 * 1024

/** In pieces, so that a film of 200 MB neither stands in memory twice nor holds the page up. */
async function write(entry: ZipPassThrough, content: Blob, signal: AbortSignal): Promise<void> {
  for (let at = 0; at < content.size; at += pieceBytes) {
    entry.push(new Uint8Array(await content.slice(at, at + pieceBytes).arrayBuffer()))
    signal.throwIfAborted()
  }
  entry.push(new Uint8Array(0), true)
}

function listOf({ file, by, at }: PackageParts, pieces: readonly PackedPiece[]) {
  return {
    case: file.number,
    packedBy: by,
    packedAt: new Date(at).toISOString(),
    evidence: pieces.map(({ step, piece, path, why }) => ({
      ...{ path, why, name: piece.name, kind: piece.kind, bytes: piece.bytes, sha256: piece.sha256 },
      ...{ step: step.kind, by: step.actor.name, at: new Date(step.hubAt).toISOString() },
    })),
    file,
  }
}
