/** Remote patrol (视频巡查): routes of cameras that are walked on the screen, what was really looked at, and what came of it. */
import { type } from '@orpc/contract'
import { z } from 'zod'
import { identifier, instant, line } from './case.ts'
import type { ListDelta } from './places.ts'
import { caseworkers, topic } from './procedures.ts'
import { presetName, presetToken } from './ptz.ts'
import type { Kept } from './wall.ts'

/** What a stop is there for. */
export const placeKinds = ['hot-spot', 'school', 'construction-site', 'river', 'other'] as const
export const mostStops = 200

export const patrolStop = z.object({
  id: identifier,
  cameraId: identifier,
  /** Where a camera that turns has to look; by its token, and by its name should the token be gone. */
  preset: z.object({ token: presetToken, name: presetName }).nullable(),
  dwellSeconds: z.int().min(3).max(600),
  /** Codes of the classes that are looked for, by the digit keys 1 to 9. */
  checklist: z.array(z.string().min(1).max(20)).max(9),
  place: z.object({ kind: z.enum(placeKinds), name: z.string().trim().max(60) }),
})
export type PatrolStop = z.infer<typeof patrolStop>

/** When a route should be walked: clock times of the workstation's zone. */
export const patrolTime = z.object({
  days: z.enum(['working-days', 'rest-days', 'every-day']),
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  /** Who is meant, in words: a post or a name; empty: whoever is on duty. */
  who: z.string().trim().max(60),
})

export const patrolRoute = z.object({
  /** Grows with each save; a walk names the one that it followed. */
  revision: z.int().min(1),
  stops: z.array(patrolStop).min(1).max(mostStops),
  times: z.array(patrolTime).max(12),
})
export type PatrolRoute = z.infer<typeof patrolRoute>

export const stopOutcomes = ['nothing', 'finding', 'camera-bad', 'skipped'] as const
export type StopOutcome = (typeof stopOutcomes)[number]

const person = z.object({ id: identifier, name: line })

/** What was said of a stop. */
export const walkedStop = z.object({
  stopId: identifier,
  /** Filled in by native from the route that is walked. */
  cameraId: identifier,
  outcome: z.enum(stopOutcomes),
  /** Why it was skipped (then never empty) or the camera is bad; else empty. */
  why: z.string().max(200),
  /** The case that came of a finding. */
  caseId: identifier.nullable(),
  by: person,
  at: instant,
  /** How long a live picture of it was on the screen in the foreground, in ms. */
  lookedMs: z.int().min(0),
  /** The reason that was stated for looking, for owners who ask for one; else empty. */
  reason: z.string().max(200),
})
export type WalkedStop = z.infer<typeof walkedStop>

/** One person's walk; written by its own workstation alone. People who share a run divide its stops between them: see patrol-run.ts. */
export const patrolWalk = z.object({
  runId: identifier,
  routeId: identifier,
  routeName: line,
  revision: z.int().min(1),
  /** How many stops the route had. */
  stopCount: z.int().min(1).max(mostStops),
  workstation: line,
  by: person,
  startedAt: instant,
  endedAt: instant.nullable(),
  state: z.enum(['walking', 'paused', 'ended']),
  /** Which stop is looked at just now, to be left to them by the others. */
  at: identifier.nullable(),
  done: z.array(walkedStop).max(mostStops),
})
export type PatrolWalk = z.infer<typeof patrolWalk>
export interface WalkRow extends PatrolWalk {
  id: string
  /** Walked at this workstation: the person who began it may go on with it here. One of another workstation that has been silent for 12 h is shown as ended. */
  isOwn: boolean
}

/** A walk that the schedule asks for. */
export interface DueWalk {
  routeId: string
  routeName: string
  /** Ms since 1970. */
  dueAt: number
  who: string
  /** The walk that answered it, begun within two hours after; null: none yet. */
  walkId: string | null
}

/** A stop worth adding, and why. */
export interface StopSuggestion {
  cameraId: string
  why:
    | { kind: 'recurring'; place: string; classCode: string; cases: number; metres: number }
    | { kind: 'unseen'; lastLookedAt: number | null }
}

/** A case that is to be checked and stands within the view of cameras: at most 150 m away; a fixed one that looks elsewhere is left out. */
export interface CheckOffer {
  caseId: string
  number: string
  className: string
  place: string
  resolvedAt: number
  /** The best first, at most 5. `isTowards` is null where it is not known which way it looks, or where it turns. */
  cameras: { id: string; metres: number; isTowards: true | null }[]
}

