/** This workstation's own walks, kept for ever. Writing calls belong into a transaction of the caller. */
import type { Database } from 'better-sqlite3'
import { type PatrolStop, type PatrolWalk, patrolWalk, type WalkRow } from '../contract/patrol.ts'

export interface WalkStore {
  /** With what was looked at, the same object as long as nothing changes. Null: not of this workstation. */
  find(id: string): WalkRow | null
  has(id: string): boolean
  stops(id: string): PatrolStop[]
  begin(id: string, walk: PatrolWalk, stops: readonly PatrolStop[]): void
  write(id: string, walk: PatrolWalk, at: number): void
  /** Adds to what was looked at of a stop; `reason`: as it was stated, `''` where none is asked for. */
  looked(id: string, stopId: string, ms: number, reason: string): void
  /** Those under way, and those that began in a span of time (ms since 1970, the end excluded); newest first. */
  list(from: number, to: number): WalkRow[]
  markShared(id: string, isShared: boolean): void
  /** Ids of those whose document may go. */
  sharedBefore(at: number): string[]
  /** Ids of those under way of which nothing was said since, and when that was. */
  silentSince(at: number): { id: string; changedAt: number }[]
  /** A transaction was rolled back: what was read in it is not so. */
  forgetReady(): void
}

/** Held ready; of a coverage of years the older ones are read again. */
const mostReady = 1_000

interface LookedRow {
  stop_id: string
  looked_ms: number
  reason: string
}

export function createWalkStore(database: Database): WalkStore {
  const find = database.prepare<[string], string>('SELECT body FROM patrol_walks WHERE id = ?').pluck()
  const stops = database.prepare<[string], string>('SELECT stops FROM patrol_walks WHERE id = ?').pluck()
  const insert = database.prepare(
    `INSERT INTO patrol_walks (id, started_at, changed_at, is_ended, is_shared, body, stops) VALUES (?, ?, ?, 0, 0, ?, ?)`,
  )
  const update = database.prepare('UPDATE patrol_walks SET changed_at = ?, is_ended = ?, body = ? WHERE id = ?')
  const add = database.prepare(
    `INSERT INTO patrol_looked (walk_id, stop_id, looked_ms, reason) VALUES (?, ?, ?, ?)
     ON CONFLICT (walk_id, stop_id) DO UPDATE SET looked_ms = looked_ms + excluded.looked_ms, reason = excluded.reason`,
  )
  const looked = database.prepare<[string], LookedRow>(
    'SELECT stop_id, looked_ms, reason FROM patrol_looked WHERE walk_id = ?',
  )
  const list = database
    .prepare<[number, number], string>(
      `SELECT id FROM patrol_walks WHERE is_ended = 0 OR (started_at >= ? AND started_at < ?) ORDER BY started_at DESC, id`,
    )
    .pluck()
  const mark = database.prepare('UPDATE patrol_walks SET is_shared = ? WHERE id = ?')
  const sharedBefore = database
    .prepare<[number], string>('SELECT id FROM patrol_walks WHERE is_shared = 1 AND started_at < ?')
    .pluck()

  const silent = database.prepare<[number], { id: string; changedAt: number }>(
    'SELECT id, changed_at AS changedAt FROM patrol_walks WHERE is_ended = 0 AND changed_at < ?',
  )
  const ready = new Map<string, WalkRow>()
  function read(id: string): WalkRow | null {
    const body = find.get(id)
    if (body === undefined) return null
    const walk = JSON.parse(body) as PatrolWalk
    const byStop = new Map(looked.all(id).map((row) => [row.stop_id, row]))
    const done = walk.done.map((stop) => {
      const { looked_ms: lookedMs = 0, reason = '' } = byStop.get(stop.stopId) ?? {}
      return { ...stop, lookedMs, reason }
    })
    return { ...walk, done, id, isOwn: true }
  }
  function get(id: string): WalkRow | null {
    const walk = ready.get(id) ?? read(id)
    if (ready.size >= mostReady) ready.clear()
    if (walk) ready.set(id, walk)
    return walk
  }
  return {
    find: get,
    has: (id) => ready.has(id) || find.get(id) !== undefined,
    stops: (id) => JSON.parse(stops.get(id) ?? '[]') as PatrolStop[],
    begin: (id, walk, route) =>
      void insert.run(id, walk.startedAt, walk.startedAt, JSON.stringify(walk), JSON.stringify(route)),
    write(id, walk, at) {
      update.run(at, walk.state === 'ended' ? 1 : 0, JSON.stringify(patrolWalk.parse(walk)), id)
      ready.delete(id)
    },
    looked(id, stopId, ms, reason) {
      add.run(id, stopId, ms, reason)
      ready.delete(id)
    },
    list: (from, to) =>
      list.all(from, to).flatMap((id) => {
        const walk = get(id)
        return walk ? [walk] : []
      }),
    markShared: (id, isShared) => void mark.run(isShared ? 1 : 0, id),
    sharedBefore: (at) => sharedBefore.all(at),
    silentSince: (at) => silent.all(at),
    forgetReady: () => ready.clear(),
  }
}
