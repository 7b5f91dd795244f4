/** Whom the sub-center's cases may be dispatched to, as the hub lists them. */
import type { Database } from 'better-sqlite3'
import { createInitials, type Initials } from '../cases/search-initials.ts'
import type { Unit } from '../contract/unit.ts'

export interface UnitStore {
  put(unit: Unit, generation: number): void
  remove(id: string): void
  removeOtherGenerations(generation: number): void
  /** By id. The same array as before as long as nothing was written through this object. */
  all(): readonly Unit[]
  /** Those whose name or its initials hold every word, at most `most`; without words the first ones. */
  find(text: string, most: number): Unit[]
}

/** Writing calls belong into a transaction of the caller. */
export function createUnitStore(database: Database, initials: Initials = createInitials()): UnitStore {
  const upsert = database.prepare(
    `INSERT INTO units (id, body, generation) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET body = excluded.body, generation = excluded.generation`,
  )
  const remove = database.prepare('DELETE FROM units WHERE id = ?')
  const removeOthers = database.prepare('DELETE FROM units WHERE generation <> ?')
  const read = database.prepare<[], string>('SELECT body FROM units ORDER BY id').pluck()
  let known: readonly Unit[] | null = null

  const all = () => (known ??= read.all().map((body) => JSON.parse(body) as Unit))
  const lettersOf = ({ kind, name }: Unit) => (kind === 'grid-member' ? initials.ofName(name) : initials.ofPlace(name))
  return {
    put(unit, generation) {
      known = null
      upsert.run(unit.id, JSON.stringify(unit), generation)
    },
    remove(id) {
      known = null
      remove.run(id)
    },
    removeOtherGenerations(generation) {
      known = null
      removeOthers.run(generation)
    },
    all,
    find(text, most) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean)
      const isAsked = (unit: Unit) =>
        words.every((word) => unit.name.toLowerCase().includes(word) || lettersOf(unit).includes(word))
      return all().filter(isAsked).slice(0, most)
    },
  }
}
