/** What others do to a case while a person works at the console: supervise it, handle it, return it, check it. */
import type { CaseHead, StepInput } from '../../native/contract/case.ts'
import type { Duration } from '../../native/contract/limits.ts'
import type { StepKind } from '../../native/contract/vocabulary.ts'
import type { Hub } from './hub/hub.ts'
import { wordsFor } from './hub/refusal-words.ts'
import type { Random } from './random.ts'
import type { Actor, Cast } from './traffic/cast.ts'
import { noInput } from './traffic/step.ts'
import { handlerOf } from './traffic/wording.ts'

/** Each answers the case after the step and throws the hub's words when it is not legal. */
export interface OthersSteps {
  /** From the district, or from a leader's app (领导通). */
  supervise(caseId: string, by: 'district' | 'leader', reason: string): CaseHead
  /** Whoever it is assigned to begins. */
  startCase(caseId: string): CaseHead
  returnCase(caseId: string, reason: string): CaseHead
  requestExtension(caseId: string, reason: string, duration?: Duration): CaseHead
  requestSuspension(caseId: string, reason: string): CaseHead
  /** Whoever it is assigned to begins where that is still to do, and reports it done. */
  resolveCase(caseId: string, remark?: string): CaseHead
  passCheck(caseId: string): CaseHead
  failCheck(caseId: string, reason: string): CaseHead
}

export function createOthersSteps(hub: () => Hub, cast: Cast, random: Random): OthersSteps {
  const { code, letters } = cast.subCenter
  const leader: Actor = { id: `${letters}-LD1`, name: '陈镇长', role: 'leader' }
  function find(caseId: string) {
    const life = hub().present.findCase(code, caseId)
    if (!life) throw new Error(`there is no case ${caseId}`)
    return life
  }
  function take(caseId: string, kind: StepKind, actor: Actor, input: Partial<StepInput>): CaseHead {
    const { steps } = find(caseId)
    const taken = hub().take(code, caseId, { kind, actor, input: { ...noInput, ...input } })
    if ('refusal' in taken) throw new Error(`${kind}: ${wordsFor(taken.refusal, steps)}`)
    return taken.head
  }
  const handle = (caseId: string, kind: StepKind, input: Partial<StepInput>) =>
    take(caseId, kind, handlerOf(find(caseId).head, cast), input)
  const check = (caseId: string, kind: StepKind, remark: string) => {
    const { id, name, role } = random.pick(cast.supervisors)
    return take(caseId, kind, { id, name, role }, { remark })
  }
  return {
    supervise: (caseId, by, remark) =>
      take(caseId, 'supervise', by === 'district' ? cast.district : leader, { remark }),
    startCase: (caseId) => handle(caseId, 'start', { remark: '已到现场,开始处置' }),
    returnCase: (caseId, remark) => handle(caseId, 'return', { remark }),
    requestExtension: (caseId, remark, duration = { kind: 'working-hours', amount: 8 }) =>
      handle(caseId, 'request-extension', { remark, duration }),
    requestSuspension: (caseId, remark) => handle(caseId, 'request-suspension', { remark }),
    resolveCase(caseId, remark = '已清理完毕,恢复原状') {
      if (find(caseId).head.state === 'dispatched') handle(caseId, 'start', { remark: '已到现场,开始处置' })
      return handle(caseId, 'resolve', { remark })
    },
    passCheck: (caseId) => check(caseId, 'check-pass', '现场核查,问题已解决'),
    failCheck: (caseId, reason) => check(caseId, 'check-fail', reason),
  }
}
