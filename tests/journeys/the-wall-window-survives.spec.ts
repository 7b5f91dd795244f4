/**
 * A wall window on the second display: its display is unplugged and comes back, the console is closed and opened, and the wall goes on. The
 * two displays are halves of one virtual screen, and pulling the cable is the event that the system would send: see two-displays.cjs.
 */
import { type ElectronApplication, type Page } from '@playwright/test'
import { copyFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { findElectron } from '../../build/electron-runtime.ts'
import type { Rectangle } from '../../electron/displays.ts'
import { makeHome, prepareShell, startShell } from './electron-app.ts'
import { type Console, expect, signIn, test } from './journey.ts'

const runtime = await findElectron()
const displays = new URL('./shell/two-displays.cjs', import.meta.url).pathname

test.use({ cameras: { 'public-security': 0, 'land-bureau': 2, 'civil-defense': 0 } })

/** Closed after each test, the last one first, also when it failed. */
const closers: (() => unknown)[] = []
test.afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function start(console: Console, home: string, ...further: string[]): Promise<ElectronApplication> {
  if (runtime.kind === 'none') return test.skip(true, runtime.reason) as never
  const prepared = await prepareShell({ runtime, attachUrl: await console.address(), home })
  closers.push(() => prepared[Symbol.dispose]())
  const hook = path.join(prepared.cwd, 'two-displays.cjs')
  await copyFile(displays, hook)
  const shell = await startShell({ ...prepared, args: ['-r', hook, ...prepared.args, ...further] })
  closers.push(() => shell.close())
  return shell
}

/** Not the whole display: what comes back comes back to this. */
const ownPlace: Rectangle = { x: 860, y: 50, width: 700, height: 800 }

type Displays = typeof globalThis & { displays: { edge: number; pull(): void; plug(): void } }
const pull = (shell: ElectronApplication) => shell.evaluate(() => (globalThis as Displays).displays.pull())
const plug = (shell: ElectronApplication) => shell.evaluate(() => (globalThis as Displays).displays.plug())

/** Where the wall stands; null: there is no such window. */
const placeOfWall = (shell: ElectronApplication) =>
  shell.evaluate(({ BrowserWindow }) => {
    const wall = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().endsWith('?window=1'))
    return wall?.getBounds() ?? null
  })
async function sideOfWall(shell: ElectronApplication): Promise<'left' | 'right' | null> {
  const place = await placeOfWall(shell)
  if (!place) return null
  return place.x >= (await shell.evaluate(() => (globalThis as Displays).displays.edge)) ? 'right' : 'left'
}
/** Moves the wall as a hand would, and waits until that is kept. */
async function moveWall(shell: ElectronApplication, place: Rectangle): Promise<void> {
  const kept = () =>
    shell.evaluate(({ app, BrowserWindow }, bounds) => {
      const wall = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().endsWith('?window=1'))
      wall?.setBounds(bounds)
      return process.getBuiltinModule('fs').readFileSync(`${app.getPath('userData')}/windows.json`, 'utf8')
    }, place)
  await expect.poll(kept).toContain(JSON.stringify(place))
}
const keepsAwake = (shell: ElectronApplication) =>
  shell.evaluate(({ powerSaveBlocker }) => [0, 1, 2, 3, 4].some((id) => powerSaveBlocker.isStarted(id)))
const isWall = (page: Page) => page.url().endsWith('#/wall?window=1')

async function wallOf(shell: ElectronApplication): Promise<Page> {
  await expect.poll(() => shell.windows().filter(isWall).length).toBe(1)
  return shell.windows().find(isWall)!
}
/** Chromium takes neither timers nor decoders from a wall that nobody clicks on. */
const isNeverInBackground = (shell: ElectronApplication) =>
  shell.evaluate(({ app, BrowserWindow }) => {
    const isThrottled = BrowserWindow.getAllWindows().some(({ webContents }) => webContents.backgroundThrottling)
    return !isThrottled && app.commandLine.getSwitchValue('disable-features').includes('ReclaimInactiveWebCodecs')
  })

/** Pictures come one after another, in a wall that is as it was left. */
async function expectPlaying(wall: Page): Promise<void> {
  await expect(wall.locator('[data-tile]')).toHaveCount(9)
  const tile = wall.locator('[data-tile][data-state=playing]').first()
  await expect(tile).toBeVisible({ timeout: 40_000 })
  const shown = async () => Number(await tile.getAttribute('data-shown'))
  const before = await shown()
  await expect.poll(shown).toBeGreaterThan(before + 5)
}

test('the wall window survives losing its display @electron-only', async ({ district, console }, info) => {
  test.setTimeout(240_000)
  const home = await makeHome()
  closers.push(() => rm(home, { recursive: true, force: true }))
  let shell = await start(console, home)
  const page = await shell.firstWindow()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')
  await expect(page.getByTestId('wall')).toBeVisible()
  expect(await keepsAwake(shell)).toBe(false)

  await page.keyboard.press('w')
  const choice = page.getByTestId('displays')
  await expect(choice).toContainText('RIGHT')
  await page.screenshot({ path: info.outputPath('displays.png') })
  const opening = shell.waitForEvent('window')
  await page.keyboard.press('2')
  const wall = await opening
  await expect.poll(() => isWall(wall)).toBe(true)
  await wall.getByTestId('layout-9').click()
  await expectPlaying(wall)
  expect(await sideOfWall(shell)).toBe('right')
  expect(await keepsAwake(shell)).toBe(true)
  expect(await isNeverInBackground(shell)).toBe(true)
  await expect(page.locator('[data-tile]')).toHaveCount(4)

  await moveWall(shell, ownPlace)
  // A page that is loaded again would have forgotten this.
  await wall.evaluate(() => Object.assign(window, { isSamePage: true }))
  await pull(shell)
  await expect.poll(() => sideOfWall(shell)).toBe('left')
  await expectPlaying(wall)
  await wall.screenshot({ path: info.outputPath('at-home.png') })
  await plug(shell)
  await expect.poll(() => placeOfWall(shell)).toEqual(ownPlace)
  await expectPlaying(wall)
  expect(await wall.evaluate(() => 'isSamePage' in window)).toBe(true)

  await shell.close()
  shell = await start(console, home)
  await expectPlaying(await wallOf(shell))
  expect(await placeOfWall(shell)).toEqual(ownPlace)

  // Unplugged overnight it opens at home, and goes to its display as soon as that is there.
  await shell.close()
  shell = await start(console, home, '--unplugged')
  await expectPlaying(await wallOf(shell))
  expect(await sideOfWall(shell)).toBe('left')
  await plug(shell)
  await expect.poll(() => placeOfWall(shell)).toEqual(ownPlace)

  // Closed by hand it stays closed.
  await shell.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find(({ webContents }) => webContents.getURL().endsWith('?window=1'))
      ?.close(),
  )
  await expect.poll(() => sideOfWall(shell)).toBe(null)
  expect(await keepsAwake(shell)).toBe(false)
  await shell.close()
  shell = await start(console, home)
  await expect(
    shell
      .windows()
      .find((window) => !isWall(window))!
      .getByRole('banner'),
  ).toContainText('在线')
  expect(await sideOfWall(shell)).toBe(null)
})
