/** The three things that the wall bench measures: a wall at work, a second viewer, and a machine that cannot keep up. */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { isQuick, median } from './bench.ts'
import { cameraId } from './wall-cameras.ts'
import { agesOf, measureSpan, startBrowser, waitForPictures, type WallBrowser } from './wall-page.ts'
import { cpuSeconds } from './wall-processes.ts'
import type { WallPath, WallRig } from './wall-rig.ts'

export interface WallFigures {
  tiles: number
  path: WallPath
  /** Tiles that showed a picture within the limit. */
  playing: number
  p50_ms: number
  p95_ms: number
  /** To when the browser expects the picture to be visible, half of them. */
  expected_p50_ms: number
  first_frame_ms: number
  fps: number
  dropped: number
  browser_cpu: number
  gateway_cpu: number
  browser_mb: number
  gateway_mb: number
  source_cpu: number
  /** Percent of the page's thread that reading barcodes took. */
  reading_percent: number
}

const frameRate = 15
const firstPicturesMs = 25_000
const settleMs = isQuick ? 1_000 : 2_000
const round = (value: number, digits = 1) => Number(value.toFixed(digits))

export function share(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN
}

/** Runs `work` in a browser of its own, which is gone afterwards. */
async function inBrowser<T>(work: (browser: WallBrowser) => Promise<T>): Promise<T> {
  const browser = await startBrowser()
  try {
    return await work(browser)
  } finally {
    await browser.close()
  }
}

export function measureWall(rig: WallRig, path: WallPath, tiles: number, seconds: number): Promise<WallFigures> {
  return inBrowser(async (browser) => {
    const page = await rig.openWall(browser, path, tiles)
    const playing = await waitForPictures(page, tiles, firstPicturesMs)
    await sleep(settleMs)
    const sourceBefore = cpuSeconds([rig.source])
    const span = await measureSpan({ page, browser, gateway: () => rig.gatewayOf(path) }, seconds)
    const sourceCpu = ((cpuSeconds([rig.source]) - sourceBefore) / span.seconds) * 100
    const latencies = span.readings.map(({ latency }) => latency)
    return {
      ...{ tiles, path, playing: playing.length },
      ...{ p50_ms: round(share(latencies, 0.5)), p95_ms: round(share(latencies, 0.95)) },
      expected_p50_ms: round(
        share(
          span.readings.map(({ expected }) => expected),
          0.5,
        ),
      ),
      first_frame_ms: Math.round(median(playing.map(({ firstFrame }) => firstFrame ?? Number.NaN))),
      fps: round(span.shown / span.seconds / tiles, 2),
      // A display frame more or less at the ends of the span is none.
      dropped: Math.max(0, Math.round(span.seconds * frameRate * tiles) - span.shown),
      ...{ browser_cpu: round(span.browserCpu), gateway_cpu: round(span.gatewayCpu) },
      ...{ browser_mb: Math.round(span.browserMb), gateway_mb: Math.round(span.gatewayMb) },
      ...{ source_cpu: round(sourceCpu), reading_percent: round(span.readingShare * 100, 2) },
    }
  })
}

/** Milliseconds from putting a camera on another window's wall to its first picture there, while the first window shows it. */
export function measureSecondViewer(rig: WallRig, tiles: number, times: number): Promise<number[]> {
  return inBrowser(async (browser) => {
    const first = await rig.openWall(browser, 'ours', tiles)
    await waitForPictures(first, tiles, firstPicturesMs)
    await sleep(settleMs)
    const second = await rig.openWall(browser, 'ours', 0)
    await second.locator('[data-tile]').first().waitFor()
    const took: number[] = []
    for (let turn = 0; turn < times; turn += 1) {
      took.push(await second.evaluate(openOne, cameraId(turn % tiles)))
      await sleep(100 + ((turn * 37) % 11) * 20)
    }
    return took
  })
}

/** Runs in the page: puts the camera on the one tile and waits for its first picture, then clears the tile. */
async function openOne(camera: string): Promise<number> {
  const startedAt = performance.now()
  location.hash = `#/wall?camera=${camera}`
  const tileOf = () => document.querySelector<HTMLElement>(`[data-tile][data-camera="${camera}"]`)
  for (let tile = tileOf(); !tile?.querySelector('video'); tile = tileOf())
    await new Promise((resolve) => requestAnimationFrame(resolve))
  const shown = [...(tileOf()?.querySelectorAll('video') ?? [])].map(
    (video) => new Promise<number>((resolve) => video.requestVideoFrameCallback(() => resolve(performance.now()))),
  )
  const late = new Promise<number>((resolve) => setTimeout(() => resolve(startedAt + 10_000), 10_000))
  const at = await Promise.race([...shown, late])
  tileOf()?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Delete', bubbles: true }))
  location.hash = '#/wall'
  return at - startedAt
}

export interface OverloadFigures {
  /** Of all tiles: the age of what they show, in ms, over the first and the second half. */
  first: number[]
  second: number[]
  /** Times that a tile showed nothing to read. */
  blank: number
  fps: number
}

/** The ages on a wall while `burners` other programs want a whole core each for so long. */
export function measureOverload(
  rig: WallRig,
  tiles: number,
  { burners, seconds }: { burners: number; seconds: number },
): Promise<OverloadFigures> {
  return inBrowser(async (browser) => {
    const page = await rig.openWall(browser, 'ours', tiles)
    await waitForPictures(page, tiles, firstPicturesMs)
    const burn = `const end = Date.now() + ${(seconds + 20) * 1000}; while (Date.now() < end);`
    const burning = Array.from({ length: burners }, () => spawn(process.execPath, ['-e', burn], { stdio: 'ignore' }))
    try {
      await sleep(settleMs)
      const ages: { at: number; age: number | null }[] = []
      const startedAt = performance.now()
      const observing = observeAges(async () => {
        const at = performance.now() - startedAt
        for (const { age } of await agesOf(page)) ages.push({ at, age })
        return at < seconds * 1000
      })
      const span = await measureSpan({ page, browser, gateway: () => rig.gatewayOf('ours') }, seconds)
      await observing
      const half = (isSecond: boolean) =>
        ages.flatMap(({ at, age }) => (age !== null && at > seconds * 500 === isSecond ? [age] : []))
      const blank = ages.filter(({ age }) => age === null).length
      return { first: half(false), second: half(true), blank, fps: span.shown / span.seconds / tiles }
    } finally {
      for (const child of burning) child.kill('SIGKILL')
    }
  })
}

async function observeAges(look: () => Promise<boolean>): Promise<void> {
  while (await look()) await sleep(250)
}
