/** The walk of the patrol bench: put into the console's database before it starts, and stepped through in a page. */
import type { Database } from 'better-sqlite3'
import type { Page } from '@playwright/test'
import type { PatrolRoute, PatrolStop } from '../../native/contract/patrol.ts'
import { beginWalk } from '../../native/patrol/walk-state.ts'
import { createWalkStore } from '../../native/patrol/walk-store.ts'
import { cameraIds } from './wall-cameras.ts'
import { operator } from './wall-console.ts'
import type { WallObserver } from './wall-observer.ts'

export const walkId = 'bench-walk'

/** A route with a stop at each of the first cameras, and a walk of it that has begun. */
export function seedWalk(count: number): (database: Database) => void {
  return (database) => {
    const stops = cameraIds(count).map((cameraId, index): PatrolStop => ({
      ...{ id: `stop-${index}`, cameraId, preset: null, dwellSeconds: 600, checklist: [] },
      place: { kind: 'other', name: '' },
    }))
    const body: PatrolRoute = { revision: 1, stops, times: [] }
    const at = Date.now()
    const walk = beginWalk({
      ...{ runId: 'bench-run', route: { id: 'bench-route', name: '巡查', body }, workstation: 'SZ-02', operator, at },
    })
    createWalkStore(database).begin(walkId, walk, stops)
    database
      .prepare(
        `INSERT INTO patrol_revisions (route_id, revision, digest, at, name, author, is_shared, body)
         VALUES ('bench-route', 1, 'bench', ?, '巡查', ?, 1, ?)`,
      )
      .run(at, JSON.stringify({ id: operator.id, name: operator.name }), JSON.stringify(body))
  }
}

/** Waits until the stop's picture is live, so many stops ahead of the present one (0: the present one itself). */
export async function waitForLive(page: Page, ahead: number, limitMs: number): Promise<void> {
  await page.locator(`[data-ahead="${ahead}"][data-state=playing]`).waitFor({ timeout: limitMs })
}

/**
 * Presses a key or a stop's row and answers how many ms later the present stop is `index` and its picture shows a new frame that was sent less than
 * a second before; `limitMs` when it does not.
 */
export async function stepTo(page: Page, how: 'key' | 'row', index: number, limitMs: number): Promise<number> {
  return await page.evaluate(step, { how, index, limitMs })
}

declare const wallObserver: WallObserver

/** Runs in the page. */
async function step({ how, index, limitMs }: { how: 'key' | 'row'; index: number; limitMs: number }): Promise<number> {
  const stopId = `stop-${index}`
  const row = document.querySelector<HTMLElement>(`[data-stop-row="${stopId}"]`)
  const startedAt = performance.now()
  const over = () => performance.now() - startedAt >= limitMs
  if (how === 'row') row?.click()
  else window.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', code: 'Space', bubbles: true, cancelable: true }))
  const picture = () => document.querySelector<HTMLElement>(`[data-ahead="0"][data-stop="${stopId}"]`)
  const nextFrame = (video: HTMLVideoElement) =>
    new Promise<number>((resolve) => {
      const callback = video.requestVideoFrameCallback(() => resolve(performance.now()))
      setTimeout(() => {
        video.cancelVideoFrameCallback(callback)
        resolve(performance.now())
      }, 250)
    })
  while (!over()) {
    const video = picture()?.querySelector<HTMLVideoElement>('video.over')
    if (!video || video.readyState < 2) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      continue
    }
    const at = await nextFrame(video)
    const camera = picture()?.dataset['camera']
    const ages = await wallObserver.ages()
    if (ages.some((one) => one.camera === camera && one.age !== null && one.age < 1000)) return at - startedAt
  }
  return limitMs
}
