/** What a batch of operations is decided on, gathered before and written after: the same code as in the embedded hub decides. */
import type { Operation } from '../../../native/hub/protocol.ts'
import { type CaseNumbers, dayOf } from '../hub/hub-cases.ts'
import type { Answered, Envelope, OperationBook } from '../hub/operations.ts'
import { classesOf } from '../hub/present-state.ts'
import type { Transaction } from './database.ts'
import type { WorkingSet } from './working-set.ts'

const caseKey = (caseId: string) => `2/${caseId}`

/** The cases that are meant, those that they repeat, and the terms that they are decided by. */
export async function gatherCases(set: WorkingSet, operations: readonly Operation[]): Promise<void> {
  const meant = operations.flatMap(({ caseId, input }) => [caseId, input.duplicateOf ?? caseId])
  await set.gather([...meant.map(caseKey), '0-calendar'])
  const reported = operations.flatMap(({ report }) => report?.classCode ?? [])
  const known = meant.flatMap((caseId) => {
    const put = set.read(set.subCenter, caseKey(caseId))
    return put?.kind === 'case' ? put.case.classCode : []
  })
  await set.gather([...reported, ...known].flatMap(classesOf).map((code) => `0/${code}`))
}

/** What was answered before, and how far this workstation has come. */
export async function openBook(
  transaction: Transaction,
  set: WorkingSet,
  clientId: string,
  batch: readonly Envelope[],
): Promise<OperationBook & { save(): Promise<void> }> {
  const { subCenter } = set
  const known = await transaction.query<Answered & { op_id: string }>(
    'SELECT op_id, status, why FROM operations WHERE sub_center = $1 AND op_id = ANY($2)',
    [subCenter, batch.map(({ opId }) => opId)],
  )
  const answers = new Map(known.rows.map(({ op_id, status, why }) => [op_id, { status, why } as Answered]))
  const marks = await transaction.query<{ last: number | null; restored: boolean }>(
    `SELECT (SELECT last_seq FROM clients WHERE sub_center = $1 AND client_id = $2) AS last,
       EXISTS (SELECT 1 FROM facts WHERE name = 'restored') AS restored`,
    [subCenter, clientId],
  )
  const mark = marks.rows[0] ?? { last: null, restored: false }
  const kept: { one: Envelope; answer: Answered }[] = []
  return {
    answered: (_subCenter, opId) => answers.get(opId) ?? null,
    keep(_subCenter, _clientId, one, answer) {
      answers.set(one.opId, answer)
      kept.push({ one, answer })
    },
    lastSeq: () => mark.last ?? (mark.restored ? null : 0),
    keepLastSeq: (_subCenter, _clientId, last) => void (mark.last = last),
    async save() {
      await transaction.query(
        `WITH book AS (
           INSERT INTO operations (sub_center, op_id, client_id, client_seq, status, why, at)
           SELECT $1, id, $2, seq, status, why, $3::bigint
           FROM unnest($4::text[], $5::bigint[], $6::text[], $7::text[]) AS one (id, seq, status, why)
         )
         INSERT INTO clients (sub_center, client_id, last_seq) VALUES ($1, $2, $8)
         ON CONFLICT (sub_center, client_id) DO UPDATE SET last_seq = excluded.last_seq`,
        [
          ...[subCenter, clientId, set.now, kept.map(({ one }) => one.opId), kept.map(({ one }) => one.clientSeq)],
          ...[kept.map(({ answer }) => answer.status), kept.map(({ answer }) => answer.why), mark.last],
        ],
      )
    },
  }
}

/** Running numbers of the day; asked for only when the batch reports something. */
export async function openNumbers(
  transaction: Transaction,
  set: WorkingSet,
  operations: readonly Operation[],
): Promise<CaseNumbers & { lastCaseId(subCenter: string, prefix: string): string | null; save(): Promise<void> }> {
  const { subCenter, letters } = set
  const { day, prefix } = dayOf(letters, set.now)
  const isAsked = operations.some(({ kind }) => kind === 'report')
  const { rows } = isAsked
    ? await transaction.query<{ last: number | null; greatest: string | null }>(
        `SELECT (SELECT last FROM serials WHERE sub_center = $1 AND day = $2) AS last,
           (SELECT max(item_key) FROM items WHERE sub_center = $1 AND item_key >= $3 AND item_key < $4) AS greatest`,
        [subCenter, day, caseKey(prefix), caseKey(`${prefix}~`)],
      )
    : { rows: [] }
  let last = rows[0]?.last ?? 0
  const before = last
  return {
    letters: () => letters,
    lastSerial: () => last,
    keepSerial: (_subCenter, _day, serial) => void (last = serial),
    lastCaseId(_subCenter, wanted) {
      const own = set.lastAppended(caseKey(wanted)) ?? ''
      const greatest = rows[0]?.greatest ?? ''
      return (own > greatest ? own : greatest).slice(caseKey('').length) || null
    },
    async save() {
      if (last === before) return
      await transaction.query(
        `INSERT INTO serials (sub_center, day, last) VALUES ($1, $2, $3)
         ON CONFLICT (sub_center, day) DO UPDATE SET last = excluded.last`,
        [subCenter, day, last],
      )
    },
  }
}
