/** Starts the console once, as an operator would, and reads when it could be worked. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { chromium } from '@playwright/test'
import { findChromium, quietChromium } from '../../build/console-window.ts'

const entry = new URL('../../native/kiosk.ts', import.meta.url).pathname

/** Milliseconds since both processes were started. */
export async function startConsole(
  configFile: string,
): Promise<{ interactiveMs: number; nativeMs: number; browserMs: number }> {
  const startedAt = Date.now()
  const native = spawn(process.execPath, [entry, '--config', configFile], { stdio: ['ignore', 'pipe', 'inherit'] })
  const address = new Promise<string>((resolve, reject) => {
    createInterface({ input: native.stdout }).on('line', (line) => {
      const found = /open (http:\S+)/.exec(line)?.[1]
      if (found) resolve(found)
    })
    native.once('exit', (code) => reject(new Error(`the native program ended (${code})`)))
  })
  const launched = chromium.launch({
    executablePath: findChromium() ?? '',
    chromiumSandbox: process.getuid?.() !== 0,
    args: quietChromium,
  })
  const [nativeMs, browserMs] = await Promise.all([
    address.then(() => Date.now() - startedAt),
    launched.then(() => Date.now() - startedAt),
  ])
  const browser = await launched
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
    await page.goto(await address)
    await page.locator('html[data-ready="queue"]').waitFor({ timeout: 20_000 })
    const at = await page.evaluate(() => {
      const mark = performance.getEntriesByName('queue-interactive')[0]
      return mark ? performance.timeOrigin + mark.startTime : Number.NaN
    })
    return { interactiveMs: Math.round(at - startedAt), nativeMs, browserMs }
  } finally {
    await browser.close()
    native.kill()
  }
}
