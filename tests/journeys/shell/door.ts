/** What the shell's journeys share: the kiosk's door with next to nothing behind it, and the page that knocks. */
import { type ElectronApplication, type Page } from '@playwright/test'
import path from 'node:path'
import { implement } from '@orpc/server'
import { pino } from 'pino'
import { contract } from '../../../native/contract/contract.ts'
import { type Kiosk, startKiosk } from '../../../native/kiosk/kiosk-server.ts'
import type { WorkstationBridge } from '../../../renderer/host/workstation-bridge.ts'

export const media = 'http://127.0.0.1:45678'
export const renderer = path.dirname(new URL(import.meta.resolve('./page.js')).pathname)

/** What the test page leaves on its window. */
interface TestPage {
  bridge: WorkstationBridge
  /** Links that were delivered to the page. */
  links: string[]
  connect(): Promise<{ answer: string; port?: MessagePort }>
  /** One call of the contract: the frame that answers. */
  call(port: MessagePort, path: string): Promise<string>
  closed(port: MessagePort): Promise<string>
}
export type TestWindow = Window & { shellTest: TestPage; port: MessagePort }

/** The kiosk's door with nobody behind it but `link.retry`. */
export async function startDoor(): Promise<{ kiosk: Kiosk; address: string }> {
  const os = implement(contract.link)
  const link = os.router({
    watch: os.watch.handler(() => Promise.reject(new Error('not here'))),
    retry: os.retry.handler(() => null),
  })
  let address = ''
  const kiosk = await startKiosk({
    port: 0,
    rendererFolder: renderer,
    allowedOrigins: ['console://app'],
    log: pino({ enabled: false }),
    onAddress: (first) => (address ||= first),
  })
  kiosk.serve({ router: { link }, mediaOrigin: media } as unknown as Parameters<Kiosk['serve']>[0])
  return { kiosk, address }
}

export async function consolePage(shell: ElectronApplication): Promise<Page> {
  const page = await shell.firstWindow()
  await page.waitForFunction(() => 'shellTest' in window)
  return page
}
