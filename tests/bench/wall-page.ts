/** A browser of its own for each measurement on the wall, and what is read from its pages. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { findChromium, quietChromium } from '../../build/console-window.ts'
import { bundled } from './wall-bundle.ts'
import type { PictureAge, Reading, VideoTotals, WallObserver } from './wall-observer.ts'
import { cpuSeconds, familyOf, memoryMb } from './wall-processes.ts'

const observerScript = await bundled('wall-observer.ts')

export interface WallBrowser {
  /** All processes of it. */
  family(): number[]
  /** A page of its own profile; before it loads, `stored` is put into its localStorage and what it is to be `without` is taken away. */
  open(address: string, options?: { stored?: Record<string, string>; without?: string[] }): Promise<Page>
  close(): Promise<void>
}

export async function startBrowser(): Promise<WallBrowser> {
  const server = await chromium.launchServer({
    executablePath: findChromium() ?? '',
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...quietChromium, '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
  })
  const browser = await chromium.connect(server.wsEndpoint())
  const root = server.process().pid ?? 0
  return {
    family: () => familyOf(root),
    async open(address, options = {}) {
      const context: BrowserContext = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
      const page = await context.newPage()
      await page.addInitScript(({ stored = {}, without = [] }) => {
        for (const [key, value] of Object.entries(stored)) localStorage.setItem(key, value)
        for (const name of without) Reflect.deleteProperty(globalThis, name)
      }, options)
      await page.addInitScript({ content: observerScript })
      await page.goto(address)
      return page
    },
    close: () => server.close(),
  }
}

declare const wallObserver: WallObserver
const videosOf = (page: Page): Promise<VideoTotals[]> => page.evaluate(() => wallObserver.videos())
export const agesOf = (page: Page): Promise<PictureAge[]> => page.evaluate(() => wallObserver.ages())
/** What was read since the last time, and how many ms of the page's thread that took. */
const readingsOf = (page: Page): Promise<{ readings: Reading[]; spent: number }> =>
  page.evaluate(() => {
    const taken = { readings: wallObserver.readings, spent: wallObserver.spent }
    Object.assign(wallObserver, { readings: [], spent: 0 })
    return taken
  })

/** Waits until so many tiles show pictures, or so long. */
export async function waitForPictures(page: Page, tiles: number, limitMs: number): Promise<VideoTotals[]> {
  for (const end = Date.now() + limitMs; ; await sleep(100)) {
    const videos = await videosOf(page)
    const playing = videos.filter(({ firstFrame }) => firstFrame !== null)
    if (playing.length >= tiles || Date.now() > end) return playing
  }
}

export interface Span {
  seconds: number
  readings: Reading[]
  /** Share of the page's thread that reading took. */
  readingShare: number
  /** Pictures that were shown. */
  shown: number
  /** Percent of one core. */
  browserCpu: number
  gatewayCpu: number
  browserMb: number
  gatewayMb: number
}

/** `gateway`: the processes that bring the pictures. */
export async function measureSpan(
  { page, browser, gateway }: { page: Page; browser: WallBrowser; gateway: () => number[] },
  seconds: number,
): Promise<Span> {
  await readingsOf(page)
  const families = () => ({ browser: browser.family(), gateway: gateway() })
  const counted = async () => {
    const { browser: shown, gateway: brought } = families()
    const cpu = { browser: cpuSeconds(shown), gateway: cpuSeconds(brought) }
    const videos = await videosOf(page)
    return { ...cpu, at: performance.now(), presented: videos.reduce((sum, { presented }) => sum + presented, 0) }
  }
  const before = await counted()
  await sleep(seconds * 1000)
  const after = await counted()
  const { readings, spent } = await readingsOf(page)
  const passed = (after.at - before.at) / 1000
  const { browser: shown, gateway: brought } = families()
  return {
    ...{ seconds: passed, readings, readingShare: spent / 1000 / passed, shown: after.presented - before.presented },
    browserCpu: ((after.browser - before.browser) / passed) * 100,
    gatewayCpu: ((after.gateway - before.gateway) / passed) * 100,
    ...{ browserMb: memoryMb(shown), gatewayMb: memoryMb(brought) },
  }
}
