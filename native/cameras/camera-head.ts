/** The connection to one camera that is being steered: opened when it is needed, given back when it has not been used for a while. */
import type { Clock } from '../clock.ts'
import type { Velocity } from '../contract/ptz.ts'
import type { Ptz } from './onvif-ptz.ts'
import { createTurning, type Turning } from './turning.ts'

/** Clocks drift and devices restart: what was found out is not kept for longer, in ms. */
const idleMs = 60_000

export interface Head {
  /** Another one means another device. */
  version: string
  /** One thing the camera shall do besides turning; a movement is stopped first. */
  use<T>(work: (ptz: Ptz, signal: AbortSignal) => Promise<T>): Promise<T>
  turn(velocity: Velocity): Promise<void>
  stop(): Promise<void>
  stopIfTurning(): Promise<void>
  close(): void
}

export interface HeadOptions {
  version: string
  open: (signal: AbortSignal) => Promise<{ ptz: Ptz; close(): void }>
  clock: Clock
  /** Aborts when the program ends. */
  ended: AbortSignal
}

interface Opened {
  ptz: Ptz
  turning: Turning
}

export function createHead({ version, open, clock, ended }: HeadOptions): Head {
  let opening: { opened: Promise<Opened>; closed: AbortController } | null = null
  let idle = new AbortController()

  const close = () => {
    idle.abort()
    opening?.closed.abort()
    opening = null
  }
  function get(): Promise<Opened> {
    restUntilUsed()
    if (opening) return opening.opened
    const closed = new AbortController()
    const signal = AbortSignal.any([closed.signal, ended])
    const opened = open(signal).then((device) => {
      if (signal.aborted) device.close()
      else signal.addEventListener('abort', () => device.close(), { once: true })
      return { ptz: device.ptz, turning: createTurning(device.ptz, clock, signal) }
    })
    opening = { opened, closed }
    opened.catch(close)
    return opened
  }
  function restUntilUsed(): void {
    idle.abort()
    idle = new AbortController()
    clock.sleep(idleMs, AbortSignal.any([idle.signal, ended])).then(close, () => undefined)
  }
  /** A device that fails may have restarted: the next use opens it anew. */
  async function failing<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      close()
      throw error
    }
  }
  return {
    version,
    async use(work) {
      const { ptz, turning } = await get()
      if (turning.isTurning()) await turning.stop()
      return await failing(work(ptz, ended))
    },
    turn: async (velocity) => failing((await get()).turning.turn(velocity)),
    stop: async () => failing((await get()).turning.stop()),
    async stopIfTurning() {
      const opened = await opening?.opened
      if (opened?.turning.isTurning()) await opened.turning.stop()
    },
    close,
  }
}
