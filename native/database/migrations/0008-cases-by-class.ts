/** Finds cases of a class in a time, for duplicates and recurring places. */
import type { Database } from 'better-sqlite3'

export function indexCasesByClass(database: Database): void {
  database.exec('CREATE INDEX cases_by_class ON cases (class_code, reported_at)')
}
