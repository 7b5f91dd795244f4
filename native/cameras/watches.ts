/** Who watches which camera: checks the owner's rule, records it, lets the gateway play, and ends what nobody looks at any more. */
import { isDeepStrictEqual } from 'node:util'
import type { RecordAudit } from '../access/audit.ts'
import type { Clock } from '../clock.ts'
import type { Camera, Profile, Watch, WatchRequest } from '../contract/camera.ts'
import type { Operator } from '../contract/case.ts'
import { Fault } from '../fault.ts'
import type { MediaGateway } from '../media/media-gateway.ts'
import type { ResolvedSource } from '../media/media-unit.ts'
import { ownerRules, ruleAgainst, termsOf } from './owner-rules.ts'

/** A watch without a viewer for so long belongs to a window that is gone. */
const idleMs = 60_000
/** A camera whose stream fails is asked for its address anew no more often than this, in ms. */
const askAgainMs = 30_000

export interface WatchesOptions {
  findCamera: (cameraId: string) => Camera | null
  /** Throws when it cannot write: then nothing is shown. */
  recordAudit: RecordAudit
  gateway: Pick<MediaGateway, 'grant' | 'revoke' | 'uses' | 'states'>
  /** See `resolveSource`. */
  resolve: (camera: Camera, profile: Profile, signal: AbortSignal) => Promise<ResolvedSource>
  /** Is told why a camera could not be resolved, unless nobody waited for it any more. */
  unresolved?: (cameraId: string, error: unknown) => void
  /** See `requestKeyFrame`; absent: pictures begin with the camera's next key frame. One request at a time for a watch. */
  requestKeyFrame?: (camera: Camera, profile: Profile, signal: AbortSignal) => Promise<void>
  /** Hard to guess, free of `/`, at most 64 characters. */
  newId: () => string
  clock: Clock
}

/** Who looks at what by a watch, and why. */
export interface WatchedCamera {
  cameraId: string
  profile: Profile
  operatorId: string
  reason: string | null
}

export interface Watches {
  /** Faults: `not-found`, `forbidden` (reason-required), `offline`, `cancelled`. */
  watch(operator: Pick<Operator, 'id'>, request: WatchRequest, signal?: AbortSignal): Promise<Watch>
  /**
   * Grants a watch of its own that carries the sound of this one, by the same session, and ends with it. Recorded. Faults: `not-found`,
   * `forbidden` (sound-forbidden), `invalid` (HLS brings no sound of its own).
   */
  listen(operator: Pick<Operator, 'id'>, watchId: string): Promise<{ watchId: string }>
  /** Idempotent. */
  unwatch(watchId: string): void
  /** Null for a watch that has ended or never was. */
  cameraOf(watchId: string): WatchedCamera | null
  /** The same, and counts as looking at it: for pictures that do not come through the gateway. */
  use(watchId: string): WatchedCamera | null
  /** Ends every watch, and those that are just being asked for: nobody is signed in any more. */
  releaseAll(): void
  close(): void
}

interface Running {
  of: WatchedCamera
  viewers: number
  usedAt: number
  source: ResolvedSource
  resolvedAt: number
  ended: AbortController
  /** The watch whose sound it is; null: one that is looked at. */
  soundOf: string | null
}

