/** The register of snapshots and clips: records are added at the end and never changed. */
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import {
  type AttachedRecord,
  chainAnchor,
  type ChainedRecord,
  type VideoPiece,
  type VideoRecord,
} from '../contract/video-evidence.ts'
import { Fault } from '../fault.ts'
import { readRecord, storedForm, type StoredRecord, type Witness } from './chain.ts'

/** A record before it has its place in the chain. */
export type NewRecord<R extends VideoRecord = VideoRecord> = R extends VideoRecord
  ? Omit<R, 'version' | 'sequence' | 'previous'>
  : never

export interface RecordStore {
  /** Writes it down, with an audit row that bears witness. Belongs into a transaction of the caller. */
  add(record: NewRecord): ChainedRecord
  /** Fault: `not-found`. */
  piece(sequence: number): VideoPiece
  /** Newest first. */
  newest(count: number): VideoPiece[]
  isUsed(evidenceId: string): boolean
  all(): IterableIterator<StoredRecord>
  witnesses(): Iterable<Witness>
  count(): number
}

const dayMs = 86_400_000

export function createRecordStore(database: Database, recordAudit: RecordAudit): RecordStore {
  const insert = database.prepare('INSERT INTO video_records (sequence, body, hash) VALUES (@sequence, @body, @hash)')
  const last = database.prepare<[], StoredRecord>('SELECT * FROM video_records ORDER BY sequence DESC LIMIT 1')
  const find = database.prepare<[number], StoredRecord>('SELECT * FROM video_records WHERE sequence = ?')
  const newest = database.prepare<[number], StoredRecord>(
    `SELECT * FROM video_records WHERE body ->> '$.kind' <> 'attached' ORDER BY sequence DESC LIMIT ?`,
  )
  const byFile = database.prepare(`SELECT 1 FROM video_records WHERE body ->> '$.file.id' = ?`)
  const all = database.prepare<[], StoredRecord>('SELECT * FROM video_records ORDER BY sequence')
  const count = database.prepare<[], number>('SELECT count(*) FROM video_records').pluck()
  const heard = database
    .prepare<[], string>(
      `SELECT subject FROM audit
       WHERE action IN ('video-evidence.snapshot', 'video-evidence.clip', 'video-evidence.attached') ORDER BY id`,
    )
    .pluck()

  const attached = new Map<number, ChainedRecord<AttachedRecord>>()
  const noteAttached = (chained: ChainedRecord | null) => {
    if (chained?.record.kind !== 'attached') return
    for (const piece of chained.record.pieces) attached.set(piece, { record: chained.record, hash: chained.hash })
  }
  for (const row of all.iterate()) noteAttached(readRecord(row))

  function pieceOf(row: StoredRecord): VideoPiece | null {
    const { record, hash } = readRecord(row) ?? {}
    if (!record || !hash || record.kind === 'attached') return null
    const found = attached.get(record.sequence) ?? null
    return { record, hash, attached: found, expiresAt: found ? null : record.at + dayMs }
  }
  const pieces = (rows: readonly StoredRecord[]) => rows.map(pieceOf).filter((piece) => piece !== null)

  return {
    add(record) {
      const before = last.get()
      const place = {
        version: 1,
        sequence: (before?.sequence ?? 0) + 1,
        previous: before?.hash ?? chainAnchor,
      } as const
      const whole: VideoRecord = { ...record, ...place }
      const stored = storedForm(whole)
      insert.run(stored)
      const action = `video-evidence.${whole.kind}`
      const reason = whole.kind === 'attached' ? null : whole.reason
      recordAudit({ operatorId: whole.operator.id, action, subject: `${stored.sequence}:${stored.hash}`, reason })
      const chained = { record: whole, hash: stored.hash }
      noteAttached(chained)
      return chained
    },
    piece(sequence) {
      const row = find.get(sequence)
      const piece = row && pieceOf(row)
      if (!piece) throw new Fault('not-found', `no snapshot or clip has the number ${sequence}`)
      return piece
    },
    newest: (most) => pieces(newest.all(most)),
    isUsed: (evidenceId) => byFile.get(evidenceId) !== undefined,
    all: () => all.iterate(),
    *witnesses() {
      for (const subject of heard.iterate()) {
        const at = subject.indexOf(':')
        yield { sequence: Number(subject.slice(0, at)), hash: subject.slice(at + 1) }
      }
    },
    count: () => count.get() ?? 0,
  }
}
