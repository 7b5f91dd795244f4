/** The grids of this sub-center as the hub draws them. */
import type { Database } from 'better-sqlite3'
import type { Grid, ListDelta } from '../contract/places.ts'

export interface GridStore {
  put(grid: Grid, generation: number): void
  remove(code: string): void
  removeOtherGenerations(generation: number): void
  /** By code. The same array as before as long as nothing was written through this object. */
  all(): readonly Grid[]
}

/** Writing calls belong into a transaction of the caller. */
export function createGridStore(database: Database): GridStore {
  const upsert = database.prepare(
    `INSERT INTO grids (code, body, generation) VALUES (?, ?, ?)
     ON CONFLICT (code) DO UPDATE SET body = excluded.body, generation = excluded.generation`,
  )
  const remove = database.prepare('DELETE FROM grids WHERE code = ?')
  const removeOthers = database.prepare('DELETE FROM grids WHERE generation <> ?')
  const read = database.prepare<[], string>('SELECT body FROM grids ORDER BY code').pluck()
  let known: readonly Grid[] | null = null

  return {
    put(grid, generation) {
      known = null
      upsert.run(grid.code, JSON.stringify(grid), generation)
    },
    remove(code) {
      known = null
      remove.run(code)
    },
    removeOtherGenerations(generation) {
      known = null
      removeOthers.run(generation)
    },
    all: () => (known ??= read.all().map((body) => JSON.parse(body) as Grid)),
  }
}

/** Undefined when both lists show the same. */
export function differGrids(before: readonly Grid[], after: readonly Grid[]): ListDelta<Grid> | undefined {
  if (before === after) return undefined
  const old = new Map(before.map((grid) => [grid.code, JSON.stringify(grid)]))
  const put = after.filter((grid) => old.get(grid.code) !== JSON.stringify(grid))
  const kept = new Set(after.map(({ code }) => code))
  const removed = before.filter(({ code }) => !kept.has(code)).map(({ code }) => code)
  return put.length + removed.length > 0 ? { put, removed } : undefined
}
