/** Answers the contract: checks the role, calls the part that knows, turns faults into the contract's. */
import { implement, ORPCError } from '@orpc/server'
import type { Logger } from 'pino'
import type { RecordAudit } from './access/audit.ts'
import type { Session } from './access/session.ts'
import { cameraRoutes } from './camera-routes.ts'
import type { CameraDesk } from './cameras/camera-desk.ts'
import type { CameraRegistry } from './cameras/camera-registry.ts'
import type { StillPictures } from './cameras/still-pictures.ts'
import type { Watches } from './cameras/watches.ts'
import { backupRoutes } from './backup-routes.ts'
import { caseRoutes } from './case-routes.ts'
import type { CaseQueries } from './cases/case-queries.ts'
import type { NearbyFinder } from './cases/nearby.ts'
import type { OwnSteps } from './cases/own-steps.ts'
import type { Clock } from './clock.ts'
import type { MediaAccess } from './contract/camera.ts'
import type { Operator } from './contract/case.ts'
import { evidenceRoutes } from './evidence-routes.ts'
import type { EvidenceDesk } from './evidence/evidence.ts'
import { contract, type Notice } from './contract/contract.ts'
import type { LinkState } from './contract/link.ts'
import type { Backups } from './durability/backups.ts'
import { alarmRoutes, handOverRoutes, instructionRoutes } from './duty-routes.ts'
import type { AlarmWatch } from './duty/alarm-watch.ts'
import type { HandOvers } from './duty/hand-over.ts'
import type { Instructions } from './duty/instructions.ts'
import type { Documents } from './documents/documents.ts'
import { Fault } from './fault.ts'
import type { HubLink } from './hub/hub-link.ts'
import type { HubPresence } from './hub/presence.ts'
import type { Notices } from './notices.ts'
import { presenceRoutes } from './presence-routes.ts'
import type { Sync } from './sync/sync.ts'
import { syncRoutes } from './sync-routes.ts'
import { placeRoutes } from './place-routes.ts'
import type { PlaceParts } from './places/place-parts.ts'
import type { UnitStore } from './places/unit-store.ts'
import type { VideoEvidence } from './video-evidence/video-evidence.ts'
import { videoEvidenceRoutes } from './video-evidence-routes.ts'
import type { Signal } from './signal.ts'
import { wallRoutes } from './wall-routes.ts'
import type { Patrol } from './patrol/patrol.ts'
import { patrolRoutes } from './patrol-routes.ts'
import { followTopic, type TopicSource, wholeState } from './topic.ts'

export interface Parts {
  session: Session
  link: HubLink
  linkState: { changed: Signal<unknown>; read(): LinkState }
  cases: CaseQueries
  casesChanged: Signal<unknown>
  classesChanged: Signal<unknown>
  ownSteps: OwnSteps
  evidence: EvidenceDesk
  videoEvidence: VideoEvidence
  units: UnitStore
  /** The hub's clock as well as it is known. */
  hubNow: () => number
  cameras: CameraRegistry
  camerasChanged: Signal<unknown>
  cameraDesk: CameraDesk
  documents: Documents
  patrol: Patrol
  watches: Watches
  stills: StillPictures
  mediaAccess: MediaAccess
  places: PlaceParts
  nearby: NearbyFinder
  alarms: AlarmWatch
  handOvers: HandOvers
  instructions: Instructions
  presence: HubPresence
  sync: Sync
  backups: Backups
  notices: Notices
  recordAudit: RecordAudit
  clock: Clock
  log: Logger
}

export type Router = ReturnType<typeof createRouter>

/** Serves a topic until its caller or `scope` ends. */
export type Follow = <State, Delta>(
  source: TopicSource<State, Delta>,
  caller: AbortSignal | undefined,
  scope?: AbortSignal,
) => ReturnType<typeof followTopic<State, Delta>>

/** The contract, with the role checked before each call and faults turned into the contract's after it. */
function guard({ session, log }: Parts) {
  return implement(contract).use(async ({ procedure, path, next }) => {
    try {
      requireRole(procedure['~orpc'].meta.access, session.current())
      return await next()
    } catch (error) {
      throw toContractError(error, path.join('.'), log)
    }
  })
}
export type Implementer = ReturnType<typeof guard>

export function createRouter(parts: Parts) {
  const { session, clock } = parts
  const os = guard(parts)
  /** A topic that ends with its caller, and, where it shows what only some may see, with the session. */
  const follow: Follow = (source, caller, scope) =>
    followTopic(source, clock, AbortSignal.any([caller, scope].filter((signal) => signal !== undefined)))

  return os.router({
    session: {
      watch: os.session.watch.handler(({ signal }) => follow(wholeState(session.changed, session.current), signal)),
      signIn: os.session.signIn.handler(({ input }) => session.signIn(input.account, input.password)),
      signOut: os.session.signOut.handler(async () => {
        parts.watches.releaseAll()
        await session.signOut()
        return null
      }),
    },
    link: {
      watch: os.link.watch.handler(({ signal }) =>
        follow(wholeState(parts.linkState.changed, parts.linkState.read), signal),
      ),
      retry: os.link.retry.handler(() => {
        parts.link.retry()
        return null
      }),
    },
    cases: caseRoutes(os.cases, parts, follow),
    evidence: evidenceRoutes(os.evidence, parts, follow),
    videoEvidence: videoEvidenceRoutes(os.videoEvidence, parts, follow),
    cameras: cameraRoutes(os.cameras, parts, follow),
    wall: wallRoutes(os.wall, parts, follow),
    patrol: patrolRoutes(os.patrol, parts, follow),
    alarms: alarmRoutes(os.alarms, parts, follow),
    instructions: instructionRoutes(os.instructions, parts, follow),
    handOver: handOverRoutes(os.handOver, parts, follow),
    presence: presenceRoutes(os.presence, parts, follow),
    sync: syncRoutes(os.sync, parts, follow),
    places: placeRoutes(os.places, parts, follow),
    backups: backupRoutes(os.backups, parts, follow),
    notices: {
      watch: os.notices.watch.handler(({ signal }) =>
        follow(
          {
            changed: parts.notices.changed,
            read: parts.notices.list,
            differ: newer,
          },
          signal,
          session.scope(),
        ),
      ),
    },
  })
}

function newer(before: Notice[], after: Notice[]): Notice[] | undefined {
  const known = new Set(before.map(({ id }) => id))
  const added = after.filter(({ id }) => !known.has(id))
  return added.length > 0 ? added : undefined
}

/** Deny by default: an entry without roles may be called by nobody. */
function requireRole(access: 'anyone' | readonly string[], operator: Operator | null): void {
  if (access === 'anyone') return
  if (!operator) throw new Fault('forbidden', 'nobody is signed in', 'signed-out')
  if (!access.includes(operator.role)) throw new Fault('forbidden', `not for the role ${operator.role}`, 'role')
}

const statusOf = {
  invalid: 400,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  cancelled: 499,
  offline: 503,
  internal: 500,
}

function toContractError(error: unknown, path: string, log: Logger): unknown {
  if (error instanceof Fault) {
    log.info({ path, code: error.code, reason: error.reason, detail: error.message }, 'a command was refused')
    const data = error.reason ? { reason: error.reason } : {}
    return new ORPCError(error.code, { status: statusOf[error.code], message: error.message, data })
  }
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    log.warn({ path }, 'a command with invalid input was refused')
    return new ORPCError('invalid', { status: 400, message: error.message })
  }
  log.error({ path, error }, 'a command failed')
  return new ORPCError('internal', { status: 500, message: 'internal error' })
}
