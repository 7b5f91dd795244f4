/** How a report sounds and who made it, channel by channel. */
import type { CaseHead } from '../../../native/contract/case.ts'
import type { Channel } from '../../../native/contract/vocabulary.ts'
import type { Grid } from '../geography/geography.ts'
import { personName, phoneNumber } from '../geography/names.ts'
import type { Random } from '../random.ts'
import type { Actor, Cast } from './cast.ts'
import { dateDigits } from './working-time.ts'

export interface Telling {
  actor: Actor
  reporter: CaseHead['reporter']
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
  random: Random
}
const digits = (random: Random, count: number) => String(random.below(10 ** count)).padStart(count, '0')
const surname = (random: Random) => personName(random).slice(0, 1) + random.pick(['先生', '女士'])
const senders = ['区生态环境局', '区城市管理委', '区水务局', '区住房城乡建设委', '区交通局', '区应急管理局']
const nicknames = ['运河边的风', '宋庄小李', '阳光总在', '通州老街坊', '潮白渔夫', '一路平安', '平凡之路', '小区业主']

const origins: Readonly<Record<Channel, (circumstances: Circumstances) => Telling>> = {
  'field-handset'({ cast, grid, random }) {
    const { id, name, phone } = cast.gridMember(grid, random)
    return {
      actor: { id, name, role: 'grid-member' },
      reporter: { name, phone, account: `sgt-${id}` },
      remark: `社管通上报,网格 ${grid.code}`,
      describe: (what) => `${what}。`,
    }
  },
  'self-found'({ cast, random }) {
    const name = personName(random)
    const account = `${cast.subCenter.letters}-XC${digits(random, 2)}`
    return {
      actor: { id: account, name, role: 'auxiliary' },
      reporter: { name, phone: phoneNumber(random), account },
      remark: '街镇巡查队发现',
      describe: (what) => `日常巡查发现,${what}。`,
    }
  },
  'video-patrol'({ cast, random }) {
    const actor = random.pick(cast.operators)
    return {
      actor,
      reporter: { name: actor.name, phone: '', account: actor.id },
      remark: `视频巡查第${random.below(4) + 1}组探头`,
      describe: (what) => `视频巡查发现,${what},请到现场核实。`,
    }
  },
  'hotline-12345'({ at, random }) {
    return {
      actor: { id: 'hotline-12345', name: '12345市民热线', role: 'hotline' },
      reporter: { name: surname(random), phone: phoneNumber(random), account: '' },
      remark: `热线工单 ${dateDigits(at)}-${digits(random, 6)}`,
      describe: (what) => `市民来电反映:${what},希望尽快处理并回电告知结果。`,
    }
  },
  wechat({ random }) {
    const account = random.pick(nicknames)
    const phone = random.chance(0.7) ? phoneNumber(random) : ''
    return {
      actor: { id: 'wechat', name: '通州E政通', role: 'wechat' },
      reporter: { name: surname(random), phone, account },
      remark: phone ? '留有联系电话' : '未留联系电话',
      describe: (what) => `网友通过通州E政通反映:${what},麻烦有关部门管一管。`,
    }
  },
  'city-platform'({ at, random }) {
    const task = `SJ${dateDigits(at)}${digits(random, 5)}`
    return {
      actor: { id: 'city-platform', name: '市级网格化城市管理系统', role: 'city-platform' },
      reporter: { name: '市级监督员', phone: '', account: task },
      remark: `市级任务号 ${task}`,
      describe: (what) => `市级平台派发:${what},请按期核实处置并反馈。`,
    }
  },
  'district-supervisor'({ cast, random }) {
    const { id, name, role, phone } = random.pick(cast.supervisors)
    return {
      actor: { id, name, role },
      reporter: { name, phone, account: id },
      remark: `区级监督员 ${id}`,
      describe: (what) => `区级监督员巡查发现,${what}。`,
    }
  },
  department({ random }) {
    const name = random.pick(senders)
    return {
      actor: { id: 'department', name, role: 'department' },
      reporter: { name, phone: '', account: `移送〔${digits(random, 3)}〕号` },
      remark: `${name}移送函`,
      describe: (what) => `${name}移送:${what},请属地处理。`,
    }
  },
  leader({ cast, random }) {
    const name = `${personName(random).slice(0, 1)}${random.pick(['书记', '镇长', '主任'])}`
    return {
      actor: { id: `${cast.subCenter.letters}-LD${digits(random, 1)}`, name, role: 'leader' },
      reporter: { name, phone: '', account: '领导通' },
      remark: '领导通交办',
      describe: (what) => `${name}调研发现,${what},请尽快处理并报结果。`,
    }
  },
}

export const originOf = (channel: Channel, circumstances: Circumstances): Telling => origins[channel](circumstances)
