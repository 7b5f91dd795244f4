/** What the wall benches stand on: cameras, the real console, and what it is compared with, each in a process of its own. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Database } from 'better-sqlite3'
import type { Scene } from '../../native/contract/wall.ts'
import { cameraId } from './wall-cameras.ts'
import { startConsole, type WallConsole } from './wall-console.ts'
import type { WallBrowser } from './wall-page.ts'
import { familyOf } from './wall-processes.ts'
import type { SourceAsk, SourceSaid } from './wall-source.ts'

/** How pictures come from the camera to the page. */
export type WallPath = 'ours' | 'ours-mse' | 'ffmpeg-mse' | 'ffmpeg-hls'

export interface WallRig {
  console: WallConsole
  /** Id of the process that sends the pictures. */
  source: number
  /** Drops a camera's connections and refuses new ones for so many ms. */
  restart(camera: string, awayMs: number): void
  /** A page with the cameras on so many tiles, before they have pictures. */
  openWall(browser: WallBrowser, path: WallPath, tiles: number): Promise<Page>
  /** What brings the pictures of a path: the console's native program, or the peer with its ffmpegs. */
  gatewayOf(path: WallPath): number[]
  close(): Promise<void>
}

/** `most`: tiles, at most; `seed` puts further things into the console's database. */
export async function openRig(folder: string, most: number, seed?: (database: Database) => void): Promise<WallRig> {
  await using open = new AsyncDisposableStack()
  const start = async <Said>(script: string, args: string[]): Promise<[ChildProcess, Said]> => {
    const child = fork(new URL(script, import.meta.url), args)
    // They end when the channel does.
    open.defer(() => child.disconnect())
    const [said] = (await once(child, 'message')) as [Said]
    return [child, said]
  }
  const cacheFolder = new URL('../../build/out/camera-clips', import.meta.url).pathname
  const [source, { addresses }] = await start<SourceSaid>('./wall-source.ts', [String(most), cacheFolder])
  const peerArguments = [join(folder, 'hls'), JSON.stringify(addresses)]
  const [peer, { address }] = await start<{ address: string }>('./wall-peer.ts', peerArguments)
  const native = await startConsole(folder, addresses, seed)
  open.defer(() => native.close())
  const owned = open.move()
  return {
    console: native,
    source: source.pid ?? 0,
    restart: (camera, awayMs) => void source.send({ restart: camera, awayMs } satisfies SourceAsk),
    async openWall(browser, path, tiles) {
      if (path === 'ffmpeg-mse' || path === 'ffmpeg-hls') return browser.open(`${address}?path=${path}&tiles=${tiles}`)
      const without = path === 'ours-mse' ? ['MediaStreamTrackGenerator'] : []
      const page = await browser.open(await native.address(), { stored: sceneOf(tiles), without })
      await page.locator('html[data-ready="queue"]').waitFor({ timeout: 60_000 })
      await page.evaluate(() => void (location.hash = '#/wall'))
      return page
    },
    gatewayOf: (path) => (path.startsWith('ours') ? [native.process] : familyOf(peer.pid ?? 0)),
    close: () => owned.disposeAsync(),
  }
}

/** What the wall keeps in localStorage: the first cameras on the smallest square layout that holds them; 0: an empty wall. */
function sceneOf(count: number): Record<string, string> {
  const layout = (['1', '4', '9', '16', '25', '36'] as const).find((size) => Number(size) >= count) ?? '36'
  const tiles = Array.from({ length: 36 }, (_, tile) => (tile < count ? cameraId(tile) : null))
  return { 'console.wall': JSON.stringify({ layout, tiles, free: [] } satisfies Scene) }
}
