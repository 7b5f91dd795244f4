/** Live traffic: reports arrive and cases move on by themselves, at real time or accelerated. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { CaseHead } from '../../../native/contract/case.ts'
import { createSamples } from '../evidence/samples.ts'
import type { Geography } from '../geography/geography.ts'
import { roles } from '../../../native/contract/vocabulary.ts'
import type { Hub } from '../hub/hub.ts'
import type { Taken } from '../hub/hub-cases.ts'
import { createRandom } from '../random.ts'
import { type Agenda, createAgenda } from './agenda.ts'
import { createCast } from './cast.ts'
import { nextStep } from './life.ts'
import { createScene, type Scene } from './scene.ts'
import { caseId, createReport, type Life, type ReportWishes } from './report.ts'
import type { NextStep } from './step.ts'
import { dateDigits, dayMs, hourMs, minuteMs } from './working-time.ts'

export interface TrafficOptions {
  /** The hub that runs now; null while it is stopped: then everything waits. */
  hub: () => Hub | null
  geography: Geography
  seed: number
  /** Reports a day, by sub-center, before acceleration. */
  rates: ReadonlyMap<string, number>
  /** Reports come this many times as often, and lives pass this many times as fast. Time limits stay as they are. */
  accelerate: number
  /** Where somebody works at a console, and what happens by itself at that desk. */
  manned?: { subCenter: string; desk: Desk }
  clock: () => number
}

/**
 * `simulated`: other operators take the steps that stay undone for some minutes of real time, whatever the acceleration.
 * `operator`: nobody else works there; the field and the departments do their part.
 */
export type Desk = 'simulated' | 'operator'

export interface Traffic {
  /** Plans the first reports and goes on with the open cases that the hub has. */
  begin(): void
  /** Does what is due and returns when to come again (ms since 1970). */
  advance(): number
  /** One report at once; it stays as reported. Throws while the hub is stopped. */
  report(subCenter: string, wishes: ReportWishes): CaseHead
  /** Somebody else took these steps: what follows from them is planned. */
  followed(steps: readonly Taken[]): void
}

interface Place extends Scene {
  perDay: number
  /** Null where everybody is simulated. */
  desk: Desk | null
}
type Event = { place: Place; arrival: true } | PlannedStep
interface PlannedStep {
  place: Place
  arrival: false
  caseId: string
  /** Of the case for which it was planned: when somebody was quicker, it is dropped. */
  version: number
  next: NextStep
}

/** Nobody who watches a demo waits for Monday: longer pauses are cut before they are accelerated. */
const longestPauseMs = 8 * hourMs
const waitForHubMs = 500
/** Real minutes that a step at a manned desk waits for a person. */
const patience = [3, 8] as const

export function createTraffic(options: TrafficOptions): Traffic {
  const { clock, accelerate } = options
  const agenda = createAgenda<Event>()
  const places = createPlaces(options)
  const samples = createSamples(options.seed)
  let isOwn = false
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
    const report = createReport(place.cast, now, nextSerial(hub, place, now), place.random, wishes)
    const life = samples.attach(hub, report)
    hub.publish(place.cast.subCenter.code, { kind: 'case', case: life.head, steps: life.steps })
    place.remember(life.head)
    return life
  }

  function takeStep(hub: Hub, { place, caseId, version, next }: PlannedStep): void {
    const { code } = place.cast.subCenter
    const life = hub.present.findCase(code, caseId)
    if (life?.head.version !== version) return
    isOwn = true
    try {
      const taken = hub.take(code, caseId, next)
      if ('refusal' in taken) throw new Error(`${next.kind} of ${caseId}: ${JSON.stringify(taken.refusal)}`)
      planStep(agenda, place, { head: taken.head, steps: [...life.steps, taken.step] }, clock(), accelerate)
    } finally {
      isOwn = false
    }
  }

  function happen(hub: Hub, event: Event): void {
    if (!event.arrival) return takeStep(hub, event)
    planArrival(event.place)
    planStep(agenda, event.place, arrive(hub, event.place), clock(), accelerate)
  }

  return {
    begin() {
      for (const place of places.values()) {
        planArrival(place)
        if (place.perDay === 0 && place.desk === null) continue
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
    followed(steps) {
      if (isOwn || accelerate === 0) return
      for (const { subCenter, head } of steps) {
        const place = places.get(subCenter)
        const life = options.hub()?.present.findCase(subCenter, head.id)
        if (place && life) planStep(agenda, place, life, clock(), accelerate)
      }
    },
  }
}

function createPlaces({ geography, seed, rates, manned, clock }: TrafficOptions): Map<string, Place> {
  return new Map(
    geography.subCenters.map(({ code }) => {
      const cast = createCast(geography, code, seed)
      // Every start draws another stream, else a restarted district would tell the same stories again.
      const random = createRandom(seed, `traffic ${code} ${clock()}`)
      const desk = manned?.subCenter === code ? manned.desk : null
      return [code, { ...createScene(cast, random), perDay: rates.get(code) ?? 0, desk }]
    }),
  )
}

/** Steps that people at the sub-center's desk take, or checkers whom the desk sends. */
function isDeskStep({ kind, actor }: NextStep): boolean {
  return (roles as readonly string[]).includes(actor.role) || kind === 'check-pass' || kind === 'check-fail'
}

function planStep(agenda: Agenda<Event>, place: Place, life: Life, now: number, accelerate: number): void {
  const next = nextStep(life, place)
  if (!next) return
  const waits = place.desk !== null && isDeskStep(next)
  if (waits && place.desk === 'operator') return
  const isLate = life.head.limit !== null && life.head.limit.dueAt < now
  // A case that waited while nobody was here goes on soon, not at once: else a restart begins with a flood.
  const pause = next.at > now ? next.at - now : place.random.exponential(isLate ? 4 * hourMs : hourMs)
  const quick = Math.min(pause, longestPauseMs) / accelerate
  const delay = waits ? Math.max(quick, place.random.between(...patience) * minuteMs) : quick
  const { id: caseId, version } = life.head
  agenda.add(now + delay, { place, arrival: false, caseId, version, next })
}

/** Goes on counting where the hub's cases of that day end. */
function nextSerial(hub: Hub, place: Place, now: number): number {
  const { code, letters } = place.cast.subCenter
  const prefix = caseId(letters, now, 0).slice(0, -5)
  const given = Number(hub.present.lastCaseId(code, prefix)?.slice(prefix.length) ?? 0)
  return hub.nextSerial(code, dateDigits(now), given)
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
