/** What a journey starts from: a district of its own, a console program on it, and an operator in front of a page. */
import { test as base, expect, type Page } from '@playwright/test'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pino from 'pino'
import { findElectron } from '../../build/electron-runtime.ts'
import { type District, startDistrict } from '../district/district.ts'
import { launchShell } from './electron-app.ts'

const kioskEntry = new URL('../../native/kiosk.ts', import.meta.url).pathname

/** The native program as an operator starts it. */
export interface Console {
  /** An address that has not been used yet. */
  address(): Promise<string>
  /** Ends the program as switching off would, and starts it again on the same data; `between` is run while it is off. */
  restart(between?: () => void): Promise<void>
}

interface Parts {
  district: District
  console: Console
  /** Opens the console as the project's host does, without signing in. */
  openPage: () => Promise<Page>
  /** Opens another workstation of the same sub-center (SZ-03) on a program and data of its own, in the browser. */
  openOther: () => Promise<Page>
}

interface Options {
  /** What carries the console in this project. */
  host: 'kiosk' | 'electron'
  /** Cases that the district already has. */
  history: number
  cameras: Parameters<typeof startDistrict>[0]['cameras']
}

const runtime = await findElectron()

export const test = base.extend<Parts & Options>({
  host: ['kiosk', { option: true }],
  history: [0, { option: true }],
  cameras: ['none', { option: true }],
  district: async ({ history, cameras }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'journey-'))
    const log = pino({ level: 'silent' })
    // No discovery port: journeys run beside whatever else this machine simulates.
    const district = await startDistrict({
      ...{ folder, clock: Date.now, log, seed: 1, history, discoveryPort: null },
      ...(cameras ? { cameras } : {}),
    })
    await use(district)
    await district.close()
    rmSync(folder, { recursive: true, force: true })
  },
  console: async ({ district, host }, use) => {
    const further = host === 'electron' ? ['--allow-origin', 'console://app'] : []
    let program = startProgram(district.configFile, further)
    await use({
      address: () => program.address(),
      async restart(between) {
        await program.end()
        between?.()
        program = startProgram(district.configFile, further)
      },
    })
    await program.end()
  },
  openPage: async ({ console, host, browser, contextOptions }, use) => {
    await using opened = new AsyncDisposableStack()
    await use(async () => {
      const attachUrl = await console.address()
      if (host === 'kiosk') {
        const context = await browser.newContext(contextOptions)
        opened.defer(() => context.close())
        const page = await context.newPage()
        await page.goto(attachUrl)
        return page
      }
      if (runtime.kind === 'none') return test.skip(true, runtime.reason) as never
      const shell = await launchShell({ runtime, attachUrl })
      opened.defer(() => shell.close())
      return await shell.firstWindow()
    })
  },
  openOther: async ({ district, browser, contextOptions }, use) => {
    await using opened = new AsyncDisposableStack()
    await use(async () => {
      const program = startProgram(district.configFileOf(3), [])
      opened.defer(() => program.end())
      const context = await browser.newContext(contextOptions)
      opened.defer(() => context.close())
      const page = await context.newPage()
      await page.goto(await program.address())
      return page
    })
  },
})

export { expect }

/** Types account and password of the district's account with this role, as a person would. */
export async function signIn(page: Page, district: District, role = 'operator'): Promise<void> {
  const account = district.accounts.find((candidate) => candidate.role === role)
  if (!account) throw new Error(`the district has no ${role}`)
  await page.getByLabel(/账号|Account/).fill(account.account)
  await page.getByLabel(/密码|Password/).fill(account.password)
  await page.keyboard.press('Enter')
}

function startProgram(configFile: string, consoleArguments: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, [kioskEntry, '--config', configFile, ...consoleArguments], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const addresses: string[] = []
  let hasNew: (() => void) | null = null
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /open (http:\S+)/.exec(line)?.[1]
      if (address) addresses.push(address)
      hasNew?.()
    })
  }
  return {
    async address(): Promise<string> {
      for (;;) {
        const address = addresses.pop()
        if (address) return address
        await new Promise<void>((resolve) => (hasNew = resolve))
      }
    },
    async end(): Promise<void> {
      child.kill('SIGTERM')
      await exited
    },
  }
}
