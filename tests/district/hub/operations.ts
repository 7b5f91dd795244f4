/** Takes what workstations did to cases: each operation once, in the order of its workstation, all of a batch at a time. */
import type { Logger } from 'pino'
import { z } from 'zod'
import type { TakenStep } from '../../../native/cases/decide.ts'
import { identifier } from '../../../native/contract/case.ts'
import { type Operation, operation, type pushReply } from '../../../native/hub/protocol.ts'
import type { Accounts } from './accounts.ts'
import type { HubCases, Taken } from './hub-cases.ts'
import { HubFault } from './hub-fault.ts'
import { wordsFor } from './refusal-words.ts'
import type { StateFile } from './state-file.ts'

export type OperationResult = z.infer<typeof pushReply>['results'][number]

/** Only what order and repetition need: an operation that is wrong otherwise is refused for itself. */
const envelope = z.looseObject({ opId: identifier, clientSeq: z.int().min(1) })
export type Envelope = z.infer<typeof envelope>
export const pushed = z.object({ ops: z.array(envelope).min(1).max(100) })

export interface Operations {
  /** One result for each, in their order. Faults: `out-of-order`; then none of the batch was done. */
  push(subCenter: string, clientId: string, ops: readonly Envelope[]): OperationResult[]
}

export type Answered = Omit<OperationResult, 'opId'>

/** What was answered, and how far each workstation has come; for ever. */
export interface OperationBook {
  answered(subCenter: string, opId: string): Answered | null
  keep(subCenter: string, clientId: string, one: Envelope, answer: Answered, at: number): void
  /** Null when nobody knows, as after a restored backup: then the first number is believed. */
  lastSeq(subCenter: string, clientId: string): number | null
  keepLastSeq(subCenter: string, clientId: string, last: number): void
}

export interface BatchParts {
  book: OperationBook
  cases: HubCases
  accounts: Pick<Accounts, 'person'>
  clock: () => number
  log: Logger
}

const maxOperationBytes = 200_000

/** Decides a batch; belongs into a transaction of the caller, who tells workstations of the steps when it is durable. */
export function createBatchTaker({ book, cases, accounts, clock, log }: BatchParts) {
  function carryOut(subCenter: string, one: Envelope, steps: Taken[]): Answered {
    const parsed = operation.safeParse(one)
    if (!parsed.success || Buffer.byteLength(JSON.stringify(one)) > maxOperationBytes) {
      log.warn(
        { opId: one.opId, error: parsed.error && z.prettifyError(parsed.error).slice(0, 500) },
        'not an operation',
      )
      return { status: 'refused', why: '区中心无法读取这一步' }
    }
    const result = decideOne(subCenter, parsed.data)
    if (typeof result === 'string') return { status: 'refused', why: result }
    steps.push(result)
    return { status: 'applied', why: '' }
  }

  /** The step, or why not in words. */
  function decideOne(
    subCenter: string,
    { opId, caseId, kind, actor, actorAt, input, report }: Operation,
  ): Taken | string {
    const person = accounts.person(subCenter, actor.id)
    if (!person) return '办理人不是本分中心的在册人员'
    if (person.role !== actor.role) return '办理人的角色与登记不符'
    if (person.role === 'administrator') return '管理员不能办理案件'
    const step: TakenStep = { id: opId, kind, actor: person, actorAt, input }
    if (kind === 'report') {
      if (report?.id !== caseId || report.subCenter !== subCenter) return '上报的内容与案件不符'
      return cases.add(subCenter, report, step) ?? '案件已经存在'
    }
    if (kind === 'duplicate' && input.duplicateOf && !cases.has(subCenter, input.duplicateOf))
      return '所并入的案件不存在'
    const result = cases.take(subCenter, caseId, step)
    if (!result) return '区中心没有这件案件'
    return 'refusal' in result ? wordsFor(result.refusal, result.steps) : result
  }

  return (subCenter: string, clientId: string, ops: readonly Envelope[]) => {
    const steps: Taken[] = []
    let last = book.lastSeq(subCenter, clientId)
    const results = ops.map((one): OperationResult => {
      const before = book.answered(subCenter, one.opId)
      if (!before && last !== null && one.clientSeq <= last)
        throw new HubFault('out-of-order', `number ${one.clientSeq} was given to another operation`)
      if (last !== null && one.clientSeq > last + 1)
        throw new HubFault('out-of-order', `number ${one.clientSeq} came after ${last}`)
      last = Math.max(last ?? 0, one.clientSeq)
      if (before) return { opId: one.opId, ...before }
      const result = carryOut(subCenter, one, steps)
      book.keep(subCenter, clientId, one, result, clock())
      return { opId: one.opId, ...result }
    })
    if (last !== null) book.keepLastSeq(subCenter, clientId, last)
    return { results, steps }
  }
}

export interface OperationsParts extends Omit<BatchParts, 'book'> {
  file: StateFile
  /** After the batch is on the disk. */
  taken: (steps: readonly Taken[]) => void
}

export function createOperations({ file, taken, ...parts }: OperationsParts): Operations {
  const takeBatch = file.transaction(createBatchTaker({ ...parts, book: createBook(file) }))
  return {
    push(subCenter, clientId, ops) {
      const { results, steps } = takeBatch.immediate(subCenter, clientId, ops)
      if (steps.length > 0) taken(steps)
      return results
    },
  }
}

function createBook(file: StateFile): OperationBook {
  const known = file.prepare<[string, string], Answered>(
    'SELECT status, why FROM operations WHERE sub_center = ? AND op_id = ?',
  )
  const keep = file.prepare(
    'INSERT INTO operations (sub_center, op_id, client_id, client_seq, status, why, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const read = file
    .prepare<[string, string], number>('SELECT last_seq FROM clients WHERE sub_center = ? AND client_id = ?')
    .pluck()
  const write = file.prepare('INSERT OR REPLACE INTO clients (sub_center, client_id, last_seq) VALUES (?, ?, ?)')
  const restored = file.prepare<[], unknown>(`SELECT 1 FROM facts WHERE name = 'restored'`)
  return {
    answered: (subCenter, opId) => known.get(subCenter, opId) ?? null,
    keep: (subCenter, clientId, { opId, clientSeq }, { status, why }, at) =>
      void keep.run(subCenter, opId, clientId, clientSeq, status, why, at),
    lastSeq: (subCenter, clientId) => read.get(subCenter, clientId) ?? (restored.get() ? null : 0),
    keepLastSeq: (...mark) => void write.run(...mark),
  }
}
