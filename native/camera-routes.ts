/** Answers the part of the contract that is about cameras. */
import { differCameras } from './cameras/camera-registry.ts'
import { Fault } from './fault.ts'
import type { Follow, Implementer, Parts } from './router.ts'

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
    unwatch: os.unwatch.handler(({ input }) => {
      watches.unwatch(input.watchId)
      return null
    }),
    own: {
      read: os.own.read.handler(unbuilt),
      add: os.own.add.handler(unbuilt),
      change: os.own.change.handler(unbuilt),
      remove: os.own.remove.handler(unbuilt),
      export: os.own.export.handler(unbuilt),
      beginImport: os.own.beginImport.handler(unbuilt),
      appendImport: os.own.appendImport.handler(unbuilt),
      finishImport: os.own.finishImport.handler(unbuilt),
    },
    discovery: { search: os.discovery.search.handler(unbuilt), ask: os.discovery.ask.handler(unbuilt) },
    steering: {
      leases: os.steering.leases.handler(unbuilt),
      take: os.steering.take.handler(unbuilt),
      release: os.steering.release.handler(unbuilt),
      watch: os.steering.watch.handler(unbuilt),
      move: os.steering.move.handler(unbuilt),
      stop: os.steering.stop.handler(unbuilt),
      goTo: os.steering.goTo.handler(unbuilt),
      setPreset: os.steering.setPreset.handler(unbuilt),
      renamePreset: os.steering.renamePreset.handler(unbuilt),
      removePreset: os.steering.removePreset.handler(unbuilt),
      setGuard: os.steering.setGuard.handler(unbuilt),
    },
    health: {
      watch: os.health.watch.handler(unbuilt),
      check: os.health.check.handler(unbuilt),
      log: os.health.log.handler(unbuilt),
    },
    notices: { watch: os.notices.watch.handler(unbuilt), follow: os.notices.follow.handler(unbuilt) },
  }
}

/** The contract stands before its parts do. */
function unbuilt(): never {
  throw new Fault('internal', 'this part is not built yet')
}
