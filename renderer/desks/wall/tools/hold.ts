/**
 * Keeps a camera turning while something is held, and stops it when it is let go. A movement lasts a moment only (`holdMoveMs`), so whatever
 * happens to this page, nothing turns on for ever.
 */
import type { Velocity } from '../../../../native/contract/ptz.ts'
import type { Timing } from '../../../players/timing.ts'
import { isStill } from './stick.ts'

export interface Hold {
  /** Turns this way from now on; still: lets go. */
  want(velocity: Velocity): void
  /** Lets go, if anything is held. */
  release(): void
}

export interface HoldOptions {
  move(velocity: Velocity): Promise<unknown>
  stop(): Promise<unknown>
  /** A movement was refused or got lost: it is let go. */
  onFault(thrown: unknown): void
  timing: Pick<Timing, 'pause'>
}

export const repeatMs = 200
/** Movements that may be on their way at once: a slow camera is not asked faster than it answers. */
const mostUnderWay = 3

export function createHold({ move, stop, onFault, timing }: HoldOptions): Hold {
  let held: { velocity: Velocity; ended: AbortController } | null = null
  let underWay = 0

  function send(velocity: Velocity, from: AbortController): void {
    if (underWay >= mostUnderWay) return
    underWay += 1
    move(velocity)
      .catch((thrown: unknown) => {
        if (held?.ended !== from) return
        letGo()
        onFault(thrown)
      })
      .finally(() => (underWay -= 1))
  }
  async function repeat(ended: AbortController): Promise<void> {
    while (!ended.signal.aborted) {
      if (held) send(held.velocity, ended)
      await timing.pause(repeatMs, ended.signal)
    }
  }
  function letGo(): void {
    held?.ended.abort()
    held = null
    // What got lost runs out by itself.
    stop().catch(() => undefined)
  }
  return {
    want(velocity) {
      if (isStill(velocity)) return this.release()
      if (held) {
        const { pan, tilt, zoom } = held.velocity
        held.velocity = velocity
        // A new direction counts at once.
        if (pan !== velocity.pan || tilt !== velocity.tilt || zoom !== velocity.zoom) send(velocity, held.ended)
        return
      }
      held = { velocity, ended: new AbortController() }
      void repeat(held.ended)
    },
    release() {
      if (held) letGo()
    },
  }
}
