/** Sends cameras that were steered back to their guard position when nobody has used them for a while. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Guard } from '../contract/ptz.ts'

export interface GuardWatch {
  /** The camera was steered just now, or its guard position is another one. */
  used(cameraId: string): void
  returnsAt(cameraId: string): number | null
  close(): void
}

export interface GuardWatchOptions {
  guard: (cameraId: string) => Guard | null
  /** Fails when the camera does not take it: it is tried again. Nothing happens while somebody has it in hand. */
  goBack: (cameraId: string, guard: Guard) => Promise<void>
  changed: () => void
  clock: Clock
  log: Logger
}

/** A camera that does not answer is tried again so often, after its idle time each. */
const mostAttempts = 5

export function createGuardWatch({ guard, goBack, changed, clock, log }: GuardWatchOptions): GuardWatch {
  const waiting = new Map<string, { at: number; ending: AbortController }>()

  async function wait(cameraId: string, wanted: Guard, ending: AbortController): Promise<void> {
    const idleMs = wanted.idleSeconds * 1_000
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      waiting.set(cameraId, { at: clock.now() + idleMs, ending })
      changed()
      await clock.sleep(idleMs, ending.signal)
      try {
        await goBack(cameraId, wanted)
        break
      } catch (error) {
        log.info({ cameraId, attempt, error: String(error) }, 'the camera did not return to its guard position')
      }
      ending.signal.throwIfAborted()
    }
    waiting.delete(cameraId)
    changed()
  }
  const cancel = (cameraId: string) => {
    waiting.get(cameraId)?.ending.abort()
    waiting.delete(cameraId)
  }
  return {
    used(cameraId) {
      cancel(cameraId)
      const wanted = guard(cameraId)
      if (wanted) void wait(cameraId, wanted, new AbortController()).catch(() => undefined)
    },
    returnsAt: (cameraId) => waiting.get(cameraId)?.at ?? null,
    close() {
      for (const cameraId of [...waiting.keys()]) cancel(cameraId)
    },
  }
}
