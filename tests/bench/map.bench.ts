/**
 * How evenly the map moves with the whole district on it and no GPU.
 *
 * Measured: the time between frames while the map of 1920 x 1080 is dragged 12 pixels a frame, at four scales from all
 * 1,809 grids to a few, with 20,000 open cases and 852 cameras; and the same without dragging, which is what the machine
 * alone costs. A frame counts as dropped when the next one came more than one and a half display intervals later.
 * `frame_ms` is the time from a frame's first callback to the end of drawing, `cpu_ms` the processor time that the page's
 * thread spent on a frame: the figure that other programs on the machine disturb least.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type CDPSession, chromium, type Page } from '@playwright/test'
import { findChromium, quietChromium } from '../../build/console-window.ts'
import { finish, isQuick, report } from './bench.ts'
import { prepareMap } from './map-data.ts'
import { frameCosts, traceCategories } from './map-trace.ts'

const entry = new URL('../../native/kiosk.ts', import.meta.url).pathname
const frames = isQuick ? 120 : 300
const tracedFrames = 120

interface Run {
  intervals: number[]
  work: number[]
}

/** Runs in the page: drags the map to and fro, or (`pixels` 0) only looks. */
async function drag({ frames, pixels }: { frames: number; pixels: number }): Promise<Run> {
  const viewport = document.querySelector('.ol-viewport')
  if (!viewport) throw new Error('there is no map')
  const { left, top, width, height } = viewport.getBoundingClientRect()
  let [x, y] = [left + width / 2, top + height / 2]
  const tell = (type: string, target: EventTarget) =>
    target.dispatchEvent(
      new PointerEvent(type, {
        ...{ pointerId: 1, pointerType: 'mouse', isPrimary: true, button: 0, buttons: 1 },
        ...{ clientX: x, clientY: y, bubbles: true, cancelable: true },
      }),
    )
  const run: Run = { intervals: [], work: [] }
  if (pixels > 0) tell('pointerdown', viewport)
  let before = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
  for (let frame = 0; frame < frames; frame += 1) {
    const angle = (2 * Math.PI * frame) / 100
    x += pixels * Math.cos(angle)
    y += pixels * Math.sin(angle)
    if (pixels > 0) tell('pointermove', viewport.ownerDocument)
    const started = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
    const begun = performance.now()
    // A message comes after this frame's callbacks, style, layout and paint.
    await new Promise<void>((resolve) => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => resolve()
      channel.port2.postMessage(null)
    })
    run.work.push(performance.now() - begun)
    run.intervals.push(started - before)
    before = started
  }
  if (pixels > 0) tell('pointerup', viewport.ownerDocument)
  return run
}

/** Processor time of the page's thread so far, in ms (Chrome DevTools Protocol, Performance domain). */
async function cpuMs(devTools: CDPSession): Promise<number> {
  const { metrics } = await devTools.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000
}

async function measure(page: Page, devTools: CDPSession, pixels: number) {
  const before = await cpuMs(devTools)
  const run = await page.evaluate(drag, { frames, pixels })
  const spent = (await cpuMs(devTools)) - before
  // Once more with a trace, which has a cost of its own.
  await browser.startTracing(page, { categories: traceCategories })
  await page.evaluate(drag, { frames: tracedFrames, pixels })
  const trace = await browser.stopTracing()
  return { ...summary(run), cpu_ms: Number((spent / frames).toFixed(2)), ...frameCosts(trace.toString()) }
}

function summary({ intervals, work }: Run) {
  const sorted = intervals.toSorted((one, other) => one - other)
  const at = (values: number[], share: number) =>
    Number((values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0).toFixed(1))
  const sortedWork = work.toSorted((one, other) => one - other)
  return {
    frames: intervals.length,
    dropped: intervals.filter((interval) => interval > 25).length,
    interval_p50: at(sorted, 0.5),
    interval_p99: at(sorted, 0.99),
    interval_max: at(sorted, 1),
    frame_ms_p50: at(sortedWork, 0.5),
    frame_ms_p99: at(sortedWork, 0.99),
  }
}

async function openMap(page: Page, address: string): Promise<number> {
  await page.goto(address)
  await page.locator('html[data-ready="queue"]').waitFor({ timeout: 30_000 })
  const startedAt = Date.now()
  await page.keyboard.press('Control+5')
  await page.locator('.ol-viewport canvas').first().waitFor({ timeout: 30_000 })
  return Date.now() - startedAt
}

const folder = mkdtempSync(join(tmpdir(), 'bench-map-'))
const cases = isQuick ? 2_000 : 20_000
report(`preparing 1,809 grids, ${cases} open cases, 852 cameras`)
const configFile = prepareMap(folder, cases)
const native = spawn(process.execPath, [entry, '--config', configFile], { stdio: ['ignore', 'pipe', 'inherit'] })
const browser = await chromium.launch({
  executablePath: findChromium() ?? '',
  chromiumSandbox: process.getuid?.() !== 0,
  args: [...quietChromium, '--disable-gpu'],
})
try {
  const address = await new Promise<string>((resolve) =>
    createInterface({ input: native.stdout }).on('line', (line) => {
      const found = /open (http:\S+)/.exec(line)?.[1]
      if (found) resolve(found)
    }),
  )
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  const openMs = await openMap(page, address)
  // Points come after the map; then everything is there.
  await page.waitForTimeout(3_000)
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const idle = await measure(page, devTools, 0)
  report(`idle: ${JSON.stringify(idle)}`)
  const scales: Record<string, Awaited<ReturnType<typeof measure>>> = {}
  for (const scale of ['district', 'town', 'village', 'grid']) {
    scales[scale] = await measure(page, devTools, 12)
    report(`${scale}: ${JSON.stringify(scales[scale])}`)
    for (let step = 0; step < 2; step += 1) {
      await page.keyboard.press('+')
      await page.waitForTimeout(400)
    }
    await page.waitForTimeout(1_500)
  }

  const all = Object.values(scales)
  finish('map', {
    grids: 1_809,
    ...{ cases, cameras: 852, open_ms: openMs },
    frames: all.reduce((sum, { frames }) => sum + frames, 0),
    dropped: all.reduce((sum, { dropped }) => sum + dropped, 0),
    idle,
    ...scales,
  })
} finally {
  await browser.close()
  native.kill()
  rmSync(folder, { recursive: true, force: true })
}
process.exit()
