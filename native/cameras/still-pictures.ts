/** Still pictures of watched cameras: at most one a second of each, shared by all who look, for as long as the watch stands. */
import type { Clock } from '../clock.ts'
import type { Camera, Profile, StillPicture } from '../contract/camera.ts'
import { Fault } from '../fault.ts'
import type { StillSource } from './still-source.ts'
import type { Watches } from './watches.ts'

/** From one question to the next, ms. */
const leastGapMs = 1_000
/** What nobody has asked for so long is forgotten. */
const keptMs = 60_000

export interface StillPicturesOptions {
  watches: Pick<Watches, 'use'>
  findCamera: (cameraId: string) => Camera | null
  /** See `findStills`. */
  find: (camera: Camera, profile: Profile, signal: AbortSignal) => Promise<StillSource>
  clock: Clock
}

export interface StillPictures {
  /** Faults: `not-found` (the watch has ended), `invalid` (no still pictures), `offline` with a reason, `cancelled`. */
  take(watchId: string, signal?: AbortSignal): Promise<StillPicture>
  close(): void
}

interface Taking {
  source: StillSource | null
  askedAt: number
  /** On its way. */
  coming: Promise<StillPicture> | null
}

export function createStillPictures({ watches, findCamera, find, clock }: StillPicturesOptions): StillPictures {
  const takings = new Map<string, Taking>()
  const closed = new AbortController()

  async function ask(taking: Taking, camera: Camera, profile: Profile): Promise<StillPicture> {
    const { signal } = closed
    await clock.sleep(Math.max(0, taking.askedAt + leastGapMs - clock.now()), signal)
    taking.askedAt = clock.now()
    try {
      taking.source ??= await find(camera, profile, signal)
      const askedAt = (taking.askedAt = clock.now())
      const picture = await taking.source.fetch(signal)
      return { picture: picture.toString('base64'), askedAt, receivedAt: clock.now() }
    } catch (error) {
      // It may have moved.
      taking.source = null
      throw error
    }
  }

  function takingOf(key: string): Taking {
    const now = clock.now()
    for (const [old, { askedAt, coming }] of takings) if (!coming && askedAt < now - keptMs) takings.delete(old)
    const taking = takings.get(key) ?? { source: null, askedAt: now - leastGapMs, coming: null }
    takings.set(key, taking)
    return taking
  }

  return {
    async take(watchId, signal) {
      const watched = watches.use(watchId)
      const camera = watched && findCamera(watched.cameraId)
      if (!watched || !camera) throw new Fault('not-found', 'this watch has ended')
      const { profile } = watched
      // Another address or password is another camera.
      const taking = takingOf(JSON.stringify([camera.id, profile, camera.source, camera.credentials]))
      taking.coming ??= ask(taking, camera, profile).finally(() => (taking.coming = null))
      const picture = await eitherOr(taking.coming, signal)
      // Its owner or the operator may have left meanwhile.
      if (!watches.use(watchId)) throw new Fault('not-found', 'this watch has ended')
      return picture
    },
    close: () => closed.abort(),
  }
}

/** Others may still wait for it. */
async function eitherOr<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const left = Promise.withResolvers<never>()
  const leave = () => left.reject(new Fault('cancelled', 'nobody waits for the picture any more'))
  if (signal?.aborted) leave()
  signal?.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([work, left.promise])
  } finally {
    signal?.removeEventListener('abort', leave)
    work.catch(() => {})
  }
}
