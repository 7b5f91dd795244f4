/** The class catalogue: two levels of events and components, codes as in GB/T 30428's common use. */
import type { Terms } from '../../../native/cases/decide.ts'
import { usualLimits } from '../../../native/cases/terms.ts'
import type { CaseClass } from '../../../native/contract/case.ts'
import type { Put } from '../../../native/hub/protocol.ts'
import { districtCalendar } from './calendar.ts'
import { readRows, topLevel, type TrafficClass } from './case-class.ts'
import { componentRows, componentTops } from './component-classes.ts'
import { eventRows, eventTops } from './event-classes.ts'

/** Events make up most of what sub-centers see. */
const componentShare = 0.35

const events = readRows(eventRows)
const components = readRows(componentRows).map((row) => ({ ...row, weight: row.weight * componentShare }))

/** Classes that cases are given: the second level. */
export const trafficClasses: readonly TrafficClass[] = [...events, ...components]

const byCode = new Map(trafficClasses.map((row) => [row.code, row]))

/** A class that the catalogue lacks is handled like the commonest one. */
export function classOf(code: string): TrafficClass {
  return byCode.get(code) ?? (trafficClasses[1] as TrafficClass)
}

/** The terms that the hub publishes, as a console finds them. */
export function termsOf(code: string): Terms {
  return { calendar: districtCalendar, limits: byCode.get(code)?.limits ?? usualLimits }
}

/** Both levels as the hub lists them, upper level first. */
export function cataloguePuts(): Put[] {
  const lower = trafficClasses.map(({ code, name, limits }): CaseClass => {
    return { code, kind: code.startsWith('S') ? 'event' : 'component', name, parent: code.slice(0, 3), limits }
  })
  const classes = [...topLevel('S', eventTops), ...topLevel('B', componentTops), ...lower]
  return classes.map((caseClass) => ({ kind: 'class', class: caseClass }))
}
