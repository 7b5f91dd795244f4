/** Takes documents from workstations, each save once, and tells every workstation of the sub-center. What they hold is not looked at. */
import {
  bodyBytes,
  mostBodyBytes,
  mostDocuments,
  type SentDocument,
  type SharedDocument,
} from '../../../native/documents/document.ts'
import type { Accounts } from './accounts.ts'
import type { Feed } from './feed.ts'
import { HubFault } from './hub-fault.ts'
import type { StateFile } from './state-file.ts'

/** What a save became: a version, as a change of the feed; null: nothing, because the document had moved on. */
export type DocumentAnswer = { version: number; seq: number } | null

export interface Documents {
  /** Faults: `forbidden`, `too-large`, `too-many`. */
  save(subCenter: string, sent: SentDocument): DocumentAnswer
}

/** What one save is decided on, gathered from wherever it is kept. */
export interface DocumentFacts {
  present: SharedDocument | null
  /** Documents of the kind. */
  count: number
  /** The greatest version that was ever given in the sub-center; 0: none. */
  lastVersion: number
  person: ReturnType<Accounts['person']>
  now: number
}

export const documentKey = ({ kind, id }: Pick<SentDocument, 'kind' | 'id'>) => `0-document/${kind}/${id}`
/** Keys of a kind's documents are from the first up to, without, the second. */
export const documentKeys = (kind: string) => [`0-document/${kind}/`, `0-document/${kind}0`] as const

/** The document that a save makes; null when it was made from another version than the present one. Faults: as `save`. */
export function decideDocument({ base, ...sent }: SentDocument, facts: DocumentFacts): SharedDocument | null {
  const { present, count, lastVersion, person, now } = facts
  if (!person || person.role === 'administrator') throw new HubFault('forbidden', '保存人不是本分中心的值班人员')
  if (bodyBytes(sent.body) > mostBodyBytes) throw new HubFault('too-large', `more than ${mostBodyBytes} bytes`)
  if (base !== (present?.version ?? 0)) return null
  if (!present && count >= mostDocuments) throw new HubFault('too-many', `${count} documents of the kind ${sent.kind}`)
  const { id, name, role } = person
  // After a restored backup the clock is what keeps versions from being given twice.
  return { ...sent, version: Math.max(lastVersion + 1, now), by: { id, name, role }, at: now }
}

export interface DocumentsParts {
  file: StateFile
  feed: Feed
  accounts: Pick<Accounts, 'person'>
  clock: () => number
  poke: (subCenter: string) => void
}

export function createDocuments({ file, feed, accounts, clock, poke }: DocumentsParts): Documents {
  const answered = file.prepare<[string, string], { version: number | null; seq: number | null }>(
    'SELECT version, seq FROM document_saves WHERE sub_center = ? AND op_id = ?',
  )
  const keep = file.prepare('INSERT INTO document_saves (sub_center, op_id, version, seq) VALUES (?, ?, ?, ?)')
  const last = file
    .prepare<[string], number>('SELECT ifnull(max(version), 0) FROM document_saves WHERE sub_center = ?')
    .pluck()
  const present = file
    .prepare<[string, string], string>('SELECT put FROM items WHERE sub_center = ? AND item_key = ?')
    .pluck()
  const count = file
    .prepare<[string, string, string], number>(
      'SELECT count(*) FROM items WHERE sub_center = ? AND item_key >= ? AND item_key < ?',
    )
    .pluck()

  function gather(subCenter: string, sent: SentDocument): DocumentFacts {
    const put = present.get(subCenter, documentKey(sent))
    return {
      present: put === undefined ? null : (JSON.parse(put) as { document: SharedDocument }).document,
      count: count.get(subCenter, ...documentKeys(sent.kind)) ?? 0,
      lastVersion: last.get(subCenter) ?? 0,
      person: accounts.person(subCenter, sent.by.id),
      now: clock(),
    }
  }
  const take = file.transaction((subCenter: string, sent: SentDocument) => {
    const before = answered.get(subCenter, sent.opId)
    if (before) return answerOf(before)
    const document = decideDocument(sent, gather(subCenter, sent))
    const seq = document && feed.append(subCenter, [{ kind: 'document', document }])
    keep.run(subCenter, sent.opId, document?.version ?? null, seq)
    return document && seq !== null ? { version: document.version, seq } : null
  })
  return {
    save(subCenter, sent) {
      const answer = take.immediate(subCenter, sent)
      if (answer) poke(subCenter)
      return answer
    },
  }
}

/** From how it is kept. */
export const answerOf = ({ version, seq }: { version: number | null; seq: number | null }): DocumentAnswer =>
  version === null || seq === null ? null : { version, seq }
