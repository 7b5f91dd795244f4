/** A camera of each owner plays on the wall, says how old its picture is, and comes back by itself. */
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 2, 'land-bureau': 1, 'civil-defense': 1 } })

test('a camera of each owner plays on the wall @electron', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')

  // Public-security pictures come only after a reason has been given, which is recorded.
  const reason = page.getByTestId('reason')
  await expect(reason).toBeVisible()
  await reason.fill('核实宋庄村北口垃圾堆放')
  await reason.press('Enter')

  for (const owner of ['public-security', 'land-bureau', 'civil-defense']) {
    const tile = page.locator('[data-tile]', { has: page.locator(`[data-owner="${owner}"]`) }).first()
    await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
    await expect
      .poll(async () => Number(await tile.getAttribute('data-age-ms')), { timeout: 20_000 })
      .toBeLessThan(owner === 'civil-defense' ? 15_000 : 2_000)
    // Frames are shown one after another, not one for ever.
    const shown = async () => Number(await tile.getAttribute('data-shown'))
    const before = await shown()
    await expect.poll(shown).toBeGreaterThan(before)
  }
  await page.screenshot({ path: info.outputPath('wall.png') })
})