export function createWatches(options: WatchesOptions): Watches {
  const { gateway, clock } = options
  const running = new Map<string, Running>()
  let asking = new AbortController()

  const unsubscribe = gateway.uses.subscribe(({ watchId, viewers }) => {
    const watch = running.get(watchId)
    if (watch) Object.assign(watch, { viewers, usedAt: clock.now() })
  })

  const unwatch = (watchId: string) => {
    running.get(watchId)?.ended.abort()
    if (running.delete(watchId)) gateway.revoke(watchId)
    for (const [id, { soundOf }] of running) if (soundOf === watchId) unwatch(id)
  }

  /** A camera that came back with another address: the watch of the old one ends, and whoever looks asks for a new one. */
  async function followAddress(watchId: string, watch: Running): Promise<void> {
    const camera = options.findCamera(watch.of.cameraId)
    if (!camera || clock.now() - watch.resolvedAt < askAgainMs) return
    watch.resolvedAt = clock.now()
    const source = await options.resolve(camera, watch.of.profile, watch.ended.signal)
    if (!isDeepStrictEqual(source, watch.source)) unwatch(watchId)
  }
  const unsubscribeStates = gateway.states.subscribe(({ watchId, state, trouble }) => {
    const watch = running.get(watchId)
    if (!watch || watch.soundOf !== null || state !== 'failed' || trouble === 'budget') return
    // It is away altogether, or the watch has ended: the stream goes on trying where it was.
    followAddress(watchId, watch).catch(() => undefined)
  })

  async function endWhenIdle(watchId: string, watch: Running): Promise<void> {
    while (!watch.ended.signal.aborted) {
      const rest = watch.viewers > 0 ? idleMs : watch.usedAt + idleMs - clock.now()
      if (rest <= 0) return unwatch(watchId)
      await clock.sleep(rest, watch.ended.signal).catch(() => {})
    }
  }

  function begin(source: ResolvedSource, of: WatchedCamera, soundOf: string | null = null) {
    const watchId = options.newId()
    const now = clock.now()
    const ended = new AbortController()
    const watch: Running = { of, viewers: 0, usedAt: now, source, resolvedAt: now, ended, soundOf }
    running.set(watchId, watch)
    void endWhenIdle(watchId, watch)
    return { watchId, watch }
  }

  async function start(
    source: ResolvedSource,
    camera: Camera,
    of: WatchedCamera,
    released: AbortSignal,
  ): Promise<Watch> {
    const { profile } = of
    const { watchId, watch } = begin(source, of)
    await gateway.grant(watchId, source, {
      terms: termsOf(camera.owner),
      requestKeyFrame: oneAtATime(() => options.requestKeyFrame?.(camera, profile, watch.ended.signal)),
    })
    if (released.aborted) throw new Fault('cancelled', 'nobody is signed in any more')
    if (source.kind === 'rtsp') return { watchId, player: 'access-units', isKept: termsOf(camera.owner).mayKeep }
    return { watchId, player: 'hls', path: `/hls/${watchId}/index.m3u8` }
  }

  return {
    async watch(operator, request, signal) {
      const { cameraId, profile, reason } = request
      const camera = options.findCamera(cameraId)
      if (!camera) throw new Fault('not-found', `there is no camera ${cameraId}`)
      const against = ruleAgainst(camera.owner, request)
      if (against) throw against
      const released = asking.signal
      const waited = signal ? AbortSignal.any([signal, released]) : released
      const source = await options.resolve(camera, profile, waited).catch((error: unknown) => {
        if (!waited.aborted) options.unresolved?.(cameraId, error)
        throw error
      })
      if (waited.aborted) throw new Fault('cancelled', 'nobody waits for this camera any more')
      options.recordAudit({ operatorId: operator.id, action: 'camera.watch', subject: cameraId, reason })
      return await start(source, camera, { cameraId, profile, operatorId: operator.id, reason }, released)
    },
    async listen(operator, watchId) {
      const watched = running.get(watchId)
      const camera = watched && options.findCamera(watched.of.cameraId)
      if (!camera || watched.soundOf !== null) throw new Fault('not-found', `there is no watch ${watchId}`)
      if (!ownerRules[camera.owner].mayHear)
        throw new Fault('forbidden', `nobody listens to a camera of ${camera.owner}`, 'sound-forbidden')
      if (watched.source.kind !== 'rtsp') throw new Fault('invalid', 'this source brings no sound of its own')
      const { reason } = watched.of
      options.recordAudit({ operatorId: operator.id, action: 'camera.listen', subject: camera.id, reason })
      const { watchId: ofSound } = begin(watched.source, watched.of, watchId)
      await gateway.grant(ofSound, watched.source, { terms: { ...termsOf(camera.owner), sound: 'listen' } })
      return { watchId: ofSound }
    },
    unwatch,
    cameraOf: (watchId) => running.get(watchId)?.of ?? null,
    use(watchId) {
      const watch = running.get(watchId)
      if (watch) watch.usedAt = clock.now()
      return watch?.of ?? null
    },
    releaseAll() {
      asking.abort()
      asking = new AbortController()
      for (const watchId of [...running.keys()]) unwatch(watchId)
    },
    close() {
      this.releaseAll()
      unsubscribe()
      unsubscribeStates()
    },
  }
}

/** Lets calls pass while the last one is still at work. A camera that does not know the request shows its next key frame all the same. */
function oneAtATime(work: () => Promise<void> | undefined): () => void {
  let isAtWork = false
  return () => {
    if (isAtWork) return
    isAtWork = true
    const done = () => void (isAtWork = false)
    void (work() ?? Promise.resolve()).then(done, done)
  }
}
