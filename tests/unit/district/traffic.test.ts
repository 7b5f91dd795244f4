/** Traffic tells only legal lives, in the proportions of the published half-year, the same for the same seed. */
import { beforeAll, describe, expect, it } from 'vitest'
import { addTime } from '../../../native/cases/clocks.ts'
import { workflow } from '../../../native/cases/workflow.ts'
import { type ActorRole, channels } from '../../../native/contract/vocabulary.ts'
import { put, type Put } from '../../../native/hub/protocol.ts'
import { createGeography } from '../../district/geography/geography.ts'
import { calendarPut, districtCalendar } from '../../district/traffic/calendar.ts'
import { cataloguePuts, trafficClasses } from '../../district/traffic/catalogue.ts'
import { generateHistory } from '../../district/traffic/history.ts'
import { subCenter } from './hub-harness.ts'

type CasePut = Put & { kind: 'case' }
const geography = createGeography(1)
const until = Date.parse('2018-06-13T15:20:00+08:00')
const history = (cases: number, seed = 1) => Array.from(generateHistory({ geography, subCenter, cases, until, seed }))

/** What is not legal about a case, or null. */
function fault({ case: head, steps }: CasePut): string | null {
  const [first] = steps
  if (first?.kind !== 'report' || first.from !== null || first.to !== 'reported')
    return 'does not begin with its report'
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1]
    if (step.id !== `${head.id}.${index + 1}` || step.caseId !== head.id) return `step ${index} is named wrongly`
    if (!before) continue
    if (step.from !== before.to) return `step ${index} does not follow`
    if (step.kind === 'report') return 'is reported twice'
    const { from, to, by } = workflow[step.kind]
    if (!from.includes(before.to)) return `${step.kind} is not legal in ${before.to}`
    if (step.to !== (to === 'same' ? before.to : to)) return `${step.kind} leads elsewhere`
    if (!by.includes(step.actor.role as ActorRole)) return `${step.kind} is not for ${step.actor.role}`
    if (step.hubAt < before.hubAt || step.actorAt < before.actorAt) return `step ${index} is before its predecessor`
  }
  if (steps.at(-1)?.to !== head.state) return 'the head is not in the state of its last step'
  if (head.version !== steps.length) return 'version and steps differ'
  if (steps.some((step) => step.hubAt > until)) return 'a step lies in the future'
  if (geography.gridAt([head.longitude, head.latitude])?.subCenter !== subCenter) return 'lies elsewhere'
  return null
}

