/** Counts what was really looked at: what a page tells, as far as its stream played then, each instant of a camera once. */
import type { Database } from 'better-sqlite3'
import { ownerRules } from '../cameras/owner-rules.ts'
import type { Watches } from '../cameras/watches.ts'
import type { Clock } from '../clock.ts'
import type { Camera } from '../contract/camera.ts'
import type { Operator } from '../contract/case.ts'
import { mostLookMs } from '../contract/patrol.ts'
import type { MediaGateway } from '../media/media-gateway.ts'
import type { LookStore } from './look-store.ts'
import { createPlayed } from './played.ts'
import { difference, intersection, lengthOf, moved, runsOf, type Span, union } from './spans.ts'
import type { Walks } from './walks.ts'

/** Who looks away for less, in ms, has not begun anew. */
const sameLookMs = 10_000

export interface ToldLook extends Span {
  watchId: string
  walkId: string | null
  stopId: string | null
}

export interface Looks {
  /** How much of it had not been counted yet of this camera, in ms. */
  tell(operator: Operator, told: ToldLook): number
  close(): void
}

export interface LooksOptions {
  database: Database
  store: LookStore
  walks: Pick<Walks, 'looked'>
  watches: Pick<Watches, 'cameraOf'>
  gateway: Pick<MediaGateway, 'states' | 'uses'>
  findCamera: (cameraId: string) => Pick<Camera, 'owner'> | null
  hubNow: () => number
  clock: Clock
}

interface Seen {
  cameraId: string
  seen: readonly Span[]
  reason: string | null
}
interface Fresh {
  cameraId: string
  ofCamera: Span[]
  ofStop: Span[]
}
const stopKey = ({ walkId, stopId }: ToldLook) => `${walkId} ${stopId}`

/** What was counted lately, by camera or stop: what lies longer ago than `mostLookMs` is not counted any more. */
function createCounted() {
  const counted = new Map<string, Span[]>()
  return {
    of: (key: string): readonly Span[] => counted.get(key) ?? [],
    add: (key: string, spans: readonly Span[]) => void counted.set(key, union([...(counted.get(key) ?? []), ...spans])),
    forgetOld(now: number) {
      for (const [key, spans] of counted) {
        const left = spans.filter(({ to }) => to > now - 2 * mostLookMs)
        if (left.length > 0) counted.set(key, left)
        else counted.delete(key)
      }
    },
    setBack(by: number) {
      for (const [key, spans] of counted) counted.set(key, moved(spans, -by))
    },
  }
}

export function createLooks(options: LooksOptions): Looks {
  const { database, store, walks, watches, gateway, clock } = options
  const played = createPlayed(watches.cameraOf)
  const counted = createCounted()
  let latest = -Infinity

  /** A clock that was set back shows times again that were counted before: then those move with it. */
  function now(): number {
    const at = clock.now()
    if (at < latest) {
      played.setBack(latest - at)
      counted.setBack(latest - at)
    }
    latest = at
    return at
  }
  const stops = [
    gateway.states.subscribe((state) => played.state(state, now())),
    gateway.uses.subscribe((use) => played.use(use, now())),
  ]

  function reasonOf(cameraId: string, stated: string | null): string | null {
    const owner = options.findCamera(cameraId)?.owner
    return owner && ownerRules[owner].needsReason ? (stated ?? '') : null
  }
  /** What of it is new, by what it is counted for. */
  const write = database.transaction((operator: Operator, told: ToldLook, at: number): Fresh | null => {
    const stream = played.of(told.watchId, at)
    if (!stream || stream.watched.operatorId !== operator.id) return null
    const { cameraId } = stream.watched
    const reason = reasonOf(cameraId, stream.watched.reason)
    const span = { from: Math.max(told.from, at - mostLookMs), to: Math.min(told.to, at) }
    const seen = intersection([span], stream.spans)
    const before = counted.of(cameraId)
    const ofCamera = difference(seen, before)
    if (ofCamera.length > 0) {
      const looks = runsOf([...before, ...ofCamera], sameLookMs) - runsOf(before, sameLookMs)
      const spans = moved(ofCamera, Math.round(options.hubNow() - at))
      store.add({ cameraId, operator, spans, looks, reason })
    }
    return { cameraId, ofCamera, ofStop: lookAtStop(operator, told, { cameraId, seen, reason }) }
  })
  /** A camera that another window shows as well: the walk's stop was looked at all the same. */
  function lookAtStop(operator: Operator, told: ToldLook, { cameraId, seen, reason }: Seen): Span[] {
    const { walkId, stopId } = told
    if (walkId === null || stopId === null) return []
    const spans = difference(seen, counted.of(stopKey(told)))
    if (spans.length === 0) return []
    return walks.looked(operator, { walkId, stopId, cameraId }, lengthOf(spans), reason ?? '') ? spans : []
  }
  return {
    tell(operator, told) {
      const at = now()
      counted.forgetOld(at)
      const fresh = write.immediate(operator, told, at)
      if (!fresh) return 0
      counted.add(fresh.cameraId, fresh.ofCamera)
      counted.add(stopKey(told), fresh.ofStop)
      return lengthOf(fresh.ofCamera)
    },
    close() {
      for (const stop of stops) stop()
    },
  }
}
