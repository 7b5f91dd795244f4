/** The register of evidence on this workstation, and the bound of what is kept only as a copy. */
import type { Database } from 'better-sqlite3'
import type { Evidence } from '../contract/case.ts'
import type { TransferTrouble } from '../contract/evidence.ts'
import { Fault } from '../fault.ts'
import type { SealedFiles } from './sealed-files.ts'

export interface StoredEvidence extends Evidence {
  caseId: string | null
  type: string
  key: Buffer
  state: 'draft' | 'waiting' | 'failed' | 'kept'
  trouble: TransferTrouble | null
  uploadUrl: string | null
}

export interface EvidenceStore {
  find(id: string): StoredEvidence | null
  /** Written down when its file is whole on the disk. */
  add(evidence: Omit<StoredEvidence, 'trouble' | 'uploadUrl'>, at: number): void
  /** A step refers to it: it is sent from now on. Belongs into the step's transaction. Throws the fault `invalid`. */
  refer(caseId: string, evidence: readonly Evidence[]): void
  /** Not at the hub yet, oldest first. */
  unsent(): StoredEvidence[]
  setUploadUrl(id: string, url: string | null): void
  settle(id: string, state: 'waiting' | 'failed' | 'kept', trouble: TransferTrouble | null): void
  /** What failed waits again: of one trouble, or (null) of any. */
  retry(trouble: TransferTrouble | null): void
  touch(id: string, at: number): void
  remove(id: string): void
  /** Drafts of before `at` go, and files of which there is no row. */
  tidy(at: number): void
  /** Removes the copies that were used longest ago until all copies together fit. */
  evict(mostBytes: number): void
}

const columns = `id, case_id AS caseId, kind, name, type, bytes, sha256, key, state, trouble, upload_url AS uploadUrl`
const bare = ({ id, kind, name, bytes, sha256 }: Evidence) => JSON.stringify([id, kind, name, bytes, sha256])

export function createEvidenceStore(database: Database, files: SealedFiles): EvidenceStore {
  const find = database.prepare<[string], StoredEvidence>(`SELECT ${columns} FROM evidence_files WHERE id = ?`)
  const insert = database.prepare(
    `INSERT OR REPLACE INTO evidence_files (id, case_id, kind, name, type, bytes, sha256, key, state, made_at, used_at)
     VALUES (@id, @caseId, @kind, @name, @type, @bytes, @sha256, @key, @state, @at, @at)`,
  )
  const refer = database.prepare(`UPDATE evidence_files SET case_id = ?, state = 'waiting' WHERE id = ?`)
  const unsent = database.prepare<[], StoredEvidence>(
    `SELECT ${columns} FROM evidence_files WHERE state IN ('waiting', 'failed') ORDER BY made_at, id`,
  )
  const setUrl = database.prepare('UPDATE evidence_files SET upload_url = ? WHERE id = ?')
  const settle = database.prepare('UPDATE evidence_files SET state = ?, trouble = ? WHERE id = ?')
  const retry = database.prepare(
    `UPDATE evidence_files SET state = 'waiting', trouble = NULL
     WHERE state = 'failed' AND (@trouble IS NULL OR trouble = @trouble)`,
  )
  const touch = database.prepare('UPDATE evidence_files SET used_at = ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM evidence_files WHERE id = ?')
  const ids = database.prepare<[], string>('SELECT id FROM evidence_files').pluck()
  const drafts = database
    .prepare<[number], string>(`SELECT id FROM evidence_files WHERE state = 'draft' AND made_at < ?`)
    .pluck()
  const keptBytes = database
    .prepare<[], number>(`SELECT ifnull(sum(bytes), 0) FROM evidence_files WHERE state = 'kept'`)
    .pluck()
  const oldestKept = database.prepare<[], { id: string; bytes: number }>(
    `SELECT id, bytes FROM evidence_files WHERE state = 'kept' ORDER BY used_at`,
  )
  const drop = (id: string) => {
    remove.run(id)
    files.remove(id)
  }
  return {
    find: (id) => find.get(id) ?? null,
    add: (evidence, at) => void insert.run({ ...evidence, at }),
    refer(caseId, pieces) {
      for (const piece of pieces) {
        const stored = find.get(piece.id)
        if (!stored || bare(stored) !== bare(piece)) throw new Fault('invalid', `evidence ${piece.id} is not here`)
        if (stored.state === 'draft') refer.run(caseId, piece.id)
        else if (stored.caseId !== caseId) throw new Fault('invalid', `evidence ${piece.id} belongs to another case`)
      }
    },
    unsent: () => unsent.all(),
    setUploadUrl: (id, url) => void setUrl.run(url, id),
    settle: (id, state, trouble) => void settle.run(state, trouble, id),
    retry: (trouble) => void retry.run({ trouble }),
    touch: (id, at) => void touch.run(at, id),
    remove: drop,
    tidy(at) {
      for (const id of drafts.all(at)) drop(id)
      files.keepOnly(ids.all())
    },
    evict(mostBytes) {
      let bytes = keptBytes.get() ?? 0
      if (bytes <= mostBytes) return
      for (const oldest of oldestKept.all()) {
        if (bytes <= mostBytes) return
        drop(oldest.id)
        bytes -= oldest.bytes
      }
    },
  }
}
