/** Sixteen cameras of three owners are put on one wall, all play, and the wall is kept as a shared scene to be loaded by its name. */
import type { Page } from '@playwright/test'
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 7, 'land-bureau': 5, 'civil-defense': 4 } })
test.setTimeout(300_000)

const front = '[data-layer=front]'

async function stateReason(page: Page, reason: string): Promise<void> {
  const field = page.getByTestId('reason-for-all')
  await expect(field).toBeVisible()
  await page.keyboard.press('y')
  await expect(field).toBeFocused()
  await page.keyboard.type(reason)
  await page.keyboard.press('Enter')
  await expect(field).toBeHidden()
}

/** Every tile plays, and shows one frame after another: each in its own time, however busy the machine is. */
async function expectAllToPlay(page: Page, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const tile = page.locator(`${front} [data-tile="${at}"]`)
    await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 60_000 })
    const shown = async () => Number(await tile.getAttribute('data-shown'))
    const before = await shown()
    await expect.poll(shown).not.toBe(before)
  }
}

test('sixteen cameras of three owners in one scene', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')
  await expect(page.getByTestId('wall')).toBeVisible()
  const rows = page.locator('[data-camera-row]')
  await expect(rows).toHaveCount(16)

  await page.getByTestId('layout-16').click()
  await page.keyboard.press('/')
  await expect(page.getByTestId('camera-filter')).toBeFocused()
  for (let camera = 0; camera < 16; camera += 1) {
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowDown')
  }
  await expect(page.locator(`${front} [data-camera]`)).toHaveCount(16)
  const cameraIds = () =>
    page.locator(`${front} [data-tile]`).evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-camera')))
  const placed = await cameraIds()
  expect(new Set(placed).size).toBe(16)

  await page.locator(`${front} [data-tile="0"]`).focus()
  await stateReason(page, '核实宋庄村北口垃圾堆放')
  await expectAllToPlay(page, 16)
  await page.screenshot({ path: info.outputPath('sixteen.png') })

  await page.locator(`${front} [data-tile="0"]`).focus()
  await page.keyboard.press('o')
  const scenes = page.getByTestId('scenes')
  await expect(scenes).toBeVisible()
  await scenes.getByTestId('kept-name').fill('重点部位')
  await scenes.getByTestId('kept-shared').check()
  await scenes.getByTestId('kept-name').press('Enter')
  await expect(scenes.getByRole('option', { name: /重点部位/ })).toContainText('共享')
  await page.screenshot({ path: info.outputPath('scenes.png') })
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('scene-name')).toHaveText('重点部位')

  // Another wall is on the screen when the page is loaded anew.
  await page.getByTestId('layout-4').click()
  await expect(page.getByTestId('scene-name')).toHaveText('重点部位（已改动）')
  await page.reload()
  await expect(page.locator(`${front} [data-tile]`)).toHaveCount(4)
  await page.keyboard.press('o')
  await expect(scenes).toBeVisible()
  await page.keyboard.type('重点')
  await expect(scenes.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(scenes).toBeHidden()
  await expect.poll(cameraIds).toEqual(placed)
  await expect(page.getByTestId('scene-name')).toHaveText('重点部位')
  await stateReason(page, '核实宋庄村北口垃圾堆放')
  await expectAllToPlay(page, 16)

  // The arrow keys lead from tile to tile, Enter enlarges and goes back.
  await page.locator(`${front} [data-tile="5"]`).focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.locator(`${front} [data-tile="9"]`)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator(`${front} [data-tile]:visible`)).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(page.locator(`${front} [data-tile]:visible`)).toHaveCount(16)
})
