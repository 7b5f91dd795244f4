/** A piece as a zip that stands alone: original, watermarked copy, its records and a sheet to read; and the check of one that was brought back. */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { canonicalJson } from '../../../../native/contract/canonical-json.ts'
import type { Evidence } from '../../../../native/contract/case.ts'
import type { ChainedRecord, VideoPiece } from '../../../../native/contract/video-evidence.ts'
import { safeName } from '../../print/case-package.ts'

export interface ZipParts {
  piece: VideoPiece
  file: Blob
  origin: Blob | null
  /** With its name in the zip. */
  copy: { name: string; content: Blob } | null
  /** For a person. */
  sheet: string
}

const recordName = '取证记录.json'

/** `index`: the original is 1, its coded pictures 2. */
export const pathOf = ({ name }: Evidence, index: 1 | 2): string => `原件/${index}-${safeName(name)}`

const bytesOf = async (content: Blob) => new Uint8Array(await content.arrayBuffer())

export async function zipOf({ piece, file, origin, copy, sheet }: ZipParts): Promise<Blob> {
  const { record, hash, attached } = piece
  const records: ChainedRecord[] = [{ record, hash }, ...(attached ? [attached] : [])]
  const files: Record<string, Uint8Array> = {
    [pathOf(record.file, 1)]: await bytesOf(file),
    [recordName]: strToU8(canonicalJson(records)),
    // Older programs take a text for one of their own code page without the mark.
    '说明.txt': strToU8(`\ufeff${sheet}`),
  }
  if (record.origin && origin) files[pathOf(record.origin, 2)] = await bytesOf(origin)
  if (copy) files[`水印副本/${safeName(copy.name)}`] = await bytesOf(copy.content)
  // Pictures and films are compressed already.
  return new Blob([zipSync(files, { level: 0 })], { type: 'application/zip' })
}

export type ZipFinding =
  | { kind: 'fine' | 'fineElsewhere'; records: ChainedRecord[] }
  | { kind: 'not-an-export' | 'record-changed' | 'record-unknown' }
  | { kind: 'content-changed' | 'content-missing'; name: string }

/** No piece is larger. */
const mostBytes = 900 * 1024 * 1024

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function recordsOf(files: Record<string, Uint8Array>): ChainedRecord[] | null {
  try {
    const found: unknown = JSON.parse(strFromU8(files[recordName] ?? new Uint8Array()))
    const isRecords = Array.isArray(found) && found.length > 0 && found.every((one) => one?.record && one?.hash)
    return isRecords ? (found as ChainedRecord[]) : null
  } catch {
    return null
  }
}

/** `knows`: whether this workstation wrote the record; `workstation`: which one this is. */
export async function checkZip(
  zip: Uint8Array,
  workstation: string,
  knows: (sequence: number, hash: string) => Promise<boolean>,
): Promise<ZipFinding> {
  let files: Record<string, Uint8Array<ArrayBuffer>>
  try {
    files = unzipSync(zip, { filter: ({ originalSize }) => originalSize < mostBytes }) as typeof files
  } catch {
    return { kind: 'not-an-export' }
  }
  const records = recordsOf(files)
  if (!records) return { kind: 'not-an-export' }
  for (const { record, hash } of records) {
    const own = await hashOf(strToU8(canonicalJson(record)) as Uint8Array<ArrayBuffer>)
    if (own !== hash) return { kind: 'record-changed' }
    const wrong = record.kind === 'attached' ? null : await checkContents(files, [record.file, record.origin])
    if (wrong) return wrong
  }
  if (records.some(({ record }) => record.workstation !== workstation)) return { kind: 'fineElsewhere', records }
  const known = await Promise.all(records.map(({ record, hash }) => knows(record.sequence, hash)))
  return known.every(Boolean) ? { kind: 'fine', records } : { kind: 'record-unknown' }
}

async function checkContents(
  files: Record<string, Uint8Array<ArrayBuffer>>,
  [file, origin]: readonly [Evidence, Evidence | null],
): Promise<ZipFinding | null> {
  const wanted: [Evidence, 1 | 2][] = [[file, 1], ...(origin ? ([[origin, 2]] as [Evidence, 2][]) : [])]
  for (const [evidence, index] of wanted) {
    const found = files[pathOf(evidence, index)]
    if (!found) return { kind: 'content-missing', name: evidence.name }
    if ((await hashOf(found)) !== evidence.sha256) return { kind: 'content-changed', name: evidence.name }
  }
  return null
}
