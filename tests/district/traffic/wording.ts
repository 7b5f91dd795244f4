/** Who takes a step and what they write beside it. */
import { lengthOf } from '../../../native/cases/clocks.ts'
import type { CallBack, CaseHead, StepInput } from '../../../native/contract/case.ts'
import type { Duration } from '../../../native/contract/limits.ts'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import type { Random } from '../random.ts'
import type { Actor, Cast } from './cast.ts'
import type { Handler } from './case-class.ts'
import { classOf } from './catalogue.ts'
import type { Scene } from './scene.ts'
import { noInput } from './step.ts'
import { hourMs } from './working-time.ts'

interface Worded {
  actor: Actor
  input: StepInput
}

const remarks: Partial<Record<StepKind, readonly string[]>> = {
  accept: ['情况属实,予以受理', '已电话核实,受理', '位置、图片清楚,受理'],
  reject: ['不属于本区管辖范围,已告知上报人', '现场核实未发现所述问题', '描述不清且无法联系上报人'],
  file: ['符合立案条件,予以立案', '立案,按时限处置', '已核对类别与位置,立案'],
  start: ['已到现场,开始处置', '已安排人员前往', '接单,正在处置'],
  return: ['不属本单位职责,申请退单', '位置有误,请重新派遣', '权属为其他单位,退回'],
  'request-extension': ['需协调产权单位,申请延期', '施工材料未到,申请延期', '连日降雨无法作业,申请延期'],
  extend: ['同意延期', '情况属实,同意延期'],
  'request-suspension': ['需纳入年度改造计划,申请挂账', '等待产权单位确认,挂账', '待拆迁范围确定后处理,挂账'],
  suspend: ['同意挂账', '情况属实,同意挂账'],
  'refuse-request': ['理由不充分,请按期处置', '可先行处置,不予批准'],
  resume: ['条件具备,恢复处置', '产权单位已确认,恢复处置'],
  resolve: ['已清理完毕,恢复原状', '已整改到位,附处置后情况', '已修复,现场恢复正常', '已劝离并批评教育,现场恢复秩序'],
  'check-pass': ['现场核查,问题已解决', '核查通过', '复查属实,处置到位'],
  'check-fail': ['现场仍有遗留,退回返工', '整改不彻底,请继续处置'],
  close: ['结案', '核查通过,予以结案'],
  escalate: ['超出属地权限,上报区级协调', '涉及多个部门,提请区中心协调'],
  supervise: ['请加快处置,今日内反馈', '群众多次反映,予以督办', '领导批示,重点督办'],
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

/** What people say when they are called back, with the three answers. */
const callBacks: readonly (readonly [string, CallBack])[] = [
  ['已联系,问题解决,市民满意', { reached: true, solved: true, satisfied: true }],
  ['已联系,问题解决,市民基本满意', { reached: true, solved: true, satisfied: true }],
  ['已联系,问题解决,对时间不满意', { reached: true, solved: true, satisfied: false }],
  ['两次拨打无人接听', { reached: false, solved: null, satisfied: null }],
  ['已联系,市民认为尚未完全解决', { reached: true, solved: false, satisfied: false }],
]

type Choice = (head: CaseHead, scene: Scene) => Worded

const worded = (actor: Actor, remark: string, more: Partial<StepInput> = {}): Worded => ({
  actor,
  input: { ...noInput, ...more, remark },
})

const deskStep =
  (kind: StepKind): Choice =>
  (_head, { cast, random }) =>
    worded(random.pick(cast.operators), phrase(kind, random))

const handlerStep =
  (kind: StepKind): Choice =>
  (head, { cast, random }) =>
    worded(handlerOf(head, cast), phrase(kind, random))

const checkStep =
  (kind: StepKind): Choice =>
  (_head, { cast, random }) => {
    const { id, name, role } = random.pick(cast.supervisors)
    return worded({ id, name, role }, phrase(kind, random))
  }

const leaderStep =
  (kind: StepKind): Choice =>
  (_head, { cast, random }) =>
    worded(cast.dutyLeader, phrase(kind, random))

/** Half of what handling may take, in whole hours or days of its kind. */
function halfOfHandling({ classCode }: CaseHead): Duration {
  const { kind, amount } = classOf(classCode).limits.handle
  return { kind, amount: lengthOf(kind, amount) > hourMs ? Math.ceil(amount / 2) : amount }
}

const choices: Partial<Record<StepKind, Choice>> = {
  start: handlerStep('start'),
  return: handlerStep('return'),
  'request-extension': (head, { cast, random }) =>
    worded(handlerOf(head, cast), phrase('request-extension', random), { duration: halfOfHandling(head) }),
  'request-suspension': handlerStep('request-suspension'),
  resume: handlerStep('resume'),
  extend: leaderStep('extend'),
  suspend: leaderStep('suspend'),
  'refuse-request': leaderStep('refuse-request'),
  supervise: (_head, { cast, random }) => worded(cast.district, phrase('supervise', random)),
  resolve: (head, { cast, random }) =>
    worded(handlerOf(head, cast), random.pick(results[classOf(head.classCode).handler] ?? remarks.resolve ?? [])),
  'check-pass': checkStep('check-pass'),
  'check-fail': checkStep('check-fail'),
  duplicate: (head, { cast, random, earlierLike }) =>
    worded(random.pick(cast.operators), `与${head.place}同类在办案件重复,并入原案件`, {
      duplicateOf: earlierLike(head),
    }),
  dispatch(head, { cast, random }) {
    const assignee = cast.assignee(classOf(head.classCode).handler, head.stationCode)
    return worded(random.pick(cast.operators), `派遣至${assignee.name}`, { assignee })
  },
  'call-back'(_head, { cast, random }) {
    const [remark, callBack] = random.weighted(callBacks, ([, { satisfied }]) => (satisfied ? 10 : 1))
    return worded(random.pick(cast.operators), remark, { callBack })
  },
  'self-handle'(head, { cast, random }) {
    const grid = cast.geography.grids.get(head.gridCode)
    const { id, name } = grid ? cast.gridMember(grid, random) : { id: head.gridCode, name: '网格员' }
    return worded({ id, name, role: 'grid-member' }, '网格员现场处置完毕')
  },
}

export function wordStep(kind: StepKind, head: CaseHead, scene: Scene): Worded {
  return (choices[kind] ?? deskStep(kind))(head, scene)
}

function phrase(kind: StepKind, random: Random): string {
  return random.pick(remarks[kind] ?? [''])
}

/** What was handled on the spot has no assignee: when a check fails it is again the grid's own people who handle it. */
export function handlerOf({ assignee, state, gridCode }: CaseHead, cast: Cast): Actor {
  if (state === 'escalated') return cast.district
  if (assignee) return cast.actorFor(assignee)
  const { id, name } = cast.geography.grids.get(gridCode)?.leader ?? { id: gridCode, name: '网格长' }
  return { id, name, role: 'grid-member' }
}
