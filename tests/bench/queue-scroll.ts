/** Scrolls the real console's queue in Chromium while changes arrive, and counts the frames that were late. */
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Browser, chromium } from '@playwright/test'
import { findChromium, quietChromium } from '../../build/console-window.ts'
import { loadConfiguration } from '../../native/configuration.ts'
import { loadKey } from '../../native/database/key.ts'
import { openDatabase } from '../../native/database/open.ts'
import { prepareConsole } from './feed-console.ts'
import { benchOperator } from './queue-cases.ts'

/** Deltas of requestAnimationFrame in milliseconds, scrolling the queue and two pages without a program the same way. */
export interface Frames {
  queue: number[]
  empty: number[]
  plain: number[]
  /** Rows that the queue drew with what it holds, not as blanks, when the scroll ended. */
  rowsAtEnd: number
}

/** The queue holds `held` cases, of which the first `rows` are scrolled through. */
export async function scrollQueue(folder: string, held: number, rows: number, seconds: number): Promise<Frames> {
  const hubEntry = new URL('./queue-hub.ts', import.meta.url)
  await using open = new AsyncDisposableStack()
  const hub = fork(hubEntry, [join(folder, 'district'), String(held), '50'])
  open.defer(() => void hub.kill())
  const [{ configFile }] = (await once(hub, 'message')) as [{ configFile: string }]
  hub.send('fill')
  await once(hub, 'message')
  const { dataFolder } = loadConfiguration(configFile)
  await prepareConsole(configFile, dataFolder)
  signIn(dataFolder)
  const entry = new URL('../../native/kiosk.ts', import.meta.url).pathname
  const native = spawn(process.execPath, [entry, '--config', configFile], { stdio: ['ignore', 'pipe', 'inherit'] })
  open.defer(() => void native.kill())
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: native.stdout }).on('line', (line) => {
      const found = /open (http:\S+)/.exec(line)?.[1]
      if (found) resolve(found)
    })
    native.once('exit', (code) => reject(new Error(`the native program ended (${code})`)))
  })
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    chromiumSandbox: process.getuid?.() !== 0,
    args: quietChromium,
  })
  open.defer(() => browser.close())
  hub.send('change')
  const queue = await scrollConsole(browser, address, rows, seconds)
  const empty = await scrollPage(browser, '', rows, seconds)
  return { ...queue, empty, plain: await scrollPage(browser, plainRows(rows), rows, seconds) }
}

function signIn(dataFolder: string): void {
  const file = join(dataFolder, 'console.db')
  const database = openDatabase(file, loadKey(join(dataFolder, 'console.key'), file))
  database
    .prepare('INSERT OR REPLACE INTO operator_session (only, operator, token, expires_at) VALUES (1, ?, ?, ?)')
    .run(JSON.stringify(benchOperator), 'bench', Date.now() + 86_400_000)
  database.close()
}

const rowHeight = 36

async function scrollConsole(browser: Browser, address: string, rows: number, seconds: number) {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  await page.goto(address)
  await page.locator('html[data-ready="queue"]').waitFor({ timeout: 30_000 })
  await page.evaluate(() => (location.hash = '#/dispatch?view=all'))
  await page.locator('.queue[aria-rowcount]').waitFor()
  await page.locator('.queue .row[id]').first().waitFor()
  await page.waitForTimeout(1_000)
  const queue = await page.evaluate(scroll, { selector: '.queue .scroller', pixels: rows * rowHeight, seconds })
  await page.waitForTimeout(500)
  const rowsAtEnd = await page.locator('.queue .row[id]').count()
  await page.close()
  return { queue, rowsAtEnd }
}

/** What the queue shows, as one text that was laid out once: what is left is to draw it. */
function plainRows(rows: number): string {
  const row =
    '超 205 天   SZ20260501000002   暴露垃圾   富豪村197号村委会门前   12345   待受理   05-01 00:01   206 天\n'
  const look = `margin: 0; font: 14px/${rowHeight}px sans-serif; background: #15181d; color: #e6e8eb`
  return `<pre style="${look}">${row.repeat(rows + 100)}</pre>`
}

async function scrollPage(browser: Browser, content: string, rows: number, seconds: number): Promise<number[]> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  await page.setContent(
    `<div id="all" style="height: 100vh; overflow: auto"><div style="height: ${(rows + 100) * rowHeight}px">${content}</div></div>`,
  )
  await page.waitForTimeout(1_000)
  const frames = await page.evaluate(scroll, { selector: '#all', pixels: rows * rowHeight, seconds })
  await page.close()
  return frames
}

/** Runs in the page: from top to bottom at one speed, a step for each frame. */
function scroll(how: { selector: string; pixels: number; seconds: number }): Promise<number[]> {
  const element = document.querySelector(how.selector)
  if (!element) throw new Error(`nothing to scroll at ${how.selector}`)
  return new Promise((resolve) => {
    const deltas: number[] = []
    let startedAt: number | null = null
    let last = 0
    const frame = (now: number) => {
      if (startedAt === null) startedAt = now
      else deltas.push(now - last)
      last = now
      const part = (now - startedAt) / (how.seconds * 1000)
      element.scrollTop = Math.min(part, 1) * how.pixels
      if (part < 1) requestAnimationFrame(frame)
      else resolve(deltas)
    }
    requestAnimationFrame(frame)
  })
}
