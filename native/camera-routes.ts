/** Answers the part of the contract that is about cameras. */
import { differCameras } from './cameras/camera-registry.ts'
import { differHealth } from './cameras/health-round.ts'
import type { DiscoveryState } from './contract/discovery.ts'
import type { Topic } from './contract/procedures.ts'
import { wholeView } from './contract/ptz.ts'
import type { Follow, Implementer, Parts } from './router.ts'
import { createEmitter } from './signal.ts'
import { wholeState } from './topic.ts'

export function cameraRoutes(os: Implementer['cameras'], parts: Parts, follow: Follow) {
  const { session, watches } = parts
  return {
    list: os.list.handler(({ signal }) =>
      follow(
        { changed: parts.camerasChanged, read: parts.cameras.rows, differ: differCameras },
        signal,
        session.scope(),
      ),
    ),
    watch: os.watch.handler(({ input, signal }) => watches.watch(session.require(), input, signal)),
    gateway: os.gateway.handler(() => parts.mediaAccess),
    still: os.still.handler(({ input, signal }) => parts.stills.take(input.watchId, signal)),
    listen: os.listen.handler(({ input }) => watches.listen(session.require(), input.watchId)),
    unwatch: os.unwatch.handler(({ input }) => {
      watches.unwatch(input.watchId)
      return null
    }),
    own: ownRoutes(os.own, parts),
    discovery: {
      search: os.discovery.search.handler(({ signal }) => search(parts, follow, signal)),
      ask: os.discovery.ask.handler(({ input, signal }) => parts.cameraDesk.ask(input, signal)),
    },
    steering: {
      ...leaseRoutes(os.steering, parts, follow),
      ...ptzRoutes(os.steering, parts),
      ...presetRoutes(os.steering, parts),
    },
    health: healthRoutes(os.health, parts, follow),
    notices: noticeRoutes(os.notices, parts, follow),
  }
}

function ownRoutes(os: Implementer['cameras']['own'], { session, cameraDesk }: Parts) {
  const { own, exchange, log } = cameraDesk
  return {
    read: os.read.handler(({ input: { cameraId } }) => own.read(cameraId)),
    tryOut: os.tryOut.handler(({ input, signal }) => cameraDesk.tryOut(input, signal)),
    add: os.add.handler(({ input }) => {
      const operator = session.require()
      const cameraId = own.add(operator, input)
      log.note(cameraId, 'added', { operatorName: operator.name })
      return { cameraId }
    }),
    change: os.change.handler(({ input: { cameraId, version, input } }) => {
      const operator = session.require()
      own.change(operator, cameraId, version, input)
      log.note(cameraId, 'changed', { operatorName: operator.name })
      return null
    }),
    remove: os.remove.handler(({ input: { cameraId } }) => {
      own.remove(session.require(), cameraId)
      return null
    }),
    export: os.export.handler(async function* ({ input: { format } }) {
      yield* exchange.export(session.require(), format)
    }),
    beginImport: os.beginImport.handler(({ input: { format } }) => ({ importId: exchange.begin(format) })),
    appendImport: os.appendImport.handler(({ input: { importId, at, text } }) => {
      exchange.append(importId, at, text)
      return null
    }),
    finishImport: os.finishImport.handler(({ input: { importId, isTrial } }) =>
      exchange.finish(session.require(), importId, isTrial),
    ),
  }
}

/** Ends with the search, and the search with whoever follows it. */
async function* search(
  { session, cameraDesk }: Parts,
  follow: Follow,
  caller: AbortSignal | undefined,
): AsyncGenerator<Topic<DiscoveryState, DiscoveryState>, void, void> {
  const leaving = new AbortController()
  const signals = [caller, leaving.signal, session.scope()].filter((signal) => signal !== undefined)
  const changed = createEmitter<void>()
  const running = cameraDesk.search(() => changed.emit(), AbortSignal.any(signals))
  try {
    for await (const told of follow(wholeState(changed, running.state), caller, session.scope())) {
      yield told
      if (!(told.kind === 'snapshot' ? told.snapshot : told.delta).isRunning) return
    }
  } finally {
    leaving.abort()
  }
}

