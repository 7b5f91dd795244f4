/** Who saw what, when and why: appended, never changed. */
import type { Database } from 'better-sqlite3'
import type { Clock } from '../clock.ts'

export interface AuditEntry {
  operatorId: string
  /** e.g. `case.opened`, `camera.watched` */
  action: string
  /** Id of what was seen. */
  subject: string
  reason: string | null
}

export type RecordAudit = (entry: AuditEntry) => void

export function createAudit(database: Database, clock: Clock): RecordAudit {
  const insert = database.prepare('INSERT INTO audit (at, operator_id, action, subject, reason) VALUES (?, ?, ?, ?, ?)')
  return ({ operatorId, action, subject, reason }) => void insert.run(clock.now(), operatorId, action, subject, reason)
}
