/** A class of the catalogue as traffic needs it: what goes wrong, who handles it, and within what time. */
import type { CaseClass, CaseHead } from '../../../native/contract/case.ts'
import type { Duration, StageLimits } from '../../../native/contract/limits.ts'

/** Units that handle cases of a sub-center; `station` is the village or community itself. */
export type Handler = keyof typeof handlers
export const handlers = {
  station: '网格工作站',
  sanitation: '环境卫生服务中心',
  enforcement: '城市管理综合执法队',
  municipal: '市政工程服务中心',
  water: '水务站',
  police: '派出所',
  market: '市场监督管理所',
  planning: '规划建设科',
  greening: '园林绿化服务中心',
  power: '供电所',
  gas: '燃气维修站',
  roads: '公路养护队',
  traffic: '交通管理站',
  fire: '消防救援站',
  safety: '安全生产科',
  social: '社会事务科',
  residents: '流动人口管理办公室',
  environment: '生态环境科',
} as const

export interface TrafficClass {
  code: string
  name: string
  handler: Handler
  /** Data, not rule: they differ between cities. */
  limits: StageLimits
  urgency: CaseHead['urgency']
  /** How often, relative to other classes. */
  weight: number
  /** What is seen; `#` stands for a small number. */
  seen: readonly string[]
}

export type ClassRow = readonly [
  code: string,
  name: string,
  handler: Handler,
  hours: number,
  weight: number,
  seen: string,
  more?: { time?: 'calendar'; urgency?: CaseHead['urgency'] },
]

/** Verifying and dispatching go by urgency; what is urgent is also checked round the clock. */
const deskLimits: Readonly<Record<CaseHead['urgency'], Omit<StageLimits, 'handle'>>> = {
  normal: { verify: days(1), dispatch: hours(2), check: { kind: 'working-hours', amount: 2 } },
  urgent: { verify: hours(2), dispatch: hours(1), check: hours(2) },
  critical: { verify: hours(1), dispatch: hours(0.5), check: hours(2) },
}

function hours(amount: number): Duration {
  return { kind: 'urgent-hours', amount }
}

function days(amount: number): Duration {
  return { kind: 'calendar-days', amount }
}

/** Forty working hours are a working week. */
function handling(amount: number, runsOn: boolean): Duration {
  if (runsOn) return hours(amount)
  return amount >= 40 ? { kind: 'working-days', amount: amount / 8 } : { kind: 'working-hours', amount }
}

/** Phrases of a row are separated by `|`. Hours of handling are working hours unless told otherwise. */
export function readRows(rows: readonly ClassRow[]): TrafficClass[] {
  return rows.map(([code, name, handler, amount, weight, seen, more]) => {
    const urgency = more?.urgency ?? 'normal'
    const limits = { ...deskLimits[urgency], handle: handling(amount, more?.time === 'calendar') }
    return { code, name, handler, limits, urgency, weight, seen: seen.split('|') }
  })
}

export function topLevel(letter: 'S' | 'B', names: readonly string[]): CaseClass[] {
  const kind = letter === 'S' ? 'event' : 'component'
  return names.map((name, index) => ({ code: `${letter}0${index + 1}`, kind, name, parent: null, limits: null }))
}
