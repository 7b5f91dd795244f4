/** What workstations read: the feed in pages, and snapshots, each a transaction that sees one moment. */
import { randomUUID } from 'node:crypto'
import { type Change, type Feed, maxPageBytes } from '../hub/feed.ts'
import { HubFault } from '../hub/hub-fault.ts'
import type { Answering } from '../hub/requests.ts'
import type { Snapshots } from '../hub/snapshots.ts'
import type { Database, Transaction } from './database.ts'

interface ChangeRow {
  head: number
  compacted: number
  seq: number | null
  at: number
  put: string
}

/** Head and changes come from one statement, so that they are of one moment. */
export function createFeedReader(database: Database): Answering<Pick<Feed, 'describe' | 'pull'>> {
  return {
    async describe(subCenter) {
      const { rows } = await database.query<{ name: string; head: number }>(
        'SELECT name, head FROM sub_centers WHERE code = $1',
        [subCenter],
      )
      if (!rows[0]) throw new Error(`unknown sub-center ${subCenter}`)
      return rows[0]
    },
    async pull(subCenter, cursor, limit) {
      const { rows } = await database.query<ChangeRow>(
        `SELECT s.head, s.compacted, page.seq, page.at, page.put FROM sub_centers s LEFT JOIN (
           SELECT seq, at, put, sum(octet_length(put) + 64) OVER (ORDER BY seq) AS bytes
           FROM (SELECT seq, at, put FROM changes WHERE sub_center = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS next
         ) AS page ON page.bytes <= $4 OR page.seq = $2::bigint + 1
         WHERE s.code = $1 ORDER BY page.seq`,
        [subCenter, cursor, limit, maxPageBytes],
      )
      const [first] = rows
      if (!first) throw new Error(`unknown sub-center ${subCenter}`)
      const { head, compacted } = first
      if (cursor > head) throw new HubFault('epoch-changed', `the cursor ${cursor} is ahead of the head ${head}`)
      if (cursor < compacted) throw new HubFault('cursor-too-old', `changes up to ${compacted} are no longer kept`)
      const changes = rows.flatMap(({ seq, at, put }): Change[] =>
        seq === null ? [] : [{ seq, at, put: JSON.parse(put) as unknown }],
      )
      return { changes, head }
    },
  }
}

/** Each one holds a connection to the database. */
const maxOpen = 2

/**
 * The snapshots of one workstation's connection. `pool` has connections for snapshots only, and the server ends a
 * transaction that nobody reads from: then the snapshot is unknown and the workstation opens another one.
 */
export function createSnapshots(pool: Database, subCenter: string): Answering<Snapshots> {
  const open = new Map<string, Transaction>()
  let isEnded = false

  /** The connection is not used again: ending it ends the transaction, in whatever state it is. */
  function close(snapshotId: string): void {
    open.get(snapshotId)?.release(true)
    open.delete(snapshotId)
  }

  async function begin(transaction: Transaction) {
    transaction.on('error', () => undefined)
    await transaction.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // The first statement fixes what the transaction sees (PostgreSQL, "Transaction Isolation").
    const { rows } = await transaction.query<{ head: number; total: number }>(
      'SELECT head, total FROM sub_centers WHERE code = $1',
      [subCenter],
    )
    if (!rows[0]) throw new Error(`unknown sub-center ${subCenter}`)
    return { asOf: rows[0].head, total: rows[0].total }
  }

  return {
    async open() {
      const oldest = open.keys().next()
      if (open.size >= maxOpen && !oldest.done) close(oldest.value)
      const transaction = await pool.connect()
      try {
        const begun = await begin(transaction)
        const snapshotId = randomUUID()
        open.set(snapshotId, transaction)
        // The workstation may have gone while the connection was waited for.
        if (isEnded) close(snapshotId)
        return { snapshotId, ...begun }
      } catch (error) {
        transaction.release(true)
        throw error
      }
    },
    async page(snapshotId, after, limit) {
      const transaction = open.get(snapshotId)
      const unknown = () => new HubFault('snapshot-unknown', 'this snapshot is not open; open another one')
      if (!transaction || after?.includes('\0')) throw unknown()
      const read = transaction.query<{ item_key: string; put: string; is_last: boolean }>(pageOfItems, [
        ...[subCenter, after ?? '', limit, maxPageBytes],
      ])
      const { rows } = await read.catch(() => {
        close(snapshotId)
        throw unknown()
      })
      const last = rows.at(-1)
      return {
        items: rows.map(({ put }) => JSON.parse(put) as unknown),
        next: last && !last.is_last ? last.item_key : null,
      }
    },
    close,
    closeAll() {
      isEnded = true
      for (const snapshotId of [...open.keys()]) close(snapshotId)
    },
  }
}

/** As many as fit, at least one; `is_last` when nothing follows. */
const pageOfItems = `
SELECT item_key, put, place = count AS is_last FROM (
  SELECT item_key, put, sum(octet_length(put) + 1) OVER (ORDER BY item_key) AS bytes,
    row_number() OVER (ORDER BY item_key) AS place, count(*) OVER () AS count
  FROM (
    SELECT item_key, put FROM items WHERE sub_center = $1 AND item_key > $2 ORDER BY item_key LIMIT $3::int + 1
  ) AS next
) AS page WHERE place <= $3::int AND (bytes <= $4 OR place = 1) ORDER BY item_key`
