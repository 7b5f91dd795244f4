/** Hears every statement that finds the database damaged, whoever runs it and whatever they make of the error. */
import type { Database, Statement } from 'better-sqlite3'
import { storageFailure } from '../database/failure.ts'

type Call = (...values: unknown[]) => unknown

/** `told` is called with the first such error only. */
export function watchDamage(database: Database, told: (error: unknown) => void): void {
  let isTold = false
  const hear = (error: unknown) => {
    if (isTold || storageFailure(error) !== 'corrupt') return
    isTold = true
    told(error)
  }
  /** `this` stays what it was: the driver looks at it. */
  const heard = (call: Call): Call =>
    function (this: unknown, ...values) {
      try {
        return call.apply(this, values)
      } catch (error) {
        hear(error)
        throw error
      }
    }
  const prepare = database.prepare.bind(database)
  const watched = (statement: Statement): Statement => {
    const calls = statement as unknown as Record<'run' | 'get' | 'all' | 'iterate', Call>
    for (const name of ['run', 'get', 'all'] as const) calls[name] = heard(calls[name])
    const iterate = calls.iterate
    calls.iterate = heard(function (this: unknown, ...values) {
      const rows = iterate.apply(this, values) as { next: Call }
      rows.next = heard(rows.next)
      return rows
    })
    return statement
  }
  database.prepare = heard((sql) => watched(prepare(sql as string))) as Database['prepare']
  for (const name of ['exec', 'pragma'] as const) {
    Object.assign(database, { [name]: heard(database[name] as unknown as Call) })
  }
}
