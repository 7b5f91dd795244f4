/** Keeps each time without the district, and what came of it, across restarts. */
import type { Database } from 'better-sqlite3'
import type { Outage } from '../contract/sync.ts'

export interface OutageStore {
  /** The running one, or the last. */
  last(): Outage | null
  /** Id of the running one. */
  running(): string | null
  begin(id: string, since: number): void
  /** One in which nothing happened that anybody has to know of is forgotten: the one before is the last again. */
  end(until: number, leastMs: number): void
  read(id: string): void
  // What is counted belongs into the transaction that does it.
  countSent(): void
  countRefused(): void
  noteCase(caseId: string, what: 'changed' | 'added'): void
  noteNumber(caseId: string, temporary: string, number: string): void
}

interface Row {
  id: string
  since: number
  until: number | null
  sent: number
  refused: number
  is_read: number
}

/** Older ones are forgotten. */
const mostKept = 50

export function createOutageStore(database: Database): OutageStore {
  const last = database.prepare<[], Row>('SELECT * FROM outages ORDER BY since DESC, id DESC LIMIT 1')
  const begin = database.prepare(
    'INSERT INTO outages (id, since, until, sent, refused, is_read) VALUES (?, ?, NULL, 0, 0, 0)',
  )
  const end = database.prepare('UPDATE outages SET until = ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM outages WHERE id = ?')
  const removeCases = database.prepare('DELETE FROM outage_cases WHERE outage_id NOT IN (SELECT id FROM outages)')
  const prune = database.prepare(
    'DELETE FROM outages WHERE id NOT IN (SELECT id FROM outages ORDER BY since DESC, id DESC LIMIT ?)',
  )
  const read = database.prepare('UPDATE outages SET is_read = 1 WHERE id = ?')
  const sent = database.prepare('UPDATE outages SET sent = sent + 1 WHERE id = ?')
  const refused = database.prepare('UPDATE outages SET refused = refused + 1 WHERE id = ?')
  const note = database.prepare('INSERT OR IGNORE INTO outage_cases (outage_id, case_id, what) VALUES (?, ?, ?)')
  const number = database.prepare(
    `INSERT OR REPLACE INTO outage_cases (outage_id, case_id, what, temporary, number) VALUES (?, ?, 'numbered', ?, ?)`,
  )
  const counts = database.prepare<[string], { what: string; cases: number }>(
    'SELECT what, count(*) AS cases FROM outage_cases WHERE outage_id = ? GROUP BY what',
  )
  const numbered = database.prepare<[string], { caseId: string; temporary: string; number: string }>(
    `SELECT case_id AS caseId, temporary, number FROM outage_cases WHERE outage_id = ? AND what = 'numbered' ORDER BY number`,
  )

  // Asked for with every change of the feed: answered from memory.
  let running = last.get()?.until === null ? (last.get()?.id ?? null) : null

  function show({ id, since, until, sent, refused, is_read }: Row): Outage {
    const cases = new Map(counts.all(id).map((row) => [row.what, row.cases]))
    return {
      ...{ id, since, until, sent, refused, isRead: is_read === 1 },
      ...{ changed: cases.get('changed') ?? 0, added: cases.get('added') ?? 0, numbered: numbered.all(id) },
    }
  }
  const isNothing = ({ sent, refused, numbered }: Outage) => sent + refused + numbered.length === 0

  return {
    last() {
      const row = last.get()
      return row ? show(row) : null
    },
    running: () => running,
    begin(id, since) {
      begin.run(id, since)
      prune.run(mostKept)
      removeCases.run()
      running = id
    },
    end(until, leastMs) {
      const row = last.get()
      if (!row || row.id !== running) return
      if (until - row.since < leastMs && isNothing(show(row))) {
        remove.run(row.id)
        removeCases.run()
      } else end.run(until, row.id)
      running = null
    },
    read: (id) => void read.run(id),
    countSent: () => void (running && sent.run(running)),
    countRefused: () => void (running && refused.run(running)),
    noteCase: (caseId, what) => void (running && note.run(running, caseId, what)),
    noteNumber: (caseId, temporary, given) => void (running && number.run(running, caseId, temporary, given)),
  }
}
