/** Open cases as points on the map: read once, then only those that were written to. */
import type { Database } from 'better-sqlite3'
import type { CasePoint, ListDelta } from '../contract/places.ts'
import type { CaseState } from '../contract/vocabulary.ts'
import type { TopicSource } from '../topic.ts'

export interface CasePoints {
  /** A new array after every change. */
  all(): readonly CasePoint[]
  differ: TopicSource<readonly CasePoint[], ListDelta<CasePoint>>['differ']
}

export interface CasePointsOptions {
  /** The one connection that cases are written through. */
  database: Database
  /** The most points; those that are due first are taken. */
  most: number
}

interface StoredPoint {
  id: string
  number: string
  className: string | null
  classCode: string
  longitude: number
  latitude: number
  gridCode: string
  state: CaseState
  limit: string | null
  supervised: number
}

/** So far may the number drift from `most` before all points are read again. */
const slack = 1_000
/** Above so many written cases reading everything is cheaper than one by one. */
const manyWrites = 2_000
/** Changes remembered for subscribers that are a little behind. */
const rememberedChanges = 5_000

const columns = `c.id, c.number, k.name AS className, c.class_code AS classCode, c.longitude, c.latitude,
  c.grid_code AS gridCode, c.state, c.body -> '$.limit' AS "limit", c.supervised
  FROM cases c LEFT JOIN case_classes k ON k.code = c.class_code`

export function createCasePoints({ database, most }: CasePointsOptions): CasePoints {
  const written = listenToWrites(database)
  const readAll = database.prepare<[number], StoredPoint>(
    `SELECT ${columns} WHERE c.is_open = 1 ORDER BY c.due_order, c.row_id LIMIT ?`,
  )
  const readOne = database.prepare<[string], StoredPoint>(`SELECT ${columns} WHERE c.id = ? AND c.is_open = 1`)
  let points: Map<string, CasePoint> | null = null
  /** There are more open cases than were taken. */
  let isCut = false
  let list: readonly CasePoint[] = []
  const log = createChangeLog()

  function load(): Map<string, CasePoint> {
    written.clear()
    const loaded = new Map(readAll.all(most).map((row) => [row.id, pointOf(row)]))
    isCut = loaded.size === most
    return loaded
  }

  /** Ids whose point is another one now; null when everything was read again. */
  function catchUp(known: Map<string, CasePoint>): string[] | null {
    const ids = [...written]
    written.clear()
    if (ids.length > manyWrites) return null
    const changed = ids.filter((id) => {
      const row = readOne.get(id)
      if (!row) return known.delete(id)
      const point = pointOf(row)
      if (isSame(known.get(id), point)) return false
      known.set(id, point)
      return true
    })
    const isOff = known.size > most + slack || (isCut && known.size < most - slack)
    return isOff ? null : changed
  }

  return {
    all() {
      const changed = points && (written.size === 0 ? [] : catchUp(points))
      if (!points || changed === null) points = load()
      else if (changed.length === 0) return list
      list = [...points.values()]
      log.add(list, changed)
      return list
    },
    differ(before, after) {
      if (before === after) return undefined
      const ids = log.between(before, after)
      const delta = ids ? changesOf(ids, points ?? new Map()) : differAll(before, after)
      return delta.put.length + delta.removed.length > 0 ? delta : undefined
    },
  }
}

/**
 * Ids of cases written through this connection, gathered by triggers that live and die with it. A write that was rolled
 * back is gathered as well: its case is looked at once more and found unchanged.
 */
function listenToWrites(database: Database): Set<string> {
  const ids = new Set<string>()
  database.function('case_was_written', (id: unknown) => void ids.add(String(id)))
  const events = [
    ['INSERT', 'new'],
    ['UPDATE', 'new'],
    ['DELETE', 'old'],
  ] as const
  for (const [event, row] of events) {
    database.exec(
      `CREATE TEMP TRIGGER case_points_${event} AFTER ${event} ON main.cases BEGIN SELECT case_was_written(${row}.id); END`,
    )
  }
  return ids
}

/** Which ids changed between two arrays that were given out. */
function createChangeLog() {
  const revisions = new WeakMap<readonly CasePoint[], number>()
  let entries: { revision: number; ids: readonly string[] }[] = []
  let revision = 0
  let size = 0
  return {
    /** `ids` null: everything may have changed, and nothing before counts any more. */
    add(list: readonly CasePoint[], ids: readonly string[] | null): void {
      revision += 1
      revisions.set(list, revision)
      size += ids?.length ?? 0
      if (ids === null || size > rememberedChanges) {
        entries = []
        size = 0
      }
      if (ids) entries.push({ revision, ids })
    },
    /** Null when that is no longer known. */
    between(before: readonly CasePoint[], after: readonly CasePoint[]): Set<string> | null {
      const [from, to] = [revisions.get(before), revisions.get(after)]
      if (from === undefined || to === undefined || to !== revision) return null
      const later = entries.filter((entry) => entry.revision > from)
      return later.length === to - from ? new Set(later.flatMap(({ ids }) => ids)) : null
    },
  }
}

function changesOf(ids: Iterable<string>, points: ReadonlyMap<string, CasePoint>): ListDelta<CasePoint> {
  const delta: ListDelta<CasePoint> = { put: [], removed: [] }
  for (const id of ids) {
    const point = points.get(id)
    if (point) delta.put.push(point)
    else delta.removed.push(id)
  }
  return delta
}

function differAll(before: readonly CasePoint[], after: readonly CasePoint[]): ListDelta<CasePoint> {
  const old = new Map(before.map((point) => [point.id, point]))
  const kept = new Set(after.map(({ id }) => id))
  return {
    put: after.filter((point) => !isSame(old.get(point.id), point)),
    removed: before.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
  }
}

function isSame(one: CasePoint | undefined, other: CasePoint): boolean {
  return one !== undefined && (one === other || JSON.stringify(one) === JSON.stringify(other))
}

function pointOf({ limit, supervised, ...row }: StoredPoint): CasePoint {
  const parsed = limit === null ? null : (JSON.parse(limit) as CasePoint['limit'])
  return {
    ...row,
    limit: parsed && { startedAt: parsed.startedAt, dueAt: parsed.dueAt, stoppedAt: parsed.stoppedAt },
    supervised: supervised === 1,
  }
}
