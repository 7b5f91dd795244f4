/** How a report sounds and who made it, channel by channel. */
import type { CaseHead, Origin } from '../../../native/contract/case.ts'
import type { Channel } from '../../../native/contract/vocabulary.ts'
import type { Grid } from '../geography/geography.ts'
import { personName, phoneNumber } from '../geography/names.ts'
import type { Random } from '../random.ts'
import type { Actor, Cast } from './cast.ts'
import { clockTime, dateDigits, dayMs, hourMs } from './working-time.ts'

export interface Telling {
  actor: Actor
  reporter: CaseHead['reporter']
  origin: Omit<Origin, 'answer'>
  remark: string
  describe: (what: string) => string
}

/**
 * Shares of all reports. Of 187,600 filed cases of the published half-year 91.8 % were the sub-centers' own finding
 * (the first three), and half of all reports, all of them from the field, were handled on the spot.
 */
export const channelShares: Readonly<Record<Channel, number>> = {
  'field-handset': 0.86,
  'self-found': 0.06,
  'video-patrol': 0.039,
  'hotline-12345': 0.016,
  wechat: 0.007,
  'city-platform': 0.006,
  'district-supervisor': 0.007,
  department: 0.003,
  leader: 0.002,
}
const channels = Object.keys(channelShares) as Channel[]

export const pickChannel = (random: Random): Channel => random.weighted(channels, (channel) => channelShares[channel])

interface Circumstances {
  cast: Cast
  grid: Grid
  at: number
  urgency: CaseHead['urgency']
  random: Random
}
const digits = (random: Random, count: number) => String(random.below(10 ** count)).padStart(count, '0')
const surname = (random: Random) => personName(random).slice(0, 1) + random.pick(['先生', '女士'])
const senders = ['区生态环境局', '区城市管理委', '区水务局', '区住房城乡建设委', '区交通局', '区应急管理局']
const nicknames = ['运河边的风', '宋庄小李', '阳光总在', '通州老街坊', '潮白渔夫', '一路平安', '平凡之路', '小区业主']

/** Beijing's hotline wants its answer by urgency. */
const hotlineMs: Readonly<Record<CaseHead['urgency'], number>> = {
  critical: 2 * hourMs,
  urgent: dayMs,
  normal: 7 * dayMs,
}

/** What a channel says of a case. A caller's number stays with the reporter, where it is sealed and masked. */
const said = (
  details: Record<string, string>,
  { reference = '', deadline = null }: { reference?: string; deadline?: number | null } = {},
): Telling['origin'] => ({ reference, deadline, details })

