/** A browser that lacks the best way to show pictures shows them by the next one, and says so. */
import type { Page } from '@playwright/test'
import { expect, signIn, test } from './journey.ts'

test.setTimeout(150_000)
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

  const tile = page.locator('[data-layer=front] [data-tile="0"]')
  await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await expect(tile).toHaveAttribute('data-path', 'mse')
  const read = async (name: string) => Number(await tile.getAttribute(name))
  const before = await read('data-shown')
  await expect.poll(() => read('data-shown')).toBeGreaterThan(before + 30)
  await expect.poll(() => read('data-age-ms')).toBeLessThan(1000)
  await expect(tile).toContainText('浏览器播放器')
  await page.screenshot({ path: info.outputPath('mse.png') })

  // Frozen is loud here too, and passes without a hand.
  const [camera = ''] = district.cameras.map(({ id }) => id)
  district.park?.fault(camera, 'freeze')
  await expect(tile).toHaveAttribute('data-state', /stale|failed/)
  district.park?.fault(camera, null)
  await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })

  // Other settings of the camera make other pictures, in the middle of the stream.
  await tile.press('Enter')
  await expect(tile).toHaveAttribute('data-profile', 'main', { timeout: 40_000 })
  const width = () => tile.locator('video.over').evaluate((video: HTMLVideoElement) => video.videoWidth)
  const large = await width()
  district.park?.fault(camera, 'resized')
  await expect.poll(width).toBeLessThan(large)
  const small = await read('data-shown')
  await expect.poll(() => read('data-shown')).toBeGreaterThan(small + 10)
})

test('still pictures are shown where the browser plays no video at all', async ({ district, openPage }, info) => {
  const page = await openPage()
  await without(page, 'VideoDecoder', 'MediaSource')
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')

  const tile = page.locator('[data-layer=front] [data-tile="0"]')
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
