/** What may happen in a schedule, and schedules made from a seed. A schedule is data: it can be printed, cut down and run again. */
import { createRandom, type Random } from '../district/random.ts'
import { type NetworkFault, networkFaults } from './fault-proxy.ts'

/** `console` counts from 0, `case` and `pick` choose among what is there when the event happens. */
export type Event =
  /** The operator looks at a case and takes one of the steps on offer; `isStale`: one that was on offer when they looked last. */
  | { kind: 'step'; console: number; case: number; pick: number; isStale: boolean }
  | { kind: 'report'; console: number }
  /** The operator has read why a step was refused, and puts it away. */
  | { kind: 'dismiss'; console: number; case: number }
  /** Somebody in the field takes a step. */
  | { kind: 'field-step'; case: number; pick: number }
  | { kind: 'field-report' }
  | { kind: 'network'; console: number; fault: NetworkFault }
  | { kind: 'mend'; console: number }
  /** kill -9; `during`: the operator takes a step on this case at the same time. */
  | { kind: 'kill-console'; console: number; during: number | null; afterMs: number; isStartedAgain: boolean }
  | { kind: 'start-console'; console: number }
  /** kill -9 so many ms from now, while other events go on. */
  | { kind: 'kill-hub'; afterMs: number; isStartedAgain: boolean }
  | { kind: 'start-hub' }
  /** No file of the console may grow beyond so many bytes more than the write-ahead log has now. */
  | { kind: 'fill-disk'; console: number; spareBytes: number }
  | { kind: 'free-disk'; console: number }
  /** The clock of a console, or of the hub (-1), jumps. */
  | { kind: 'clock'; whose: number; offsetMs: number }
  | { kind: 'copy-hub' }
  /** The hub is killed and comes back with its last copy and a new epoch. */
  | { kind: 'restore-hub' }
  | { kind: 'copy-console'; console: number }
  /** The console is killed and comes back with its last copy as a new client. */
  | { kind: 'restore-console'; console: number }
  /** The hub forgets all changes but the last few. */
  | { kind: 'compact'; keep: number }
  | { kind: 'disconnect' }
  /** The lid is shut for so many ms. */
  | { kind: 'sleep'; console: number; ms: number }
  | { kind: 'wait'; ms: number }

export interface Schedule {
  seed: number
  consoles: readonly { isFresh: boolean }[]
  events: readonly Event[]
}

const minuteMs = 60_000
/** How often each kind comes. A theme makes its own kinds five times as likely, so that faults also meet their like. */
const weights: Record<Event['kind'], number> = {
  step: 40,
  report: 5,
  dismiss: 4,
  'field-step': 9,
  'field-report': 3,
  network: 9,
  mend: 6,
  'kill-console': 4,
  'start-console': 3,
  'kill-hub': 3,
  'start-hub': 2,
  'fill-disk': 2,
  'free-disk': 1.5,
  clock: 2,
  'copy-hub': 1,
  'restore-hub': 0.7,
  'copy-console': 1,
  'restore-console': 0.7,
  compact: 1.5,
  disconnect: 0.5,
  sleep: 1,
  wait: 9,
}
const kinds = Object.keys(weights) as Event['kind'][]
const themes: readonly (readonly Event['kind'][])[] = [
  [],
  ['network', 'mend'],
  ['kill-console', 'start-console'],
  ['kill-hub', 'start-hub'],
  ['fill-disk', 'free-disk'],
  ['copy-hub', 'restore-hub'],
  ['copy-console', 'restore-console'],
]

/** The same seed makes the same schedule on every machine. */
export function makeSchedule(seed: number): Schedule {
  const random = createRandom(seed, 'schedule')
  const consoles = Array.from({ length: random.chance(0.3) ? 3 : 2 }, () => ({ isFresh: random.chance(0.12) }))
  const theme = random.pick(themes)
  const length = 8 + random.below(22)
  const weight = (kind: Event['kind']) => weights[kind] * (theme.includes(kind) ? 5 : 1)
  const events = Array.from({ length }, () => makeEvent(random.weighted(kinds, weight), consoles.length, random))
  return { seed, consoles, events }
}

const makers: { [Kind in Event['kind']]: (console: number, random: Random) => Omit<Event & { kind: Kind }, 'kind'> } = {
  step: (console, random) => ({
    ...{ console, case: random.below(6), pick: random.below(1000), isStale: random.chance(0.15) },
  }),
  report: (console) => ({ console }),
  dismiss: (console, random) => ({ console, case: random.below(6) }),
  'field-step': (_console, random) => ({ case: random.below(6), pick: random.below(1000) }),
  'field-report': () => ({}),
  network: (console, random) => ({ console, fault: random.pick(networkFaults) }),
  mend: (console) => ({ console }),
  'kill-console': (console, random) => ({
    ...{ console, during: random.chance(0.6) ? random.below(6) : null, afterMs: random.below(8) },
    isStartedAgain: random.chance(0.7),
  }),
  'start-console': (console) => ({ console }),
  'kill-hub': (_console, random) => ({ afterMs: random.below(40), isStartedAgain: random.chance(0.7) }),
  'start-hub': () => ({}),
  'fill-disk': (console, random) => ({ console, spareBytes: random.pick([0, 0, 4096, 20_000, 100_000]) }),
  'free-disk': (console) => ({ console }),
  clock: (console, random) => ({
    whose: random.chance(0.3) ? -1 : console,
    offsetMs: Math.round(random.between(-300, 300)) * minuteMs,
  }),
  'copy-hub': () => ({}),
  'restore-hub': () => ({}),
  'copy-console': (console) => ({ console }),
  'restore-console': (console) => ({ console }),
  compact: (_console, random) => ({ keep: random.below(4) }),
  disconnect: () => ({}),
  sleep: (console, random) => ({ console, ms: random.below(60) }),
  wait: (_console, random) => ({ ms: random.pick([2, 10, 40, 120]) }),
}

function makeEvent(kind: Event['kind'], consoles: number, random: Random): Event {
  return { kind, ...makers[kind](random.below(consoles), random) } as Event
}

/** One line for a person. */
export function describeEvent({ kind, ...rest }: Event): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`)
  return [kind, ...details].join(', ')
}
