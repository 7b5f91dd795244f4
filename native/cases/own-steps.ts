/** Takes steps of this workstation: decided by the workflow, kept with the outbox and the audit in one transaction. */
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import type { Clock } from '../clock.ts'
import type { CaseHead, NewCase, Operator, Origin, StepInput } from '../contract/case.ts'
import type { StepKind } from '../contract/vocabulary.ts'
import { Fault } from '../fault.ts'
import type { Operation } from '../hub/protocol.ts'
import type { CaseQueries } from './case-queries.ts'
import type { CaseStore } from './case-store.ts'
import { addTime, lengthOf } from './clocks.ts'
import { decide, type Refusal } from './decide.ts'
import { maxOperationBytes } from './outbox.ts'
import type { TermsBook } from './terms.ts'

export interface OwnSteps {
  /** Faults: `not-found`, `invalid`, `forbidden`, `conflict`. */
  take(operator: Operator, caseId: string, kind: StepKind, input: StepInput): void
  /** Answers the new case's id. `within` runs it in a transaction of the caller, who has something to keep with it. */
  report(operator: Operator, taken: NewCase, within?: (caseId: string, act: () => void) => void): string
  dismiss(operator: Operator, caseId: string, stepId: string): void
}

export interface OwnStepsOptions {
  database: Database
  store: CaseStore
  queries: CaseQueries
  terms: TermsBook
  recordAudit: RecordAudit
  newId: () => string
  /** The hub's clock as well as it is known. */
  hubNow: () => number
  clock: Clock
  /** Called after each step was kept. */
  taken: () => void
}

export const noInput: StepInput = {
  ...{ remark: '', assignee: null, duplicateOf: null, duration: null, dueAt: null, evidence: [], callBack: null },
}

export function createOwnSteps(options: OwnStepsOptions): OwnSteps {
  const { database, store, queries, terms, recordAudit, newId, hubNow, clock } = options
  const actorOf = ({ id, name, role }: Operator) => ({ id, name, role })

  function take(operator: Operator, caseId: string, kind: StepKind, input: StepInput): void {
    const head = queries.head(caseId)
    if (!head) throw new Fault('not-found', `no case ${caseId}`)
    const taken = { id: newId(), kind, actor: actorOf(operator), actorAt: clock.now(), input }
    const decision = decide(head, taken, hubNow(), terms.of(head.classCode))
    if ('refusal' in decision) throw faultOf(decision.refusal, kind)
    const operation = {
      ...{ opId: taken.id, caseId, kind, baseVersion: head.version, actor: taken.actor, actorAt: taken.actorAt },
      ...{ input, report: null },
    }
    requireSendable(operation)
    store.putOwn(decision.head, decision.step, operation)
    recordAudit({ operatorId: operator.id, action: `case.${kind}`, subject: caseId, reason: null })
  }

  function report(operator: Operator, id: string, { evidence = [], ...taken }: NewCase): void {
    const opId = newId()
    const actorAt = clock.now()
    const head = headOf(taken, id, operator, hubNow(), terms)
    const operation = {
      ...{ opId, caseId: id, kind: 'report' as const, baseVersion: 0, actor: actorOf(operator), actorAt },
      ...{ input: { ...noInput, evidence }, report: head },
    }
    requireSendable(operation)
    const step = {
      ...{ id: opId, caseId: id, kind: 'report' as const, from: null, to: head.state, actor: operation.actor },
      ...{ actorAt, hubAt: head.reportedAt, remark: '', evidence },
    }
    store.putOwn(head, step, operation)
    recordAudit({ operatorId: operator.id, action: 'case.report', subject: id, reason: null })
  }

  const takeStep = database.transaction(take)
  const takeReport = database.transaction(report)
  const dismissStep = database.transaction((operator: Operator, caseId: string, stepId: string) => {
    store.dismiss(stepId, caseId)
    recordAudit({ operatorId: operator.id, action: 'step.dismissed', subject: stepId, reason: null })
  })
  return {
    take(...step) {
      takeStep.immediate(...step)
      options.taken()
    },
    report(operator, taken, within = (_, act) => act()) {
      const id = newId()
      within(id, () => takeReport.immediate(operator, id, taken))
      options.taken()
      return id
    },
    dismiss(operator, caseId, stepId) {
      dismissStep.immediate(operator, caseId, stepId)
      options.taken()
    },
  }
}

/** A case as it stands before the hub has numbered it. */
function headOf(
  { patrol, ...taken }: Omit<NewCase, 'evidence'>,
  id: string,
  operator: Operator,
  at: number,
  terms: TermsBook,
): CaseHead {
  const { calendar, limits } = terms.of(taken.classCode)
  const { kind, amount } = limits.verify
  return {
    ...taken,
    id,
    stationCode: taken.stationCode ?? '',
    number: `暂${id.slice(-6).toUpperCase()}`,
    subCenter: operator.subCenter,
    channel: patrol ? 'video-patrol' : 'self-found',
    state: 'reported',
    reportedAt: at,
    limit: { startedAt: at, dueAt: addTime(calendar, kind, at, lengthOf(kind, amount)), stoppedAt: null, kind },
    assignee: null,
    supervised: false,
    origin: patrol ? originOf(patrol, operator) : null,
    request: null,
    duplicateOf: null,
    returns: 0,
    failedChecks: 0,
    callBack: null,
    version: 1,
  }
}

/** In the words of the district, as it tells them of its own patrols. */
function originOf(patrol: NonNullable<NewCase['patrol']>, { name }: Operator): Origin {
  const { routeName, stopName, cameraName, deviceCode, seenAt } = patrol
  const details = {
    ...{
      巡查路线: routeName,
      点位: stopName,
      摄像机: cameraName,
      设备编码: deviceCode,
      截图时间: seenAt,
      巡查人: name,
    },
  }
  return { reference: '', deadline: null, details, answer: null }
}

function requireSendable(operation: Omit<Operation, 'clientSeq'>): void {
  const bytes = Buffer.byteLength(JSON.stringify(operation))
  if (bytes > maxOperationBytes) throw new Fault('invalid', `a step of ${bytes} bytes can never be sent`)
}

function faultOf(refusal: Refusal, kind: StepKind): Fault {
  switch (refusal.code) {
    case 'role':
      return new Fault('forbidden', `${kind} is not for this role`, 'role')
    case 'missing':
      return new Fault('invalid', `${kind} needs ${refusal.fields.join(', ')}`)
    case 'state':
      return new Fault('conflict', `${kind} is not possible in the state ${refusal.state}`)
    case 'guard':
      return new Fault('conflict', `${kind}: ${refusal.guard}`)
    default:
      return new Fault('invalid', `${kind} is no step`)
  }
}
