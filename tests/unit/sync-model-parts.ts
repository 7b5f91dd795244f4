/** Two workstations without screens and a hub in memory that counts their numbers: what the model tests drive. */
import { onTestFinished } from 'vitest'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import { decide } from '../../native/cases/decide.ts'
import { createOwnSteps } from '../../native/cases/own-steps.ts'
import { takenStepOf } from '../../native/cases/rebase.ts'
import { usualCalendar, usualLimits } from '../../native/cases/terms.ts'
import { systemClock } from '../../native/clock.ts'
import type { CaseHead, CaseStep, Operator } from '../../native/contract/case.ts'
import type { StepKind } from '../../native/contract/vocabulary.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createInstructionStore } from '../../native/duty/instruction-store.ts'
import { createFeedStore } from '../../native/hub/feed-store.ts'
import type { Operation } from '../../native/hub/protocol.ts'
import { createConflictAnswers } from '../../native/sync/conflict-answers.ts'
import { createConflicts } from '../../native/sync/conflicts.ts'
import { createUnsentRegister } from '../../native/sync/unsent-register.ts'
import { monday, sampleInput, temporaryFolder } from './support.ts'

const terms = { calendar: usualCalendar, limits: usualLimits }
export const assignee = { kind: 'station' as const, id: 'SZ-12', name: '宋庄村工作站' }
export const input = sampleInput({ remark: '现场核实', assignee })
const operatorOf = (name: string): Operator => ({
  ...{ id: `person-${name}`, account: `sz-${name}`, name, role: 'operator' as const },
  ...{ subCenter: 'SZ', subCenterName: '宋庄镇' },
})

/** Decides by the table, counts each client's numbers as R-84 says, does each operation once. */
export function createHub(first: CaseHead) {
  const heads = new Map([[first.id, first]])
  const feed: { case: CaseHead; steps: CaseStep[] }[] = [{ case: first, steps: [] }]
  const answers = new Map<string, 'applied' | 'refused'>()
  const watermarks = new Map<string, number>()
  function decideOne(operation: Operation): 'applied' | 'refused' {
    const head = heads.get(operation.caseId)
    if (!head) return 'refused'
    const decision = decide(head, takenStepOf(operation), monday + feed.length, terms)
    if ('refusal' in decision) return 'refused'
    heads.set(head.id, decision.head)
    feed.push({ case: decision.head, steps: [decision.step] })
    return 'applied'
  }
  return {
    heads,
    feed,
    push(clientId: string, operations: readonly Operation[]) {
      return operations.map((operation) => {
        const last = watermarks.get(clientId) ?? 0
        const known = answers.get(operation.opId)
        if (operation.clientSeq > last + 1) throw new Error(`number ${operation.clientSeq} came after ${last}`)
        if (!known && operation.clientSeq <= last) throw new Error(`number ${operation.clientSeq} was given to another`)
        watermarks.set(clientId, Math.max(last, operation.clientSeq))
        const answer = known ?? decideOne(operation)
        answers.set(operation.opId, answer)
        return answer
      })
    },
    /** Somebody in the field or at the district. */
    take(opId: string, caseId: string, kind: StepKind, role: string) {
      const actor = { id: 'other', name: '别人', role }
      decideOne({ opId, caseId, kind, actor, input, clientSeq: 1, baseVersion: 0, actorAt: monday, report: null })
    },
  }
}
export type Hub = ReturnType<typeof createHub>

export function openDesk(name: string) {
  const database = openDatabase(`${temporaryFolder()}/console.db`, 'ab'.repeat(32))
  onTestFinished(() => void database.close())
  const parts = createCaseParts(database)
  const feed = createFeedStore(database, parts.store, createCameraRegistry(database), () => name)
  const operator = operatorOf(name)
  let serial = 0
  const shared = {
    ...{ database, store: parts.store, queries: parts.queries, terms: parts.terms, taken: () => undefined },
    ...{ recordAudit: () => undefined, newId: () => `${name}-${++serial}`, hubNow: () => monday },
    clock: { ...systemClock, now: () => monday },
  }
  const steps = createOwnSteps(shared)
  const conflicts = createConflicts(database, parts.queries)
  const answers = createConflictAnswers({ ...shared, conflicts, ownSteps: steps, answered: () => undefined })
  const register = createUnsentRegister({ ...shared, instructions: createInstructionStore(database) })
  return {
    ...{ name, operator, database, ...parts, feed, steps, conflicts, answers, register },
    clear() {
      database.exec(`DELETE FROM outbox; DELETE FROM cases; DELETE FROM case_steps; DELETE FROM case_confirmed;
        DELETE FROM imported_operations; DELETE FROM sqlite_sequence; UPDATE feed_position SET epoch = NULL, cursor = 0`)
    },
    pull(hub: Hub, most: number) {
      const { cursor } = feed.position()
      const page = hub.feed.slice(cursor, cursor + most)
      const changes = page.map((put, index) => ({ seq: cursor + index + 1, at: 0, put: { kind: 'case', ...put } }))
      feed.applyChanges('epoch', changes, 0)
    },
    push(hub: Hub, run: number, isAnswerLost: boolean) {
      const batch = parts.outbox.nextBatch(100, 64_000)
      const results = hub.push(`${name}-${run}`, batch)
      if (isAnswerLost) return
      database.transaction(() => {
        for (const [index, { opId, caseId }] of batch.entries()) {
          if (results[index] === 'applied') parts.outbox.accept(opId)
          else parts.store.park(opId, caseId, '区中心未接受')
        }
      })()
    },
  }
}
export type Desk = ReturnType<typeof openDesk>
