/** All migrations in order; never edit one that has shipped, add the next. */
import type { Database } from 'better-sqlite3'
import { createFirstTables } from './0001-first-tables.ts'

export const migrations: readonly ((database: Database) => void)[] = [createFirstTables]
