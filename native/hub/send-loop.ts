/** Sends what waits, one after another, while there is a connection; after a failure again, later and later. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { HubLink } from './hub-link.ts'

export interface SendLoop {
  /** Something was queued. */
  poke(): void
  close(): void
}

export interface SendLoopOptions {
  link: HubLink
  clock: Clock
  log: Logger
  /** What is sent, for the log: `steps`. */
  what: string
  /** Sends the next one; false when there is nothing to send. Rejects when it has to go again. */
  sendNext: () => Promise<boolean>
  /** Waiting time after a failure, doubled up to `lastRetryMs`. */
  firstRetryMs: number
}

const lastRetryMs = 15_000

export function createSendLoop({ link, clock, log, what, sendNext, firstRetryMs }: SendLoopOptions): SendLoop {
  let wake: (() => void) | null = null
  const poke = () => wake?.()

  async function work(signal: AbortSignal): Promise<void> {
    let retryMs = firstRetryMs
    while (!signal.aborted) {
      try {
        const waiting = new Promise<void>((resolve) => (wake = resolve))
        if (!(await sendNext())) await waiting
        retryMs = firstRetryMs
      } catch (error) {
        if (signal.aborted) return
        log.warn({ what, error: String(error), retryMs }, 'could not be sent; trying again')
        await clock.sleep(retryMs, signal).catch(() => undefined)
        retryMs = Math.min(retryMs * 2, lastRetryMs)
      }
    }
  }

  const stop = link.welcomed.subscribe(({ signal }) => {
    signal.addEventListener('abort', poke, { once: true })
    void work(signal)
  })
  return {
    poke,
    close() {
      stop()
      poke()
    },
  }
}
