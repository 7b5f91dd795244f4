/** Watches the limits of all open cases with one timer, set to the next instant at which something is due. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Operator } from '../contract/case.ts'
import type { Alarm } from '../contract/duty.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { AlarmStore } from './alarm-store.ts'

export interface AlarmWatch {
  changed: Signal<void>
  list(): Alarm[]
  /** Idempotent: whoever is second changes nothing. */
  acknowledge(alarmId: string, operator: Operator): void
  acknowledgeAll(operator: Operator): void
  close(): void
}

export interface AlarmWatchOptions {
  store: AlarmStore
  casesChanged: Signal<unknown>
  /** Tells that the hub's clock may be known better now. */
  clockChanged: Signal<unknown>
  /** False while a first snapshot is still being taken over; `fillChanged` tells that it may be another. */
  isFilled: () => boolean
  fillChanged: Signal<unknown>
  /** The hub's clock as well as it is known. */
  hubNow: () => number
  /** Who is signed in: what they put under supervision themselves is no news to them. */
  self: () => string | null
  clock: Clock
  log: Logger
}

/** However many changes come, limits are looked at no more often than this, in ms. */
const paceMs = 1000
/** A clock that was set, or a machine that slept, is noticed at the latest after this, in ms. */
const longestSleepMs = 60_000
/** Smaller corrections of the clock are noise of the measurement, in ms. */
const tolerableMs = 500

export function createAlarmWatch(options: AlarmWatchOptions): AlarmWatch {
  const { store, casesChanged, clockChanged, isFilled, fillChanged, hubNow, self, clock, log } = options
  const changed = createEmitter<void>()
  const closing = new AbortController()
  let isDirty = true
  let wake: (() => void) | null = null
  const touch = () => {
    isDirty = true
    wake?.()
  }

  /** Only what comes after the first snapshot is news: the line is drawn the moment that it is complete. */
  function isBegun(): boolean {
    if (store.since() === null && isFilled()) store.begin(hubNow())
    return store.since() !== null
  }

  /** Answers the next instant, by the hub. */
  function look(): number | null {
    if (!isBegun()) return null
    const now = hubNow()
    if (store.raise(now, self())) changed.emit()
    return store.nextAt(now)
  }

  /** A disk that refuses is told of by the feed; limits go on being looked at. */
  function attempt<T>(action: () => T): T | null {
    try {
      return action()
    } catch (error) {
      log.error({ error: String(error) }, 'alarms could not be looked at; trying again')
      return null
    }
  }

  async function untilTouched(ms: number): Promise<void> {
    const waiting = new AbortController()
    const touched = new Promise<void>((resolve) => (wake = resolve))
    const later = clock.sleep(ms, AbortSignal.any([closing.signal, waiting.signal])).catch(() => undefined)
    if (!isDirty) await Promise.race([touched, later])
    wake = null
    waiting.abort()
  }

  async function work(): Promise<void> {
    while (!closing.signal.aborted) {
      isDirty = false
      const next = attempt(look)
      await clock.sleep(paceMs, closing.signal).catch(() => undefined)
      const wait = next === null ? longestSleepMs : Math.max(0, next - hubNow())
      if (!isDirty && !closing.signal.aborted) await untilTouched(Math.min(wait, longestSleepMs))
    }
  }

  let offset = hubNow() - clock.now()
  const stops = [
    casesChanged.subscribe(touch),
    fillChanged.subscribe(() => {
      if (store.since() !== null) return
      attempt(isBegun)
      touch()
    }),
    clockChanged.subscribe(() => {
      const known = hubNow() - clock.now()
      if (Math.abs(known - offset) < tolerableMs) return
      offset = known
      touch()
    }),
  ]
  void work()
  return {
    changed,
    list: store.list,
    acknowledge(alarmId, operator) {
      if (store.acknowledge(alarmId, operator, hubNow())) changed.emit()
      touch()
    },
    acknowledgeAll(operator) {
      if (store.acknowledgeAll(operator, hubNow())) changed.emit()
      touch()
    },
    close() {
      for (const stop of stops) stop()
      closing.abort()
      wake?.()
    },
  }
}
