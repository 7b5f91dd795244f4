/** Cases of the days before: each one's life as far as it had come by a given time. */
import type { Put } from '../../../native/hub/protocol.ts'
import type { Geography } from '../geography/geography.ts'
import { createRandom } from '../random.ts'
import { createCast } from './cast.ts'
import { nextStep } from './life.ts'
import { createReport, type Life } from './report.ts'
import { createScene, type Scene } from './scene.ts'
import { applyStep } from './step.ts'
import { atReportingDays, chinaDay, reportingDays } from './working-time.ts'

export interface HistoryOptions {
  geography: Geography
  subCenter: string
  cases: number
  /** Nothing happens after this time. */
  until: number
  seed: number
  /** Reports a day; 420 (a busy sub-center) unless that would reach back further than half a year. */
  perDay?: number
}

const busyPerDay = 420
const halfYearDays = 181

/** Yields cases in the order in which they were reported, each with all its steps. */
export function* generateHistory(options: HistoryOptions): Generator<Put & { kind: 'case' }> {
  const { geography, subCenter, cases, until, seed } = options
  const perDay = options.perDay ?? Math.max(busyPerDay, cases / halfYearDays)
  const random = createRandom(seed, `history ${subCenter}`)
  const cast = createCast(geography, subCenter, seed)
  const scene = createScene(cast, random)
  const end = reportingDays(until)
  let day = 0
  let serial = 0
  for (let index = cases; index > 0; index -= 1) {
    const reportedAt = atReportingDays(end - (index - random.next()) / perDay)
    if (chinaDay(reportedAt) > day) {
      day = chinaDay(reportedAt)
      serial = 0
    }
    serial += 1
    const { head, steps } = liveUntil(createReport(cast, reportedAt, serial, random), until, scene)
    scene.remember(head)
    yield { kind: 'case', case: head, steps }
  }
}

/** Takes every step that comes before `until`. */
export function liveUntil(life: Life, until: number, scene: Scene): Life {
  const { steps } = life
  let { head } = life
  for (let next = nextStep(life, scene); next && next.at <= until; next = nextStep({ head, steps }, scene)) {
    const applied = applyStep({ head, steps }, next)
    head = applied.head
    steps.push(applied.step)
  }
  return { head, steps }
}
