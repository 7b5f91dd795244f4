/**
 * How soon a step of a patrol shows a live picture.
 *
 * The real console walks a route of 20 stops, each at a camera of its own: RTSP servers in one process that send one encoded picture (640x360 at
 * 15 a second, H.264 of about 0.5 Mbit/s, a key frame every 2 s), each with a clock of its own, so that key frames of different cameras do not come
 * at once. Each picture carries a barcode that tells the millisecond at which it was due to be sent. Chromium without a GPU, 1920x1080, no window.
 * - warm_p50_ms, warm_p95_ms: from the step key (Space) to the first new frame of the next stop that is found on its element and was sent less
 *   than a second before, by its barcode. The next two stops are warmed up as in the product; each step waits until the next picture plays, and some
 *   more, as a person looks at a stop for seconds.
 * - cold_p50_ms, cold_p95_ms: the same to a stop that was not warmed up: chosen in the list, six stops away.
 * - missed: steps that showed no such frame within 15 s.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { finish, isQuick, median, report } from './bench.ts'
import { seedWalk, stepTo, waitForLive, walkId } from './patrol-walk.ts'
import { share } from './wall-measure.ts'
import { startBrowser } from './wall-page.ts'
import { openRig } from './wall-rig.ts'

const stopCount = 20
/** How far a cold step goes: no picture of there is open, nor has been for some steps. */
const coldStep = 6
const limitMs = 15_000
const steps = isQuick ? { warm: 12, cold: 6 } : { warm: 60, cold: 30 }
const folder = mkdtempSync(join(tmpdir(), 'bench-patrol-'))
const rig = await openRig(folder, stopCount, seedWalk(stopCount))
const browser = await startBrowser()

try {
  const page = await browser.open(await rig.console.address())
  await page.locator('html[data-ready="queue"]').waitFor({ timeout: 60_000 })
  await page.evaluate((id) => void (location.hash = `#/patrol/walk/${id}`), walkId)
  await waitForLive(page, 0, limitMs)
  let at = 0
  const warm: number[] = []
  for (let step = 0; step < steps.warm; step += 1) {
    await waitForLive(page, 1, limitMs)
    await sleep(300 + ((step * 37) % 11) * 40)
    at = (at + 1) % stopCount
    warm.push(await stepTo(page, 'key', at, limitMs))
  }
  report(`warm: median ${Math.round(median(warm))} ms, longest ${Math.round(Math.max(...warm))} ms of ${warm.length}`)

  const cold: number[] = []
  for (let step = 0; step < steps.cold; step += 1) {
    await waitForLive(page, 0, limitMs)
    await sleep(300 + ((step * 37) % 11) * 40)
    at = (at + coldStep) % stopCount
    cold.push(await stepTo(page, 'row', at, limitMs))
  }
  report(`cold: median ${Math.round(median(cold))} ms, longest ${Math.round(Math.max(...cold))} ms of ${cold.length}`)

  finish('patrol', {
    ...{ warm_p50_ms: Math.round(median(warm)), warm_p95_ms: Math.round(share(warm, 0.95)) },
    ...{ cold_p50_ms: Math.round(median(cold)), cold_p95_ms: Math.round(share(cold, 0.95)) },
    ...{ warm_steps: warm.length, cold_steps: cold.length },
    missed: [...warm, ...cold].filter((ms) => ms >= limitMs).length,
  })
} finally {
  await browser.close()
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
}
process.exit()
