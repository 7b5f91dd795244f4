/** What a person does about a step that does not hold: take it again, put it before the duty leader, or give it up. */
import type { Database } from 'better-sqlite3'
import type { RecordAudit } from '../access/audit.ts'
import type { CaseStore } from '../cases/case-store.ts'
import type { OutboxEntry } from '../cases/outbox.ts'
import { noInput, type OwnSteps } from '../cases/own-steps.ts'
import type { Clock } from '../clock.ts'
import type { Operator, StepInput } from '../contract/case.ts'
import { Fault } from '../fault.ts'
import type { Conflicts } from './conflicts.ts'

export interface ConflictAnswers {
  /**
   * The same step and then those that were parked because of it, by whoever is signed in, each as a new step. Later ones that
   * do not hold stay. Faults: `not-found`, those of a step, `conflict` while the hub has not answered for it.
   */
  applyAgain(operator: Operator, stepId: string, input: StepInput | null): void
  /** Faults: `not-found`, those of a step, `conflict` while the hub has not answered for it. */
  handToLeader(operator: Operator, stepId: string, remark: string): void
  /** With those that were parked because of it. Idempotent. */
  withdraw(operator: Operator, stepId: string): void
}

export interface ConflictAnswersOptions {
  database: Database
  conflicts: Conflicts
  store: CaseStore
  ownSteps: OwnSteps
  recordAudit: RecordAudit
  newId: () => string
  clock: Clock
  /** Called after each answer. */
  answered: () => void
}

export function createConflictAnswers(options: ConflictAnswersOptions): ConflictAnswers {
  const { database, conflicts, store, ownSteps, recordAudit, newId, clock } = options

  /** It leaves the desk; what it held stays in the audit. */
  function putAway(operator: Operator, { operation }: OutboxEntry, action: string): void {
    const { opId, caseId, kind, input, report } = operation
    store.dismiss(opId, caseId)
    const reason = JSON.stringify({ caseId, kind, input, report })
    recordAudit({ operatorId: operator.id, action, subject: opId, reason })
  }

  /** An answer that is still to come might do the step: doing it again would do it twice. */
  function answeredGroup(stepId: string): [OutboxEntry, ...OutboxEntry[]] {
    const [first, ...others] = conflicts.group(stepId)
    if (!first) throw new Fault('not-found', `no parked step ${stepId}`)
    if (!first.isAnswered) throw new Fault('conflict', 'the hub has not answered for this step yet', 'not-answered')
    return [first, ...others.filter(({ isAnswered }) => isAnswered)]
  }

  function takeAgain(operator: Operator, { operation }: OutboxEntry, input: StepInput): void {
    const { caseId, kind, report } = operation
    if (kind !== 'report') return ownSteps.take(operator, caseId, kind, input)
    const { id, name, role } = operator
    const actor = { id, name, role }
    store.adopt({ ...operation, opId: newId(), actor, actorAt: clock.now(), report }, null)
  }

  const applyAgain = database.transaction((operator: Operator, stepId: string, input: StepInput | null) => {
    const [first, ...others] = answeredGroup(stepId)
    putAway(operator, first, 'step.taken-again')
    takeAgain(operator, first, input ?? first.operation.input)
    const one = database.transaction((entry: OutboxEntry) => {
      putAway(operator, entry, 'step.taken-again')
      takeAgain(operator, entry, entry.operation.input)
    })
    for (const entry of others) {
      try {
        one(entry)
      } catch (error) {
        // It does not hold now: it stays in front of a person.
        if (!(error instanceof Fault)) throw error
      }
    }
  })

  const handToLeader = database.transaction((operator: Operator, stepId: string, remark: string) => {
    const group = answeredGroup(stepId)
    const [{ operation }] = group
    for (const entry of group) putAway(operator, entry, 'step.handed-to-leader')
    const evidence = group.flatMap((entry) => entry.operation.input.evidence)
    const input = { ...noInput, remark: withWords(remark, group), evidence: evidence.slice(0, 50) }
    ownSteps.take(operator, operation.caseId, 'request-decision', input)
  })

  const withdraw = database.transaction((operator: Operator, stepId: string) => {
    for (const entry of conflicts.group(stepId)) putAway(operator, entry, 'step.withdrawn')
  })

  return {
    applyAgain(...answer) {
      applyAgain.immediate(...answer)
      options.answered()
    },
    handToLeader(...answer) {
      handToLeader.immediate(...answer)
      options.answered()
    },
    withdraw(...answer) {
      withdraw.immediate(...answer)
      options.answered()
    },
  }
}

const mostWords = 10_000

/** What was written beside the steps goes along, also where whoever asks did not repeat it. */
function withWords(remark: string, group: readonly OutboxEntry[]): string {
  const words = group.map(({ operation }) => operation.input.remark.trim()).filter((word) => !remark.includes(word))
  return [remark, ...words].join('\n').slice(0, mostWords)
}
