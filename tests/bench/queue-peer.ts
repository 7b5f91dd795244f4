/** Bare SQLite for the queue bench: the same statements by hand, on a copy of the same encrypted file. */
import { selectRows } from '../../native/cases/case-queries.ts'
import { queueQueries } from '../../native/cases/queue-views.ts'
import { hitsOf, pageGiven } from '../../native/cases/search-queries.ts'
import { type QueueView, queueViews } from '../../native/contract/case.ts'
import type { Database } from '../../native/database/open.ts'

/** Rows of a window as the console asks for them. */
export const windowRows = 200

export interface Peer {
  open(view: QueueView, parameters: object): void
  search(view: 'all' | 'open', parameters: object): void
  /** Writes the rows that a step wrote, read from the console's own database. */
  step(rows: StepRows): void
}

/** What one step writes, as it stands in the tables. */
export interface StepRows {
  outbox: Record<string, unknown>
  step: Record<string, unknown>
  confirmed: Record<string, unknown>
  case: Record<string, unknown>
  audit: Record<string, unknown>
  tokens: string
}

export function createPeer(database: Database): Peer {
  const page = 'LIMIT @limit OFFSET @offset'
  const opened = new Map(
    queueViews.map((view) => {
      const { where, by } = queueQueries[view]
      const rows = selectRows(view, `SELECT row_id AS page_row FROM cases WHERE ${where} ORDER BY ${by} ${page}`)
      const ended = `state NOT IN ('rejected', 'duplicate', 'closed')`
      const counts = `SELECT ifnull(sum(cases), 0) FROM case_counts WHERE ${view === 'all' ? 'true' : ended}`
      const count = view === 'all' || view === 'open' ? counts : `SELECT count(*) FROM cases WHERE ${where}`
      return [view, [database.prepare(rows), database.prepare(count)] as const]
    }),
  )
  const searched = {
    all: [database.prepare(hitsOf('all')).pluck(), database.prepare(selectRows('all', pageGiven))],
    open: [database.prepare(hitsOf('open')).pluck(), database.prepare(selectRows('open', pageGiven))],
  } as const
  return {
    open(view, parameters) {
      const [rows, count] = opened.get(view) ?? []
      rows?.all(parameters)
      count?.get(parameters)
    },
    search(view, parameters) {
      const [hits, rows] = searched[view]
      rows.all({ page: JSON.stringify(hits.all(parameters).slice(0, windowRows)) })
    },
    step: bareStep(database),
  }
}

function bareStep(database: Database): (rows: StepRows) => void {
  const insert = (table: string) => {
    const columns = database.pragma(`table_info(${table})`) as { name: string; pk: number }[]
    const names = columns.map(({ name }) => name)
    return database.prepare(
      `INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
    )
  }
  const [outbox, step, confirmed, audit] = ['outbox', 'case_steps', 'case_confirmed', 'audit'].map(insert)
  const columns = (database.pragma('table_info(cases)') as { name: string }[]).map(({ name }) => name)
  const kept = ['row_id', 'id', 'reported_at', 'class_code']
  const update = database.prepare(
    `UPDATE cases SET ${columns.flatMap((name) => (kept.includes(name) ? [] : [`${name} = @${name}`])).join(', ')} WHERE id = @id`,
  )
  const search = database.prepare('INSERT OR REPLACE INTO case_search (rowid, tokens) VALUES (?, ?)')
  const write = database.transaction((rows: StepRows) => {
    outbox?.run(rows.outbox)
    step?.run(rows.step)
    confirmed?.run(rows.confirmed)
    update.run(rows.case)
    // Open cases stand below zero in the index.
    const rowId = Number(rows.case.row_id)
    search.run(rows.case.is_open === 1 ? -1 - rowId : rowId, rows.tokens)
    audit?.run(rows.audit)
  })
  return (rows) => write.immediate(rows)
}
