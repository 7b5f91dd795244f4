/** A desk of the kit: it reports cases of its own and takes steps on nothing else. */
import { randomUUID } from 'node:crypto'
import type { CaseHead, CaseStep, StepInput } from '../../native/contract/case.ts'
import type { StepKind } from '../../native/contract/vocabulary.ts'
import type { Operation } from '../../native/hub/protocol.ts'
import type { Line, Person } from './line.ts'
import { Broken, brief } from './rule.ts'
import { changesAfter, type Change } from './tail.ts'
import { codeIn, type Reply, type Wire } from './wire.ts'

export interface Result {
  opId: string
  status: string
  why: string
}
export type CasePut = { kind: 'case'; case: CaseHead; steps: CaseStep[] }

export interface Desk {
  wire: Wire
  begin: number
  person: Person
  /** The next operation of this desk; its number is taken. */
  operation(caseId: string, kind: StepKind, changes?: Partial<Operation>): Operation
  /** Operation that reports a new case of the kit. */
  reportOperation(changes?: Partial<CaseHead>): Operation
  /** One answer; sent again, as a workstation does, when none comes. */
  push(ops: readonly object[]): Promise<Reply>
  /** As `push`, for what must not be a fault. */
  results(...ops: readonly object[]): Promise<Result[]>
  /** A new case; answers its id. */
  report(changes?: Partial<CaseHead>): Promise<string>
  /** A step that must be applied; answers its operation. */
  take(caseId: string, kind: StepKind, input?: Partial<StepInput>): Promise<Operation>
  /** The feed's changes of a case since this desk was opened. */
  changesOf(caseId: string): Promise<(Change & { put: CasePut })[]>
}

const noInput: StepInput = {
  ...{
    remark: '协议检查',
    assignee: null,
    duplicateOf: null,
    duration: null,
    dueAt: null,
    evidence: [],
    callBack: null,
  },
}
const tries = 3
let lastCase = 0

/** Later ids sort later, and after every other one of the sub-center as far as letters allow. */
const newCaseId = () => `conformance-${Date.now()}-${String((lastCase += 1)).padStart(4, '0')}`

/** `begin` is where it looks for its changes from; after a restart the cursor of the desk before. */
export async function openDesk(line: Line, wire?: Wire, begin?: number): Promise<Desk> {
  const person = await line.person()
  const at = wire ?? (await line.connect())
  const cursor = begin ?? Number(at.welcome['head'])
  const subCenter = String((at.welcome['subCenter'] as Reply)['code'])
  let clientSeq = 0

  const operation: Desk['operation'] = (caseId, kind, changes = {}) => ({
    ...{ opId: randomUUID(), clientSeq: (clientSeq += 1), caseId, kind, baseVersion: 1, actor: person },
    ...{ actorAt: Date.now(), input: noInput, report: null },
    ...changes,
  })
  function reportOperation(changes: Partial<CaseHead> = {}): Operation {
    const report = { ...headOf(newCaseId(), subCenter), ...changes }
    return operation(report.id, 'report', { baseVersion: 0, report })
  }
  async function push(ops: readonly object[]): Promise<Reply> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await at.ask('ops.push', { ops })
      } catch (error) {
        if (attempt === tries || !at.isConnected()) throw error
      }
    }
  }
  async function results(...ops: readonly object[]): Promise<Result[]> {
    const reply = await push(ops)
    if (codeIn(reply) !== 'ok' || !Array.isArray(reply['results']))
      throw new Broken(`ops.push was answered ${brief(reply)}`)
    return reply['results'] as Result[]
  }
  async function mustApply(one: Operation): Promise<Operation> {
    const [result] = await results(one)
    if (result?.status !== 'applied') throw new Broken(`${one.kind} on a case of the kit was answered ${brief(result)}`)
    return one
  }
  return {
    ...{ wire: at, begin: cursor, person, operation, reportOperation, push, results },
    report: async (changes) => (await mustApply(reportOperation(changes))).caseId,
    take: (caseId, kind, input = {}) => mustApply(operation(caseId, kind, { input: { ...noInput, ...input } })),
    async changesOf(caseId) {
      const changes = await changesAfter(at, cursor)
      return changes.filter(({ put }) => (put as CasePut | null)?.case?.id === caseId) as (Change & { put: CasePut })[]
    },
  }
}

function headOf(id: string, subCenter: string): CaseHead {
  return {
    ...{ id, number: '暂0', subCenter, classCode: '0101', channel: 'self-found', state: 'reported', urgency: 'normal' },
    ...{ description: '协议检查用案件,无需处理', place: '协议检查', longitude: 116.71, latitude: 39.95 },
    ...{ gridCode: '', stationCode: '', reportedAt: Date.now(), reporter: null, limit: null, assignee: null },
    ...{ supervised: false, origin: null, request: null, duplicateOf: null, returns: 0, failedChecks: 0 },
    ...{ callBack: null, version: 1 },
  }
}