/** Live pictures that were on the screen in the foreground, by camera and hour. */
export interface CoverageRow {
  cameraId: string
  /** Hours of the day, 0 to 23, in ms. */
  byHour: number[]
  lookedMs: number
  /** Times that somebody began to look. */
  looks: number
  lastAt: number | null
  findings: number
  /** Reasons that were stated, for owners who ask for one. */
  reasons: { by: string; at: number; reason: string }[]
}
/** Whole hours: `from` and `to` are those that were asked for, moved out to the full hour. */
export interface Coverage {
  from: number
  to: number
  rows: CoverageRow[]
  /** Cameras that nobody looked at. */
  unseen: string[]
}

/** At most this much of a look is told at once, and none longer ago: ms. */
export const mostLookMs = 60_000

const walk = z.object({ walkId: identifier })
const span = z.object({ from: instant, to: instant })
const keep = { id: identifier, name: z.string().trim().min(1).max(60), isShared: z.boolean() }

export const patrolProcedures = {
  routes: {
    watch: caseworkers.output(topic<Kept<PatrolRoute>[], Kept<PatrolRoute>[]>()),
    /** As `wall.scenes.save`; native gives the revision. A body of more than 64 KiB is `invalid` (too-many). */
    save: caseworkers.input(z.object({ ...keep, body: patrolRoute })).output(type<null>()),
    /** Idempotent; walks of it stay. */
    remove: caseworkers.input(z.object({ id: identifier })).output(type<null>()),
    /** Earlier revisions that this workstation has seen, newest first. */
    revisions: caseworkers
      .input(z.object({ id: identifier }))
      .output(type<{ body: PatrolRoute; name: string; by: string; at: number }[]>()),
    /** Cameras near recurring places, and those that nobody has looked at for long; best first, at most 50. */
    suggest: caseworkers.output(type<StopSuggestion[]>()),
  },
  /** What is due today, and what of it was done. */
  due: caseworkers.output(topic<DueWalk[], DueWalk[]>()),
  walks: {
    /** Those under way at all workstations, and those of the last 31 days; newest first. A delta holds whole walks, by id. */
    watch: caseworkers.output(topic<readonly WalkRow[], ListDelta<WalkRow>>()),
    /**
     * `runId` joins a run under way, with the route as it was then; null begins one. Who is on that run already gets their walk back. Faults:
     * `not-found` (route, run).
     */
    start: caseworkers
      .input(z.object({ routeId: identifier, runId: identifier.nullable() }))
      .output(type<{ walkId: string; runId: string }>()),
    /** Which stop is looked at now. Faults of this and the next: `not-found` (walk, stop), `forbidden` (not-yours), `conflict` (ended). */
    arrive: caseworkers.input(walk.extend({ stopId: identifier.nullable() })).output(type<null>()),
    /** Says what came of a stop; said again, the last word counts. `lookedMs` is native's own count. */
    mark: caseworkers
      .input(
        walk
          .extend(walkedStop.pick({ stopId: true, outcome: true, why: true, caseId: true }).shape)
          .refine(({ outcome, why }) => outcome !== 'skipped' || why.trim() !== '', 'say why it is skipped'),
      )
      .output(type<null>()),
    pause: caseworkers.input(walk).output(type<null>()),
    resume: caseworkers.input(walk).output(type<null>()),
    /** Stops that nobody said anything of stay open. Idempotent. */
    end: caseworkers.input(walk).output(type<null>()),
  },
  looks: {
    /**
     * The page has shown a live picture of this watch, not stale, in a window that was visible and focused, from one instant to another (ms
     * since 1970). Counted as far as the watch was granted to this person and its stream played then. Idempotent where spans overlap. A watch
     * that has just ended is still known: what was seen until then counts.
     */
    tell: caseworkers
      .input(span.extend({ watchId: identifier, walkId: identifier.nullable(), stopId: identifier.nullable() }))
      .output(type<{ countedMs: number }>()),
    /** What was looked at, at this workstation and in shared walks; recorded. At most 400 days. */
    coverage: caseworkers.input(span).output(type<Coverage>()),
  },
  /** Resolved cases that could be checked by video. */
  checks: caseworkers.output(topic<CheckOffer[], CheckOffer[]>()),
}