describe('history', () => {
  let cases: CasePut[] = []
  beforeAll(() => {
    cases = history(30_000)
  })
  const share = (of: (one: CasePut) => boolean, among: readonly CasePut[]) => among.filter(of).length / among.length

  it('is made of legal lives in the shapes of the protocol', () => {
    expect(cases.map(fault).filter((problem) => problem !== null)).toEqual([])
    for (const one of cases.slice(0, 2000)) expect(put.parse(one)).toEqual(one)
    expect(new Set(cases.map(({ case: { id } }) => id)).size).toBe(cases.length)
    expect(
      cases.every(({ case: { reportedAt } }, index) => reportedAt >= (cases[index - 1]?.case.reportedAt ?? 0)),
    ).toBe(true)
  })

  it('keeps the published proportions', () => {
    const took = (kind: string) => (one: CasePut) => one.steps.some((step) => step.kind === kind)
    const ended = cases.filter(({ case: { state } }) => state === 'closed')
    expect(share(took('self-handle'), ended)).toBeCloseTo(188_042 / 375_642, 1)
    const filed = cases.filter(took('file'))
    const own = ['field-handset', 'self-found', 'video-patrol']
    expect(share((one) => own.includes(one.case.channel), filed)).toBeCloseTo(0.918, 1)
    expect(share((one) => ['rejected', 'duplicate'].includes(one.case.state), cases)).toBeLessThan(0.003)
    expect(share(took('check-fail'), filed)).toBeLessThan(0.004)
    expect(new Set(cases.map(({ case: { channel } }) => channel))).toEqual(new Set(channels))
  })

  it('comes with what each channel knows, and answers those who wait for one', () => {
    const of = (channel: string) => cases.filter((one) => one.case.channel === channel)
    for (const channel of channels) {
      expect(
        of(channel).every(({ case: { origin } }) => Object.keys(origin?.details ?? {}).length >= 2),
        channel,
      ).toBe(true)
    }
    for (const channel of ['hotline-12345', 'city-platform']) {
      const origins = of(channel).map(({ case: { origin, reportedAt } }) => origin && { ...origin, reportedAt })
      expect(origins.every((origin) => origin?.reference && (origin.deadline ?? 0) > origin.reportedAt)).toBe(true)
    }
    const isAnswered = ({ case: { origin } }: CasePut) => Boolean(origin?.answer)
    const closed = cases.filter(({ case: { state } }) => state === 'closed')
    expect(closed.filter(({ case: { channel } }) => channel === 'wechat').every(isAnswered)).toBe(true)
    expect(closed.filter(({ case: { channel } }) => channel === 'self-found').some(isAnswered)).toBe(false)
  })

  it('closes most within the limit', () => {
    const resolved = cases.filter(({ steps }) => steps.some(({ kind }) => kind === 'resolve'))
    const late = (one: CasePut) => {
      const at = one.steps.findIndex(({ kind }) => kind === 'resolve')
      return (one.steps[at]?.hubAt ?? 0) - (one.steps[at - 1]?.hubAt ?? 0) > 8 * 86_400_000
    }
    expect(share(late, resolved)).toBeLessThan(0.03)
  })

  it('leaves some open: late, soon and later', () => {
    const open = cases.filter(({ case: { state } }) => !['closed', 'rejected', 'duplicate'].includes(state))
    const left = open.flatMap(({ case: { limit } }) => (limit?.stoppedAt === null ? [limit.dueAt - until] : []))
    expect(share(({ case: { state } }) => state === 'closed', cases)).toBeGreaterThan(0.95)
    expect(left.some((ms) => ms < 0)).toBe(true)
    expect(left.some((ms) => ms > 0 && ms < 2 * 3_600_000)).toBe(true)
    expect(left.some((ms) => ms > 8 * 3_600_000)).toBe(true)
  })

  it('is the same for the same seed', () => {
    expect(history(200)).toEqual(history(200))
    expect(history(200, 2)).not.toEqual(history(200))
  })
})

describe('calendar', () => {
  it('is one that a console takes, with the holidays and shifted working days of 2026', () => {
    expect(put.parse(calendarPut())).toEqual(calendarPut())
    const after = (start: string, hours: number) =>
      addTime(districtCalendar, 'working-hours', Date.parse(`${start}+08:00`), hours * 3_600_000)
    // National Day, then a Saturday that is worked, and the Sunday after it that is not.
    expect(after('2026-09-30T17:00', 2)).toBe(Date.parse('2026-10-08T09:00+08:00'))
    expect(after('2026-10-09T17:00', 2)).toBe(Date.parse('2026-10-10T09:00+08:00'))
    expect(after('2026-10-10T17:00', 2)).toBe(Date.parse('2026-10-12T09:00+08:00'))
    for (const day of districtCalendar.daysOff) expect([1, 2, 3, 4, 5]).toContain(new Date(day).getUTCDay())
    for (const day of districtCalendar.workingDays) expect([0, 6]).toContain(new Date(day).getUTCDay())
  })
})

describe('catalogue', () => {
  it('has two levels, each lower class below an upper one', () => {
    const classes = cataloguePuts().map((item) => put.parse(item))
    const codes = new Map(classes.flatMap((item) => (item.kind === 'class' ? [[item.class.code, item.class]] : [])))
    expect(codes.size).toBe(classes.length)
    for (const { code, parent } of codes.values()) expect(parent === null || codes.has(parent), code).toBe(true)
    expect(trafficClasses.every(({ code }) => /^[SB]0\d0\d|^[SB]0\d1\d/.test(code))).toBe(true)
  })
})
