/** A browser that lacks the best way to show pictures shows them by the next one, and says so. */
import type { Page } from '@playwright/test'
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 0, 'land-bureau': 1, 'civil-defense': 0 } })

/** Opens the page anew without these parts of the browser. */
async function without(page: Page, ...lacks: string[]): Promise<void> {
  await page.addInitScript((names) => names.forEach((name) => Reflect.deleteProperty(globalThis, name)), lacks)
  await page.reload()
}

test('pictures play by Media Source where the browser has no WebCodecs', async ({ district, openPage }, info) => {
  const page = await openPage()
  await without(page, 'VideoDecoder')
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')

  const tile = page.locator('[data-tile="0"]')
  await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await expect(tile).toHaveAttribute('data-path', 'mse')
  const read = async (name: string) => Number(await tile.getAttribute(name))
  const before = await read('data-shown')
  await expect.poll(() => read('data-shown')).toBeGreaterThan(before + 30)
  await expect.poll(() => read('data-age-ms')).toBeLessThan(1000)
  await page.screenshot({ path: info.outputPath('mse.png') })
})

test('still pictures are shown where the browser plays no video at all', async ({ district, openPage }, info) => {
  const page = await openPage()
  await without(page, 'VideoDecoder', 'MediaSource')
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')

  const tile = page.locator('[data-tile="0"]')
  await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await expect(tile).toHaveAttribute('data-path', 'stills')
  await expect(tile).toContainText('静态图')
  const shown = async () => Number(await tile.getAttribute('data-shown'))
  const before = await shown()
  await expect.poll(shown).toBeGreaterThan(before + 2)
  const size = await tile.locator('video.over').evaluate((video: HTMLVideoElement) => video.videoWidth)
  expect(size).toBeGreaterThan(300)
  await page.screenshot({ path: info.outputPath('stills.png') })
})
