/** Keeps one camera turning as long as it is asked to, and stops it when nobody asks any more. */
import type { Clock } from '../clock.ts'
import { holdMoveMs, type Velocity } from '../contract/ptz.ts'
import type { Ptz } from './onvif-ptz.ts'

/** What the camera itself holds a movement for: should its Stop be lost, or this program end, it stops by itself. Whole seconds, as some know no others. */
const cameraHoldMs = 1_000
/** How long after a command the same one is sent again, before the camera's own limit. */
const resendMs = 400
const stopAttempts = 3
const retryMs = 150

export interface Turning {
  /** Resolves when the camera has taken it or a newer one has taken its place. Rejects with the camera's fault. */
  turn(velocity: Velocity): Promise<void>
  /** Resolves when the camera has taken the stop. */
  stop(): Promise<void>
  isTurning(): boolean
}

interface Wish {
  velocity: Velocity
  until: number
  taken: PromiseWithResolvers<void>
}

export function createTurning(ptz: Pick<Ptz, 'move' | 'stop'>, clock: Clock, signal: AbortSignal): Turning {
  let wish: Wish | null = null
  let running: Promise<void> | null = null
  let changed = new AbortController()
  const tell = () => {
    changed.abort()
    changed = new AbortController()
  }
  /** Until something else is wanted, or this time has passed. */
  const rest = (ms: number) => clock.sleep(ms, AbortSignal.any([changed.signal, signal])).catch(() => undefined)

  async function run(): Promise<void> {
    while (wish && !signal.aborted && wish.until > clock.now()) {
      const now: Wish = wish
      try {
        await ptz.move(now.velocity, cameraHoldMs)
        now.taken.resolve()
      } catch (error) {
        now.taken.reject(error)
        break
      }
      if (wish === now) await rest(Math.min(resendMs, now.until - clock.now()))
    }
    wish?.taken.resolve()
    wish = null
    await stopSurely()
  }
  async function stopSurely(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ptz.stop()
      } catch (error) {
        if (attempt === stopAttempts || signal.aborted) throw error
        await clock.sleep(retryMs, signal).catch(() => undefined)
      }
    }
  }
  const start = () => {
    if (running) return
    running = run().finally(() => {
      running = null
      // Asked for while the stop was under way.
      if (wish) start()
    })
    running.catch(() => undefined)
  }
  return {
    turn(velocity) {
      const until = clock.now() + holdMoveMs
      // The same again only lasts longer: what is under way needs not be told.
      if (wish && sameVelocity(wish.velocity, velocity)) {
        wish.until = until
        return wish.taken.promise
      }
      wish?.taken.resolve()
      wish = { velocity, until, taken: Promise.withResolvers() }
      wish.taken.promise.catch(() => undefined)
      tell()
      start()
      return wish.taken.promise
    },
    async stop() {
      wish?.taken.resolve()
      wish = null
      tell()
      await (running ?? stopSurely())
    },
    isTurning: () => running !== null,
  }
}

function sameVelocity(one: Velocity, other: Velocity): boolean {
  return one.pan === other.pan && one.tilt === other.tilt && one.zoom === other.zoom
}
