/**
 * Whether the video wall holds through a shift: 16 tiles for 10 minutes (32 s with --quick) while one camera restarts every 5 s.
 *
 * Cameras as in the wall bench; the real console and its wall desk in Chromium (no GPU, 1920x1080, no window). The fifth camera drops its
 * connections every 5 s and refuses new ones for 1.5 s; its pictures go on with its next key frame, so that it is sometimes longer than
 * 2 s without a new one.
 * Figures:
 * - memory_growth: the last minute against the second one (with --quick the last 8 s against the second 8 s, while the gateway
 *   still fills its memory of the last minute: about 1 MB a second of the native program), of all of Chromium's memory and the native
 *   program's (gateway and all else) together, proportional set size. `memory_of` says it of each, and of the page's script heap alone.
 *   Each is the median of looks every 5 s (2 s); before each look the page's heap is collected;
 * - restarts: how often the camera went away;
 * - stale_missed: how often an outside observer, twice a second, found on a tile a picture that by its barcode was sent more than
 *   2 s ago while the tile said `playing`. A look again at the same picture counts again. `longest_unsaid_ms` is the oldest picture
 *   that a tile showed as playing, `stale_said` how often such a picture was found and said to be old.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from '@playwright/test'
import { finish, isQuick, median, report } from './bench.ts'
import { cameraId } from './wall-cameras.ts'
import { agesOf, startBrowser, waitForPictures, type WallBrowser } from './wall-page.ts'
import { memoryMb } from './wall-processes.ts'
import { openRig, type WallRig } from './wall-rig.ts'

const tiles = 16
const restarting = cameraId(4)
const restartEveryMs = 5_000
const awayMs = 1_500
const staleMs = 2_000
const lookEveryMs = 500
const memoryEveryMs = isQuick ? 2_000 : 5_000
const spanMs = isQuick ? 8_000 : 60_000
const spans = isQuick ? 4 : 10

interface Memory {
  at: number
  heap: number
  browser: number
  native: number
}
interface Stale {
  looks: number
  missed: number
  said: number
  longestUnsaid: number
}

/** Does something every so often, each time after the last has ended, until the time is over; answers how often. */
async function regularly(everyMs: number, endsAt: number, work: () => unknown): Promise<number> {
  let times = 0
  for (let next = performance.now() + everyMs; next < endsAt; next = Math.max(next + everyMs, performance.now())) {
    await sleep(Math.max(0, next - performance.now()))
    await work()
    times += 1
  }
  return times
}

async function look(page: Page, found: Stale): Promise<void> {
  for (const { age, state } of await agesOf(page)) {
    found.looks += 1
    if (age === null) continue
    if (state === 'playing') {
      found.longestUnsaid = Math.max(found.longestUnsaid, age)
      if (age > staleMs) found.missed += 1
    } else if (age > staleMs) found.said += 1
  }
}

async function memoryNow(devTools: CDPSession, browser: WallBrowser, rig: WallRig, since: number): Promise<Memory> {
  await devTools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devTools.send('Runtime.getHeapUsage')
  const of = { browser: memoryMb(browser.family()), native: memoryMb(rig.gatewayOf('ours')) }
  return { at: performance.now() - since, heap: usedSize / 1e6, ...of }
}

const folder = mkdtempSync(join(tmpdir(), 'bench-wall-soak-'))
const rig = await openRig(folder, tiles)
const browser = await startBrowser()
try {
  const page = await rig.openWall(browser, 'ours', tiles)
  const playing = await waitForPictures(page, tiles, 25_000)
  report(`${playing.length} of ${tiles} tiles play; ${(spans * spanMs) / 1000} s from now`)
  const devTools = await page.context().newCDPSession(page)
  const startedAt = performance.now()
  const endsAt = startedAt + spans * spanMs
  const stale: Stale = { looks: 0, missed: 0, said: 0, longestUnsaid: 0 }
  const memory: Memory[] = []
  const spanOf = (index: number, what: 'heap' | 'browser' | 'native') =>
    median(memory.filter(({ at }) => Math.floor(at / spanMs) === index).map((one) => one[what]))

  const [restarts] = await Promise.all([
    regularly(restartEveryMs, endsAt, () => rig.restart(restarting, awayMs)),
    regularly(lookEveryMs, endsAt, () => look(page, stale)),
    regularly(memoryEveryMs, endsAt, async () => {
      memory.push(await memoryNow(devTools, browser, rig, startedAt))
    }),
    regularly(spanMs - 1_000, endsAt, () => {
      const { heap, browser: shown, native, at } = memory.at(-1) ?? { heap: 0, browser: 0, native: 0, at: 0 }
      report(
        `${Math.round(at / 1000)} s: heap ${heap.toFixed(1)} MB, browser ${shown.toFixed(0)} MB, native ${native.toFixed(0)} MB; ` +
          `${stale.missed} of ${stale.looks} looks missed, ${stale.said} said, longest unsaid ${Math.round(stale.longestUnsaid)} ms`,
      )
    }),
  ])
  const growths = (['heap', 'browser', 'native'] as const).map((what) => {
    const [second, last] = [spanOf(1, what), spanOf(spans - 1, what)]
    return { what, second_mb: Number(second.toFixed(1)), last_mb: Number(last.toFixed(1)), growth: last / second }
  })
  const together = (span: number) => spanOf(span, 'browser') + spanOf(span, 'native')
  finish('wall-soak', {
    memory_growth: Number((together(spans - 1) / together(1)).toFixed(2)),
    memory_of: growths.map((one) => ({ ...one, growth: Number(one.growth.toFixed(2)) })),
    restarts,
    stale_missed: stale.missed,
    ...{ stale_said: stale.said, looks: stale.looks, longest_unsaid_ms: Math.round(stale.longestUnsaid) },
    seconds: (spans * spanMs) / 1000,
  })
} finally {
  await browser.close()
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
}
process.exit()
