/** Makes a new case: where, what, by which channel, and its first step. */
import { addTime, lengthOf } from '../../../native/cases/clocks.ts'
import type { Terms } from '../../../native/cases/decide.ts'
import type { CaseHead, CaseStep, TimeLimit } from '../../../native/contract/case.ts'
import type { Channel } from '../../../native/contract/vocabulary.ts'
import type { Grid, Station } from '../geography/geography.ts'
import type { Position } from '../geography/plane.ts'
import type { Random } from '../random.ts'
import { classOf, termsOf, trafficClasses } from './catalogue.ts'
import type { Cast } from './cast.ts'
import { originOf, pickChannel } from './channel.ts'
import { dateDigits } from './working-time.ts'

/** A case with what has happened to it so far. */
export interface Life {
  head: CaseHead
  steps: CaseStep[]
}

export interface ReportWishes {
  grid?: Grid
  place?: string
  classCode?: string
  channel?: Channel
  description?: string
  urgency?: CaseHead['urgency']
  /** Instead of somebody made up, e.g. a resident who left a phone. */
  reporter?: CaseHead['reporter']
}

const villageSpots = [
  ...['村委会门前', '村口公交站旁', '主街与村东路交叉口', '文化广场北侧', '卫生室西侧50米', '村西排水渠边', '健身园内'],
  ...['小学门口', '便民超市门前', '#号院门前', '村北林带边', '出租大院门口', '集贸市场入口', '村南桥头', '徐宋路路口'],
]
const communitySpots = [
  ...['#号楼前', '#号楼1单元门口', '小区南门外', '地下车库入口', '儿童游乐区旁', '便民菜站门前', '自行车棚旁'],
  ...['东侧围墙外', '物业办公室门前', '中心花园', '北门公交站旁', '社区服务站门前', '底商门前便道'],
]

/** `SZ180613-00042`: letters, day and number of the day; the ids of a sub-center sort by time. */
export function caseId(letters: string, at: number, serial: number): string {
  return `${letters}${dateDigits(at).slice(2)}-${String(serial).padStart(5, '0')}`
}

export function createReport(cast: Cast, at: number, serial: number, random: Random, wishes: ReportWishes = {}): Life {
  const { letters, code } = cast.subCenter
  const grid = wishes.grid ?? random.pick(cast.geography.gridsOf(code))
  const caseClass =
    wishes.classCode === undefined ? random.weighted(trafficClasses, byWeight) : classOf(wishes.classCode)
  const channel = wishes.channel ?? pickChannel(random)
  const place = wishes.place ?? placeIn(cast.geography.stations.get(grid.stationCode), random)
  const [longitude, latitude] = handsetPosition(cast, grid, random)
  const urgency = wishes.urgency ?? caseClass.urgency
  const { actor, reporter, origin, remark, describe } = originOf(channel, { cast, grid, at, urgency, random })
  const classCode = wishes.classCode ?? caseClass.code
  const id = caseId(letters, at, serial)
  const head: CaseHead = {
    id,
    number: `${letters}${dateDigits(at)}${String(serial).padStart(5, '0')}`,
    subCenter: code,
    classCode,
    channel,
    state: 'reported',
    urgency,
    description: wishes.description ?? describe(`${place},${fill(random.pick(caseClass.seen), random)}`),
    place,
    longitude,
    latitude,
    gridCode: grid.code,
    stationCode: grid.stationCode,
    reportedAt: at,
    reporter: wishes.reporter === undefined ? reporter : wishes.reporter,
    limit: verifyLimit(termsOf(classCode), at),
    assignee: null,
    supervised: false,
    origin: { ...origin, answer: null },
    ...{ request: null, duplicateOf: null, returns: 0, failedChecks: 0, callBack: null },
    version: 1,
  }
  return { head, steps: [firstStep(head, actor, remark)] }
}

export function verifyLimit({ calendar, limits: { verify } }: Terms, at: number): TimeLimit {
  const { kind, amount } = verify
  return { startedAt: at, dueAt: addTime(calendar, kind, at, lengthOf(kind, amount)), stoppedAt: null, kind }
}

function firstStep({ id, reportedAt }: CaseHead, actor: CaseStep['actor'], remark: string): CaseStep {
  const times = { actorAt: reportedAt, hubAt: reportedAt }
  return {
    id: `${id}.1`,
    caseId: id,
    kind: 'report',
    from: null,
    to: 'reported',
    actor,
    ...times,
    remark,
    evidence: [],
  }
}

const byWeight = ({ weight }: { weight: number }) => weight
const fill = (phrase: string, random: Random) => phrase.replaceAll('#', () => String(2 + random.below(7)))
const round = (degrees: number) => Math.round(degrees * 1e5) / 1e5

/** As a handset gives it, to about a metre, unless that metre lies across the grid's border. */
function handsetPosition({ geography }: Cast, grid: Grid, random: Random): Position {
  const exact = geography.positionIn(grid, random)
  const rounded: Position = [round(exact[0]), round(exact[1])]
  return geography.gridAt(rounded)?.code === grid.code ? rounded : exact
}

function placeIn(station: Station | undefined, random: Random): string {
  const spots = station?.kind === 'community' ? communitySpots : villageSpots
  return (station?.name ?? '') + fill(random.pick(spots), random)
}
