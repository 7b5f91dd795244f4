/** Cases of the queue bench: half a year of a district in varied words, the same at every call. */
import type { CaseParts } from '../../native/cases/case-parts.ts'
import type { CaseHead, Operator } from '../../native/contract/case.ts'
import type { Database } from '../../native/database/open.ts'
import { createRandom } from '../district/random.ts'

export const firstReport = Date.UTC(2026, 4, 1)
/** Half a year over the district's cases. */
export const reportEveryMs = 42_000

const villages =
  '宋庄 小堡 大兴 六合 疃里 辛店 任庄 喇嘛庄 北寺 翟里 师姑庄 徐辛庄 葛渠 寨里 尹各庄 富豪 吴各庄 沟渠庄 丁各庄 大邓各庄 小邓各庄 岗子 港北 双埠头 关辛庄 草寺 白庙 任辛庄 内军庄 王辛庄'.split(
    ' ',
  )
const spots = '村北口 村委会门前 幼儿园东侧 主路路口 公交站旁 小学西门 卫生站南侧 文化广场 河堤 集市入口'.split(' ')
const classes =
  '暴露垃圾 井盖缺失 占道经营 违规停车 路灯不亮 道路破损 黑臭水体 违法建设 露天焚烧 非法小广告 绿地破坏 噪声扰民'.split(
    ' ',
  )
const details =
  '影响居民通行 请尽快清理 气味较大 存在安全隐患 已持续三天 群众多次反映 夜间无照明 周边有学校 雨后积水严重 现场无人看管 堆放约两立方米 车辆无法通过 商户拒不配合 需要联合执法 已拍照留存 建议增设标识'.split(
    ' ',
  )
const surnames = '王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林'
const givenNames = '建国 秀英 志强 伟 敏 静 丽娜 海燕 永福 宝山 雪梅 立新 德顺 桂兰'.split(' ')

export const benchOperator: Operator = {
  ...{ id: 'person-1', account: 'songzhuang-operator', name: '张三', role: 'operator' },
  ...{ subCenter: '110112105', subCenterName: '宋庄镇' },
}

/** `open` of the cases are open, spread over the whole time; half of those wait to be dispatched. */
export function* queueCases(count: number, open: number): Generator<CaseHead> {
  const random = createRandom(7, 'queue-bench')
  for (let serial = 0; serial < count; serial += 1) {
    const at = firstReport + serial * reportEveryMs
    const rank = Math.floor((serial * open) / count)
    const isOpen = serial === 0 || rank > Math.floor(((serial - 1) * open) / count)
    const state = !isOpen ? 'closed' : rank % 2 === 0 ? 'filed' : 'reported'
    const kind = random.below(classes.length)
    const words = Array.from({ length: 3 }, () => random.pick(details))
    yield {
      id: `case-${String(serial).padStart(8, '0')}`,
      number: `SZ${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}${String(serial).padStart(6, '0')}`,
      subCenter: '110112105',
      classCode: `S01${String(kind).padStart(2, '0')}`,
      channel: random.chance(0.3) ? 'hotline-12345' : 'field-handset',
      state,
      urgency: 'normal',
      description: `${random.pick(spots)}发现${classes[kind] ?? ''},${words.join(',')}`,
      place: `${random.pick(villages)}村${1 + random.below(400)}号${random.pick(spots)}`,
      longitude: 116.7 + random.next() / 10,
      latitude: 39.9 + random.next() / 10,
      gridCode: `SZ-${random.below(120)}`,
      stationCode: `SZ-${random.below(47)}`,
      reportedAt: at,
      reporter: { name: '王小明', phone: '13812345678', account: '' },
      limit:
        state === 'closed' ? null : { startedAt: at, dueAt: at + 86_400_000, stoppedAt: null, kind: 'calendar-days' },
      assignee: state === 'closed' ? assigneeOf(serial) : null,
      supervised: serial % 1200 === 0,
      ...{ origin: null, request: null, duplicateOf: null, returns: 0, failedChecks: 0, callBack: null, version: 1 },
    }
  }
}

export function assigneeOf(serial: number): NonNullable<CaseHead['assignee']> {
  const name = `${surnames[serial % surnames.length] ?? ''}${givenNames[serial % givenNames.length] ?? ''}`
  return { kind: 'grid-member', id: `person-${serial % 300}`, name }
}

/** Fills an empty database the way the feed does. */
export function fillCases(database: Database, { store }: CaseParts, count: number, open: number): void {
  const page = 2000
  const put = database.transaction((heads: readonly CaseHead[]) => {
    for (const head of heads) store.put(head, [], 1)
    store.settle()
  })
  for (const [kind, name] of classes.entries()) {
    const code = `S01${String(kind).padStart(2, '0')}`
    store.putClass({ code, kind: 'event', name, parent: null, limits: null })
  }
  let heads: CaseHead[] = []
  for (const head of queueCases(count, open)) {
    if (heads.push(head) < page) continue
    put(heads)
    heads = []
  }
  put(heads)
}

/** Two neighbouring characters out of what is written in cases: common ones come often, as people ask for them. */
export function twoCharacterQueries(count: number): string[] {
  const random = createRandom(8, 'queue-bench-queries')
  const texts = [...queueCases(500, 500)].flatMap(
    ({ description, place }) => `${description} ${place}`.match(/\p{Script=Han}{2,}/gu) ?? [],
  )
  return Array.from({ length: count }, () => {
    const text = random.pick(texts)
    const at = random.below(text.length - 1)
    return text.slice(at, at + 2)
  })
}
