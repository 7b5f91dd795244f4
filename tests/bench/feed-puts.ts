/** The changes of the feed bench, the same at every call: four to a case, each with the step that made it. */
import type { CaseHead, CaseStep } from '../../native/contract/case.ts'
import type { Put } from '../../native/hub/protocol.ts'

const start = Date.UTC(2026, 10, 1)
const life = [
  { kind: 'report', to: 'reported' },
  { kind: 'accept', to: 'accepted' },
  { kind: 'file', to: 'filed' },
  { kind: 'dispatch', to: 'dispatched' },
] as const

/** Cases live side by side: their changes come interleaved, a thousand cases at a time. */
export function* feedPuts(changes: number): Generator<Put & { kind: 'case' }> {
  const together = 1000
  for (let index = 0; index < changes; index += 1) {
    const block = Math.floor(index / (together * life.length))
    const version = Math.floor((index % (together * life.length)) / together)
    yield putOf(block * together + (index % together), version, start + index * 250)
  }
}

function assigneeOf(serial: number): CaseHead['assignee'] {
  const names = ['李四', '王建国', '欧阳娜', '单雄信', '张伟', '刘洋', '赵敏']
  return { kind: 'grid-member', id: `person-${serial % 120}`, name: names[serial % names.length] ?? '' }
}

function putOf(serial: number, version: number, at: number): Put & { kind: 'case' } {
  const { kind, to } = life[version] ?? life[0]
  const id = `case-${String(serial).padStart(8, '0')}`
  const head: CaseHead = {
    id,
    number: `TZ-2026-${String(serial).padStart(6, '0')}`,
    subCenter: '110112105',
    classCode: `S010${serial % 9}`,
    channel: serial % 3 === 0 ? 'hotline-12345' : 'field-handset',
    state: to,
    urgency: 'normal',
    description: '村北口垃圾桶满溢,周边有散落垃圾,影响通行,请尽快清理',
    place: `宋庄村${serial % 400}号北侧`,
    longitude: 116.7 + (serial % 997) / 10_000,
    latitude: 39.9 + (serial % 991) / 10_000,
    gridCode: `SZ-${serial % 120}`,
    stationCode: `SZ-${serial % 47}`,
    reportedAt: at,
    reporter: { name: '王小明', phone: '13812345678', account: '' },
    limit: { startedAt: at, dueAt: at + 14_400_000, stoppedAt: null, kind: 'calendar-days' },
    assignee: to === 'dispatched' ? assigneeOf(serial) : null,
    supervised: false,
    origin:
      serial % 3 === 0
        ? { reference: `${20_261_123_000_000 + serial}`, deadline: null, details: {}, answer: null }
        : null,
    request: null,
    duplicateOf: null,
    returns: 0,
    failedChecks: 0,
    callBack: null,
    version: version + 1,
  }
  const step: CaseStep = {
    id: `${id}-${version}`,
    caseId: id,
    kind,
    from: version === 0 ? null : (life[version - 1]?.to ?? null),
    to,
    actor: { id: 'person-17', name: '李四', role: 'grid-member' },
    actorAt: at,
    hubAt: at,
    remark: '已到现场核实',
    evidence: [],
  }
  return { kind: 'case', case: head, steps: [step] }
}
