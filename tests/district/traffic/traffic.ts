/** Live traffic: reports arrive and cases move on by themselves, at real time or accelerated. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { CaseHead } from '../../../native/contract/case.ts'
import type { Geography } from '../geography/geography.ts'
import type { Hub } from '../hub/hub.ts'
import { createRandom } from '../random.ts'
import { type Agenda, createAgenda } from './agenda.ts'
import { createCast } from './cast.ts'
import { nextStep } from './life.ts'
import { createScene, type Scene } from './scene.ts'
import { caseId, createReport, type Life, type ReportWishes } from './report.ts'
import { applyStep, type NextStep } from './step.ts'
import { dayMs, hourMs } from './working-time.ts'

export interface TrafficOptions {
  /** The hub that runs now; null while it is stopped: then everything waits. */
  hub: () => Hub | null
  geography: Geography
  seed: number
  /** Reports a day, by sub-center, before acceleration. */
  rates: ReadonlyMap<string, number>
  /** Reports come this many times as often, and lives pass this many times as fast. Time limits stay as they are. */
  accelerate: number
  clock: () => number
}

export interface Traffic {
  /** Plans the first reports and goes on with the open cases that the hub has. */
  begin(): void
  /** Does what is due and returns when to come again (ms since 1970). */
  advance(): number
  /** One report at once; it stays as reported. Throws while the hub is stopped. */
  report(subCenter: string, wishes: ReportWishes): CaseHead
}

interface Place extends Scene {
  perDay: number
  serial: number
  prefix: string
}
type Event = { place: Place; arrival: true } | { place: Place; arrival: false; life: Life; next: NextStep }

/** Nobody who watches a demo waits for Monday: longer pauses are cut before they are accelerated. */
const longestPauseMs = 8 * hourMs
const waitForHubMs = 500

export function createTraffic(options: TrafficOptions): Traffic {
  const { clock, accelerate, geography, seed } = options
  const agenda = createAgenda<Event>()
  const places = new Map(
    geography.subCenters.map(({ code }) => {
      const cast = createCast(geography, code, seed)
      // Every start draws another stream, else a restarted district would tell the same stories again.
      const random = createRandom(seed, `traffic ${code} ${clock()}`)
      return [code, { ...createScene(cast, random), perDay: options.rates.get(code) ?? 0, serial: 0, prefix: '' }]
    }),
  )
  const requireHub = () => {
    const hub = options.hub()
    if (!hub) throw new Error('the hub is stopped')
    return hub
  }
  const planArrival = (place: Place) => {
    if (place.perDay > 0)
      agenda.add(clock() + place.random.exponential(dayMs / place.perDay / accelerate), { place, arrival: true })
  }

  function arrive(hub: Hub, place: Place, wishes: ReportWishes = {}): Life {
    const now = clock()
    const life = createReport(place.cast, now, nextSerial(hub, place, now), place.random, wishes)
    hub.publish(place.cast.subCenter.code, { kind: 'case', case: life.head, steps: life.steps })
    place.remember(life.head)
    return life
  }

  function happen(hub: Hub, event: Event): void {
    const { place } = event
    if (event.arrival) {
      planArrival(place)
      planStep(agenda, place, arrive(hub, place), clock(), accelerate)
      return
    }
    const { head, step } = applyStep(event.life, { ...event.next, at: clock() })
    hub.publish(place.cast.subCenter.code, { kind: 'case', case: head, steps: [step] })
    planStep(agenda, place, { head, steps: [...event.life.steps, step] }, clock(), accelerate)
  }

  return {
    begin() {
      for (const place of places.values()) {
        planArrival(place)
        if (place.perDay === 0) continue
        for (const life of requireHub().present.openCases(place.cast.subCenter.code))
          planStep(agenda, place, life, clock(), accelerate)
      }
    },
    advance() {
      const hub = options.hub()
      if (!hub) return clock() + waitForHubMs
      for (let event = agenda.takeDue(clock()); event; event = agenda.takeDue(clock())) happen(hub, event)
      return agenda.nextAt() ?? Infinity
    },
    report(subCenter, wishes) {
      const place = places.get(subCenter)
      if (!place) throw new Error(`unknown sub-center ${subCenter}`)
      return arrive(requireHub(), place, wishes).head
    },
  }
}

function planStep(agenda: Agenda<Event>, place: Place, life: Life, now: number, accelerate: number): void {
  const next = nextStep(life, place)
  if (!next) return
  const isLate = life.head.limit !== null && life.head.limit.dueAt < now
  // A case that waited while nobody was here goes on soon, not at once: else a restart begins with a flood.
  const pause = next.at > now ? next.at - now : place.random.exponential(isLate ? 4 * hourMs : hourMs)
  agenda.add(now + Math.min(pause, longestPauseMs) / accelerate, { place, arrival: false, life, next })
}

/** Goes on counting where the hub's cases of that day end. */
function nextSerial(hub: Hub, place: Place, now: number): number {
  const { code, letters } = place.cast.subCenter
  const prefix = caseId(letters, now, 0).slice(0, -5)
  if (prefix !== place.prefix) {
    place.prefix = prefix
    place.serial = Number(hub.present.lastCaseId(code, prefix)?.slice(prefix.length) ?? 0)
  }
  place.serial += 1
  return place.serial
}

/** Lets traffic run until `signal` aborts; the promise ends with it. */
export async function runTraffic(
  traffic: Traffic,
  clock: () => number,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  while (!signal.aborted) {
    let nextAt = clock() + 5000
    try {
      nextAt = traffic.advance()
    } catch (error) {
      log.error({ error: String(error) }, 'traffic stumbled and tries again')
    }
    const pause = Math.min(Math.max(nextAt - clock(), 20), 1000)
    await sleep(pause, undefined, { signal }).catch(() => undefined)
  }
}