const origins: Readonly<Record<Channel, (circumstances: Circumstances) => Telling>> = {
  'field-handset'({ cast, grid, at, random }) {
    const { id, name, phone } = cast.gridMember(grid, random)
    return {
      actor: { id, name, role: 'grid-member' },
      reporter: { name, phone, account: `sgt-${id}` },
      origin: said(
        {
          ...{ 采集时间: clockTime(at), 定位方式: random.pick(['北斗', '北斗+GPS', '基站']) },
          ...{ 社管通定位精度: `${3 + random.below(25)} 米`, 现场照片: `${1 + random.below(4)} 张` },
          ...(random.chance(0.2) && { 现场录音: `${4 + random.below(40)} 秒` }),
          ...(random.chance(0.1) && { 现场视频: `${5 + random.below(20)} 秒` }),
        },
        { reference: `SGT${dateDigits(at)}${digits(random, 6)}` },
      ),
      remark: `社管通上报,网格 ${grid.code}`,
      describe: (what) => `${what}。`,
    }
  },
  'self-found'({ cast, at, random }) {
    const name = personName(random)
    const account = `${cast.subCenter.letters}-XC${digits(random, 2)}`
    return {
      actor: { id: account, name, role: 'auxiliary' },
      reporter: { name, phone: phoneNumber(random), account },
      origin: said({ 巡查队伍: `巡查${random.pick(['一', '二', '三'])}队`, 巡查时间: clockTime(at) }),
      remark: '街镇巡查队发现',
      describe: (what) => `日常巡查发现,${what}。`,
    }
  },
  'video-patrol'({ cast, at, random }) {
    const actor = random.pick(cast.operators)
    const group = `第${random.below(4) + 1}组`
    return {
      actor,
      reporter: { name: actor.name, phone: '', account: actor.id },
      origin: said({ 探头组: group, 截图时间: clockTime(at), 巡查人: actor.name }),
      remark: `视频巡查${group}探头`,
      describe: (what) => `视频巡查发现,${what},请到现场核实。`,
    }
  },
  'hotline-12345'({ at, urgency, random }) {
    const reference = `${dateDigits(at)}-${digits(random, 6)}`
    return {
      actor: { id: 'hotline-12345', name: '12345市民热线', role: 'hotline' },
      reporter: { name: surname(random), phone: phoneNumber(random), account: '' },
      origin: said(
        {
          ...{ 来电时间: clockTime(at), 诉求类别: random.pick(['投诉', '求助', '举报', '建议']) },
          ...{ 受理坐席: `${digits(random, 4)} 号`, 回复要求: '办结后回电' },
        },
        { reference, deadline: at + hotlineMs[urgency] },
      ),
      remark: `热线工单 ${reference}`,
      describe: (what) => `市民来电反映:${what},希望尽快处理并回电告知结果。`,
    }
  },
  wechat({ at, random }) {
    const nickname = random.pick(nicknames)
    const phone = random.chance(0.7) ? phoneNumber(random) : ''
    const message = random.pick(['麻烦管一管', '已经好几天了', '每天路过都这样', '希望尽快解决'])
    return {
      actor: { id: 'wechat', name: '通州E政通', role: 'wechat' },
      reporter: { name: surname(random), phone, account: nickname },
      origin: said(
        { 昵称: nickname, 留言: message, 留言时间: clockTime(at), 照片: `${random.below(4)} 张` },
        { reference: `WX${dateDigits(at)}${digits(random, 5)}` },
      ),
      remark: phone ? '留有联系电话' : '未留联系电话',
      describe: (what) => `网友通过通州E政通反映:${what},麻烦有关部门管一管。`,
    }
  },
  'city-platform'({ at, random }) {
    const task = `SJ${dateDigits(at)}${digits(random, 5)}`
    return {
      actor: { id: 'city-platform', name: '市级网格化城市管理系统', role: 'city-platform' },
      reporter: { name: '市级监督员', phone: '', account: task },
      origin: said(
        { 市级任务号: task, 派发时间: clockTime(at), 考核批次: `${dateDigits(at).slice(0, 6)}期` },
        { reference: task, deadline: at + 3 * dayMs },
      ),
      remark: `市级任务号 ${task}`,
      describe: (what) => `市级平台派发:${what},请按期核实处置并反馈。`,
    }
  },
  'district-supervisor'({ cast, at, random }) {
    const { id, name, role, phone } = random.pick(cast.supervisors)
    return {
      actor: { id, name, role },
      reporter: { name, phone, account: id },
      origin: said({ 监督员编号: id, 发现时间: clockTime(at), 定位精度: `${3 + random.below(10)} 米` }),
      remark: `区级监督员 ${id}`,
      describe: (what) => `区级监督员巡查发现,${what}。`,
    }
  },
  department({ at, random }) {
    const name = random.pick(senders)
    const reference = `移送〔${digits(random, 3)}〕号`
    return {
      actor: { id: 'department', name, role: 'department' },
      reporter: { name, phone: '', account: reference },
      origin: said({ 移送单位: name, 文号: reference }, { reference, deadline: at + 5 * dayMs }),
      remark: `${name}移送函`,
      describe: (what) => `${name}移送:${what},请属地处理。`,
    }
  },
  leader({ cast, at, random }) {
    const name = `${personName(random).slice(0, 1)}${random.pick(['书记', '镇长', '主任'])}`
    return {
      actor: { id: `${cast.subCenter.letters}-LD${digits(random, 1)}`, name, role: 'leader' },
      reporter: { name, phone: '', account: '领导通' },
      origin: said(
        { 交办领导: name, 交办方式: '领导通', 批示: random.pick(['请尽快办理并报结果', '请举一反三', '请今日核实']) },
        { reference: `LDT${dateDigits(at)}${digits(random, 4)}`, deadline: at + 2 * dayMs },
      ),
      remark: '领导通交办',
      describe: (what) => `${name}调研发现,${what},请尽快处理并报结果。`,
    }
  },
}

export const originOf = (channel: Channel, circumstances: Circumstances): Telling => origins[channel](circumstances)
