/** Hands a shift over: keeps its notes, and a record of what was open when the next one took it over. */
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import type { Session } from '../access/session.ts'
import type { HandOver, HandOverState, Person } from '../contract/duty.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { GatherMatters } from './matters.ts'

export interface HandOvers {
  /** Notes were kept, or a shift was handed over. */
  changed: Signal<void>
  state(): HandOverState
  /** Keeps the notes of the running shift. */
  note(notes: string): void
  /**
   * The next person signs in with their own account, and from then on it is their shift; the record is what stood open at
   * that moment. Faults: `invalid` (the same person), `forbidden`, `offline`: nothing was handed over then.
   */
  complete(account: string, password: string): Promise<HandOver>
  /** Fault: `not-found`. Reading is recorded. */
  read(id: string): HandOver
}

export interface HandOversOptions {
  database: Database
  session: Session
  gather: GatherMatters
  recordAudit: RecordAudit
  newId: () => string
  hubNow: () => number
}

const mostPast = 50

export function createHandOvers(options: HandOversOptions): HandOvers {
  const { database, session, gather, recordAudit, newId, hubNow } = options
  const changed = createEmitter<void>()
  const notes = database.prepare<[], string>('SELECT notes FROM hand_over_notes').pluck()
  const keepNotes = database.prepare('INSERT OR REPLACE INTO hand_over_notes (only, notes) VALUES (1, ?)')
  const insert = database.prepare('INSERT INTO hand_overs (id, at, body) VALUES (?, ?, ?)')
  const find = database.prepare<[string], string>('SELECT body FROM hand_overs WHERE id = ?').pluck()
  const past = database.prepare<[], string>(`SELECT body FROM hand_overs ORDER BY at DESC LIMIT ${mostPast}`).pluck()
  const lastAt = database.prepare<[], number | null>('SELECT max(at) FROM hand_overs').pluck()

  const matters = (operatorId: string) => gather({ operatorId, now: hubNow() })
  const keep = database.transaction((from: Person, to: Person): HandOver => {
    const handOver = {
      ...{ id: newId(), at: hubNow(), since: lastAt.get() ?? null, from, to },
      ...{ notes: notes.get() ?? '', matters: matters(from.id) },
    }
    insert.run(handOver.id, handOver.at, JSON.stringify(handOver))
    keepNotes.run('')
    recordAudit({ operatorId: from.id, action: 'shift.handed-over', subject: handOver.id, reason: null })
    recordAudit({ operatorId: to.id, action: 'shift.taken-over', subject: handOver.id, reason: null })
    return handOver
  })

  return {
    changed,
    state: () => ({
      matters: matters(session.current()?.id ?? ''),
      notes: notes.get() ?? '',
      since: lastAt.get() ?? null,
      past: past.all().map((body) => {
        const { id, at, from, to } = JSON.parse(body) as HandOver
        return { id, at, from, to }
      }),
    }),
    note(text) {
      keepNotes.run(text)
      changed.emit()
    },
    async complete(account, password) {
      const { id, name } = session.require()
      const next = await session.signIn(account, password, (operator) => {
        if (operator.id === id) throw new Fault('invalid', 'a shift is handed over to somebody else')
        if (operator.role === 'administrator') throw new Fault('forbidden', `not for the role ${operator.role}`, 'role')
      })
      const handOver = keep.immediate({ id, name }, { id: next.id, name: next.name })
      changed.emit()
      return handOver
    },
    read(id) {
      const body = find.get(id)
      if (body === undefined) throw new Fault('not-found', `no hand-over ${id}`)
      recordAudit({ operatorId: session.require().id, action: 'shift.record-read', subject: id, reason: null })
      return JSON.parse(body) as HandOver
    },
  }
}
