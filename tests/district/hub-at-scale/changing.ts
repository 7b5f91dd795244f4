/** What workstations change: batches of operations and instructions, each in one transaction on its sub-center. */
import type { Logger } from 'pino'
import type { SharedDocument } from '../../../native/documents/document.ts'
import { operation } from '../../../native/hub/protocol.ts'
import { answerOf, decideDocument, documentKey, documentKeys, type Documents } from '../hub/documents.ts'
import { createHubCases } from '../hub/hub-cases.ts'
import { type Instructions, type Recipients, writeInstruction } from '../hub/instructions.ts'
import { createBatchTaker, type Envelope, type Operations } from '../hub/operations.ts'
import { createCaseReader } from '../hub/present-state.ts'
import type { Answering } from '../hub/requests.ts'
import { gatherCases, openBook, openNumbers } from './batch.ts'
import { type Database, inTransaction, type Transaction } from './database.ts'
import { findPeople } from './people.ts'
import { lockSubCenter, type WorkingSet } from './working-set.ts'

export interface ChangingParts {
  database: Database
  clock: () => number
  log: Logger
  recipients: Recipients
  poke: (subCenter: string, head: number) => void
}

export function createChanging({ database, clock, log, recipients, poke }: ChangingParts): {
  operations: Answering<Operations>
  instructions: Answering<Pick<Instructions, 'send'>>
  documents: Answering<Documents>
} {
  /** Workstations are told after the commit. */
  async function change<T>(
    subCenter: string,
    work: (transaction: Transaction, set: WorkingSet) => Promise<T>,
  ): Promise<T> {
    const { result, set } = await inTransaction(database, async (transaction) => {
      const set = await lockSubCenter(transaction, subCenter, clock)
      const result = await work(transaction, set)
      await set.save()
      return { result, set }
    })
    if (set.hasAppended()) poke(subCenter, set.head())
    return result
  }

  async function takeBatch(transaction: Transaction, set: WorkingSet, clientId: string, batch: readonly Envelope[]) {
    const readable = batch.flatMap((one) => operation.safeParse(one).data ?? [])
    await gatherCases(set, readable)
    const book = await openBook(transaction, set, clientId, batch)
    const numbers = await openNumbers(transaction, set, readable)
    const people = await findPeople(
      transaction,
      set.subCenter,
      readable.map(({ actor }) => actor.id),
    )
    const now = () => set.now
    const present = { ...createCaseReader(set.read), lastCaseId: numbers.lastCaseId }
    const cases = createHubCases({ numbers, feed: set, present, clock: now })
    const accounts = { person: (_subCenter: string, id: string) => people.get(id) ?? null }
    const { results } = createBatchTaker({ book, cases, accounts, clock: now, log })(set.subCenter, clientId, batch)
    await book.save()
    await numbers.save()
    return results
  }

  const saveDocument: Answering<Documents>['save'] = (subCenter, sent) =>
    change(subCenter, async (transaction, set) => {
      const { rows } = await transaction.query<{ version: number | null; seq: number | null }>(
        'SELECT version, seq FROM document_saves WHERE sub_center = $1 AND op_id = $2',
        [subCenter, sent.opId],
      )
      if (rows[0]) return answerOf(rows[0])
      const key = documentKey(sent)
      await set.gather([key])
      const counted = await transaction.query<{ count: number; last: number }>(
        `SELECT (SELECT count(*) FROM items WHERE sub_center = $1 AND item_key >= $2 AND item_key < $3) AS count,
           (SELECT coalesce(max(version), 0) FROM document_saves WHERE sub_center = $1) AS last`,
        [subCenter, ...documentKeys(sent.kind)],
      )
      const people = await findPeople(transaction, subCenter, [sent.by.id])
      const put = set.read(subCenter, key)
      const { count, last } = counted.rows[0] ?? { count: 0, last: 0 }
      const document = decideDocument(sent, {
        present: put?.kind === 'document' ? (put.document as SharedDocument) : null,
        ...{ count, lastVersion: last, person: people.get(sent.by.id) ?? null, now: set.now },
      })
      const answer = document && {
        version: document.version,
        seq: set.append(subCenter, [{ kind: 'document', document }]),
      }
      await transaction.query('INSERT INTO document_saves (sub_center, op_id, version, seq) VALUES ($1, $2, $3, $4)', [
        ...[subCenter, sent.opId, answer?.version ?? null, answer?.seq ?? null],
      ])
      return answer
    })

  return {
    documents: { save: saveDocument },
    operations: {
      push: (subCenter, clientId, batch) =>
        change(subCenter, (transaction, set) => takeBatch(transaction, set, clientId, batch)),
    },
    instructions: {
      send: (subCenter, sent) =>
        change(subCenter, async (transaction, set) => {
          const key = `0-instruction/${sent.instructionId}`
          await set.gather([key])
          if (set.read(subCenter, key)) return
          const people = await findPeople(transaction, subCenter, [sent.by.id])
          const person = people.get(sent.by.id) ?? null
          const instruction = writeInstruction(sent, person, recipients(subCenter, sent.to), set.now)
          set.append(subCenter, [{ kind: 'instruction', instruction }])
        }),
    },
  }
}
