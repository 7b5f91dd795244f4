/** Sees to pages and the GPU process when they die: a page is loaded again once, then a person is asked; the GPU is counted. */
import { app, type BrowserWindow } from 'electron'
import type { Logger } from 'pino'
import { afterExit, gpuPolicy, pagePolicy } from './restart-policy.ts'

interface PageCare {
  log: Logger
  /** Resolves with whether the page is to be opened again. */
  ask: (detail: string) => Promise<boolean>
}

export function careForPage(window: BrowserWindow, { log, ask }: PageCare): void {
  let exits: readonly number[] = []
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error({ reason, exitCode }, 'page gone')
    if (reason === 'clean-exit') return
    const record = afterExit(pagePolicy, exits, Date.now())
    exits = record.exits
    if (record.next.kind === 'restart') return window.webContents.reload()
    void ask(`${reason} (${exitCode})`).then((again) => {
      exits = []
      if (again && !window.isDestroyed()) window.webContents.reload()
      else app.quit()
    })
  })
  window.on('unresponsive', () => log.warn('page does not answer'))
  window.on('responsive', () => log.info('page answers again'))
}

/** Chromium starts its GPU process again by itself; three ends in an hour mean that this machine is better off without. */
export function careForGpu(log: Logger, relaunch: () => void): void {
  let exits: readonly number[] = []
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    if (type !== 'GPU' || reason === 'clean-exit') return
    const record = afterExit(gpuPolicy, exits, Date.now())
    exits = record.exits
    log.error({ reason, exitCode, times: exits.length }, 'GPU process gone')
    if (record.next.kind === 'ask') relaunch()
  })
}
