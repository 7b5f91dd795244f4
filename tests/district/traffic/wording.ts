/** Who takes a step and what they write beside it. */
import type { CaseHead } from '../../../native/contract/case.ts'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import type { Random } from '../random.ts'
import type { Actor, Assignee, Cast } from './cast.ts'
import type { Handler } from './case-class.ts'
import { classOf } from './catalogue.ts'

interface Worded {
  actor: Actor
  remark: string
  assignee?: Assignee
}

const remarks: Partial<Record<StepKind, readonly string[]>> = {
  accept: ['情况属实,予以受理', '已电话核实,受理', '位置、图片清楚,受理'],
  reject: ['不属于本区管辖范围,已告知上报人', '现场核实未发现所述问题', '描述不清且无法联系上报人'],
  file: ['符合立案条件,予以立案', '立案,按时限处置', '已核对类别与位置,立案'],
  start: ['已到现场,开始处置', '已安排人员前往', '接单,正在处置'],
  return: ['不属本单位职责,申请退单', '位置有误,请重新派遣', '权属为其他单位,退回'],
  extend: ['需协调产权单位,申请延期', '施工材料未到,申请延期', '连日降雨无法作业,申请延期'],
  suspend: ['需纳入年度改造计划,申请挂账', '等待产权单位确认,挂账', '待拆迁范围确定后处理,挂账'],
  resume: ['条件具备,恢复处置', '产权单位已确认,恢复处置'],
  resolve: ['已清理完毕,恢复原状', '已整改到位,附处置后情况', '已修复,现场恢复正常', '已劝离并批评教育,现场恢复秩序'],
  'check-pass': ['现场核查,问题已解决', '核查通过', '复查属实,处置到位'],
  'check-fail': ['现场仍有遗留,退回返工', '整改不彻底,请继续处置'],
  close: ['结案', '核查通过,予以结案'],
  escalate: ['超出属地权限,上报区级协调', '涉及多个部门,提请区中心协调'],
  supervise: ['请加快处置,今日内反馈', '群众多次反映,予以督办', '领导批示,重点督办'],
  'call-back': [
    '已联系,问题解决,市民满意',
    '已联系,问题解决,市民基本满意',
    '两次拨打无人接听',
    '已联系,市民认为尚未完全解决',
  ],
}

/** What handlers report where nothing is cleaned or repaired. */
const results: Partial<Record<Handler, readonly string[]>> = {
  social: ['已上门走访,困难已帮助解决', '已联系家属并安排志愿者定期探望'],
  police: ['双方已达成调解协议', '已调解,当事人情绪平稳'],
  residents: ['已上门登记,信息采集完毕', '已责令房主清退隔断,人员已搬离'],
  traffic: ['违停车辆已驶离', '已张贴告知单并清拖'],
  enforcement: ['已劝离并批评教育,现场恢复秩序', '已责令整改,现场整改到位'],
  fire: ['通道已清理,恢复畅通', '已约谈负责人,当场整改'],
}

type Choice = (head: CaseHead, cast: Cast, random: Random) => Worded

const deskStep =
  (kind: StepKind): Choice =>
  (_head, cast, random) => ({ actor: random.pick(cast.operators), remark: phrase(kind, random) })

const handlerStep =
  (kind: StepKind): Choice =>
  (head, cast, random) => ({ actor: handlerOf(head, cast), remark: phrase(kind, random) })

const checkStep =
  (kind: StepKind): Choice =>
  (_head, cast, random) => {
    const { id, name, role } = random.pick(cast.supervisors)
    return { actor: { id, name, role }, remark: phrase(kind, random) }
  }

const leaderStep =
  (kind: StepKind): Choice =>
  (_head, cast, random) => ({ actor: cast.dutyLeader, remark: phrase(kind, random) })

const choices: Partial<Record<StepKind, Choice>> = {
  start: handlerStep('start'),
  return: handlerStep('return'),
  extend: handlerStep('extend'),
  suspend: leaderStep('suspend'),
  resume: leaderStep('resume'),
  supervise: leaderStep('supervise'),
  resolve: (head, cast, random) => ({
    actor: handlerOf(head, cast),
    remark: random.pick(results[classOf(head.classCode).handler] ?? remarks.resolve ?? []),
  }),
  'check-pass': checkStep('check-pass'),
  'check-fail': checkStep('check-fail'),
  duplicate: ({ place }, cast, random) => ({
    actor: random.pick(cast.operators),
    remark: `与${place}同类在办案件重复,并入原案件`,
  }),
  dispatch(head, cast, random) {
    const assignee = cast.assignee(classOf(head.classCode).handler, head.stationCode)
    return { actor: random.pick(cast.operators), remark: `派遣至${assignee.name}`, assignee }
  },
  'self-handle'(head, cast, random) {
    const grid = cast.geography.grids.get(head.gridCode)
    const person = grid ? cast.gridMember(grid, random) : { id: head.gridCode, name: '网格员' }
    const { id, name } = person
    const assignee: Assignee = { kind: 'grid-member', id, name }
    return { actor: { id, name, role: 'grid-member' }, remark: '网格员现场处置完毕', assignee }
  },
}

export function wordStep(kind: StepKind, head: CaseHead, cast: Cast, random: Random): Worded {
  return (choices[kind] ?? deskStep(kind))(head, cast, random)
}

function phrase(kind: StepKind, random: Random): string {
  return random.pick(remarks[kind] ?? [''])
}

function handlerOf({ assignee, state }: CaseHead, cast: Cast): Actor {
  return assignee && state !== 'escalated' ? cast.actorFor(assignee) : cast.district
}
