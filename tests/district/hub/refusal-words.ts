/** Why the hub does not take a step, in words for the operator's screen. */
import type { Refusal } from '../../../native/cases/decide.ts'
import type { CaseStep, StepBlock, StepField } from '../../../native/contract/case.ts'
import type { CaseState, StepKind } from '../../../native/contract/vocabulary.ts'

const states: Readonly<Record<CaseState, string>> = {
  ...{
    reported: '上报',
    accepted: '受理',
    rejected: '不予受理',
    duplicate: '重复',
    filed: '立案',
    dispatched: '已派遣',
  },
  ...{
    handling: '处置中',
    suspended: '挂账',
    resolved: '已处置',
    checked: '核查',
    escalated: '上报区级',
    closed: '结案',
  },
}
const deeds: Partial<Record<StepKind, string>> = {
  ...{ accept: '受理', reject: '不予受理', duplicate: '并案', file: '立案', 'self-handle': '自处置', dispatch: '派遣' },
  ...{ start: '开始处置', return: '退单', suspend: '挂账', resume: '恢复处置', resolve: '处置完毕' },
  ...{ 'check-pass': '核查通过', 'check-fail': '核查退回', close: '结案', reopen: '重启', escalate: '上报区级' },
}
const blocks: Readonly<Record<StepBlock, string>> = {
  ...{ 'call-back-missing': '尚未回访,不能结案', 'no-phone': '没有可回访的电话', 'request-pending': '已有申请待审批' },
  ...{ 'no-request': '没有待审批的申请', 'already-supervised': '案件已在督办', 'already-called-back': '案件已回访' },
}
const fields: Readonly<Record<StepField, string>> = {
  ...{ reason: '说明', assignee: '派遣对象', duplicateOf: '原案件', duration: '延长时间', evidence: '附件' },
  callBack: '回访结果',
}

/** `steps` are those of the case, so that the operator reads who was quicker. */
export function wordsFor(refusal: Refusal, steps: readonly CaseStep[]): string {
  switch (refusal.code) {
    case 'state': {
      const last = steps.findLast(({ from, to }) => from !== to)
      const deed = last && deeds[last.kind]
      const who = last && deed ? `案件已由${last.actor.name}${deed},` : ''
      return `${who}现为“${states[refusal.state]}”,不能再办理这一步`
    }
    case 'role':
      return '此角色无权办理这一步'
    case 'missing':
      return `缺少${refusal.fields.map((field) => fields[field]).join('、')}`
    case 'guard':
      return blocks[refusal.guard]
    default:
      return '区中心不认识这一步'
  }
}