function leaseRoutes(os: Implementer['cameras']['steering'], { session, cameraDesk }: Parts, follow: Follow) {
  const { leases, steering, log } = cameraDesk
  return {
    leases: os.leases.handler(({ signal }) =>
      follow(wholeState(leases.changed, leases.state), signal, session.scope()),
    ),
    take: os.take.handler(async ({ input: { cameraId, isTakenOver } }) => {
      const operator = session.require()
      steering.requireSteerable(cameraId)
      await leases.take(operator, cameraId, isTakenOver)
      log.note(cameraId, isTakenOver ? 'lease-taken-over' : 'lease-taken', { operatorName: operator.name })
      return null
    }),
    release: os.release.handler(async ({ input: { cameraId } }) => {
      await leases.release(cameraId)
      return null
    }),
    watch: os.watch.handler(async ({ input: { cameraId }, signal }) => {
      steering.requireSteerable(cameraId)
      await steering.refresh(cameraId)
      return follow(
        wholeState(steering.changed, () => steering.state(cameraId)),
        signal,
        session.scope(),
      )
    }),
  }
}

function ptzRoutes(os: Implementer['cameras']['steering'], { session, cameraDesk }: Parts) {
  const { steering } = cameraDesk
  const done = async (work: Promise<unknown>) => {
    await work
    return null
  }
  return {
    move: os.move.handler(({ input: { cameraId, velocity } }) =>
      done(steering.move(session.require(), cameraId, velocity)),
    ),
    stop: os.stop.handler(({ input: { cameraId } }) => done(steering.stop(session.require(), cameraId))),
    goTo: os.goTo.handler(({ input: { cameraId, presetToken } }) =>
      done(steering.goTo(session.require(), cameraId, presetToken)),
    ),
    setGuard: os.setGuard.handler(({ input: { cameraId, guard } }) => {
      steering.setGuard(session.require(), cameraId, guard)
      return null
    }),
  }
}

function presetRoutes(os: Implementer['cameras']['steering'], { session, cameraDesk }: Parts) {
  const { leases, steering, presetPictures } = cameraDesk
  return {
    setPreset: os.setPreset.handler(async ({ input: { cameraId, presetToken, name } }) => {
      const kept = await steering.setPreset(session.require(), cameraId, presetToken, name)
      // It points elsewhere now.
      presetPictures.forget(cameraId, kept)
      return { presetToken: kept }
    }),
    renamePreset: os.renamePreset.handler(async ({ input: { cameraId, presetToken, name } }) => {
      await steering.renamePreset(session.require(), cameraId, presetToken, name)
      return null
    }),
    removePreset: os.removePreset.handler(async ({ input: { cameraId, presetToken } }) => {
      await steering.removePreset(session.require(), cameraId, presetToken)
      presetPictures.forget(cameraId, presetToken)
      return null
    }),
    pictures: os.pictures.handler(({ input: { cameraId } }) => presetPictures.read(cameraId)),
    keepPicture: os.keepPicture.handler(({ input: { cameraId, presetToken, jpeg } }) => {
      if (presetToken !== wholeView) leases.use(session.require(), cameraId)
      presetPictures.keep(cameraId, presetToken, jpeg)
      return null
    }),
  }
}

function healthRoutes(os: Implementer['cameras']['health'], { session, cameraDesk }: Parts, follow: Follow) {
  const { health, log } = cameraDesk
  return {
    watch: os.watch.handler(({ signal }) =>
      follow({ changed: health.changed, read: health.list, differ: differHealth }, signal, session.scope()),
    ),
    check: os.check.handler(({ input: { cameraId } }) => health.check(cameraId)),
    log: os.log.handler(({ input: { cameraId, before } }) => log.read(cameraId, before)),
  }
}

function noticeRoutes(os: Implementer['cameras']['notices'], { session, cameraDesk }: Parts, follow: Follow) {
  const { notices } = cameraDesk
  return {
    watch: os.watch.handler(({ signal }) =>
      follow(wholeState(notices.changed, notices.state), signal, session.scope()),
    ),
    follow: os.follow.handler(({ input: { cameraId, isFollowed } }) => {
      notices.follow(cameraId, isFollowed)
      return null
    }),
  }
}
