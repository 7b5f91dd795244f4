/** Hashes records into a chain, and finds what in a chain is not as it was written. Values in, values out. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../contract/canonical-json.ts'
import { chainAnchor, type ChainedRecord, type Problem, type VideoRecord } from '../contract/video-evidence.ts'

export const hashOf = (body: string) => createHash('sha256').update(body).digest('hex')

/** A record as it lies in the database. */
export interface StoredRecord {
  sequence: number
  /** Canonical JSON. */
  body: string
  hash: string
}

/** What somebody wrote down of a record elsewhere. */
export type Witness = Pick<StoredRecord, 'sequence' | 'hash'>

export function storedForm(record: VideoRecord): StoredRecord {
  const body = canonicalJson(record)
  return { sequence: record.sequence, body, hash: hashOf(body) }
}

/** Null for what is no record in its canonical form. */
export function readRecord({ body, hash }: StoredRecord): ChainedRecord | null {
  try {
    const record = JSON.parse(body) as VideoRecord
    return canonicalJson(record) === body ? { record, hash } : null
  } catch {
    return null
  }
}

/** Every record against its own hash and against the one before, and the whole against what is known elsewhere of it. */
export function checkChain(stored: Iterable<StoredRecord>, witnesses: Iterable<Witness>): Problem[] {
  const problems: Problem[] = []
  const hashes = new Map<number, string>()
  let before = { sequence: 0, hash: chainAnchor }
  for (const row of stored) {
    const { sequence } = row
    const record = readRecord(row)?.record
    if (hashOf(row.body) !== row.hash || record?.sequence !== sequence)
      problems.push({ sequence, kind: 'record-changed' })
    else if (sequence !== before.sequence + 1) problems.push({ sequence, kind: 'record-missing' })
    else if (record.previous !== before.hash) problems.push({ sequence, kind: 'chain-broken' })
    hashes.set(sequence, row.hash)
    before = row
  }
  for (const { sequence, hash } of witnesses) {
    const known = hashes.get(sequence)
    if (known === hash || problems.some((problem) => problem.sequence === sequence)) continue
    if (known !== undefined) problems.push({ sequence, kind: 'chain-broken' })
    else if (sequence > before.sequence) problems.push({ sequence, kind: 'end-missing' })
  }
  return problems
}
