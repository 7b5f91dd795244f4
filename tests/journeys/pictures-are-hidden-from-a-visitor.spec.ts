/** A visitor comes in: one key hides every picture and ends its stream; coming back, public security's want a reason anew. */
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 1, 'land-bureau': 1, 'civil-defense': 0 } })
test.setTimeout(180_000)

test('pictures are hidden from a visitor', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')
  await expect(page.getByTestId('wall')).toBeVisible()
  const tiles = page.locator('[data-layer=front]')
  const byOwner = (prefix: string) => tiles.locator(`[data-camera^="${prefix}"]`)
  await page.getByTestId('reason').fill('核实宋庄村北口垃圾堆放')
  await page.getByTestId('reason').press('Enter')
  await expect(tiles.locator('[data-state=playing]')).toHaveCount(2, { timeout: 40_000 })
  expect(district.park!.viewers().length).toBeGreaterThan(0)

  await byOwner('lb').focus()
  await page.keyboard.press('b')
  await expect(page.getByTestId('blanked')).toHaveCount(2)
  await expect(tiles.locator('video:visible')).toHaveCount(0)
  await expect.poll(() => district.park!.viewers(), { timeout: 20_000 }).toEqual([])
  await page.screenshot({ path: info.outputPath('blanked.png') })
  // A reload brings nothing back.
  await page.reload()
  await expect(page.getByTestId('blanked')).toHaveCount(2)

  await page.keyboard.press('b')
  await expect(byOwner('lb')).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await expect(byOwner('ps')).toHaveAttribute('data-state', 'reason')

  // In a window for visitors they stay away whatever is pressed; the others are to be seen.
  await page.keyboard.press('Alt+b')
  await expect(byOwner('ps')).toHaveAttribute('data-state', 'blanked')
  await expect(byOwner('lb')).toHaveAttribute('data-state', 'playing')
})
