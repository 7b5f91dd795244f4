/** A wall window of its own is opened, keeps a layout of its own, takes what other windows send, and is brought back after it was closed. */
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 0, 'land-bureau': 0, 'civil-defense': 1 } })

test('a wall window comes back with its own wall', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')
  await expect(page.getByTestId('wall')).toBeVisible()

  const opening = page.waitForEvent('popup')
  await page.keyboard.press('w')
  const wall = await opening
  await expect(wall).toHaveURL(/#\/wall\?window=1$/)
  await wall.getByTestId('layout-9').click()
  await expect(wall.locator('[data-tile]')).toHaveCount(9)
  await expect(page.locator('[data-tile]')).toHaveCount(4)

  // What is near a case goes to the wall window, and the desk stays where it is.
  const reported = district.reportFromField({ place: '小堡村艺术区东门' })
  const { longitude, latitude, gridCode } = district.cameras[0]!
  const beside = { ...reported, longitude, latitude, gridCode, version: 2 }
  district.hub.publish(district.subCenter, { kind: 'case', case: beside, steps: [] })
  await page.bringToFront()
  await page.keyboard.press('Control+1')
  await page.getByText(reported.number).first().click()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', { name: '案件' })
  await expect(panel).toContainText(reported.number)
  await page.keyboard.press('Alt+v')
  await expect(wall.getByTestId('pop-up')).toContainText(reported.number)
  await expect(panel.getByTestId('to-wall').first()).toContainText('已送到 1 号墙')
  await expect(page).toHaveURL(/#\/dispatch/)
  await wall.screenshot({ path: info.outputPath('wall-window.png') })

  await wall.close()
  await page.keyboard.press('Control+2')
  const restore = page.getByTestId('restore-windows')
  await expect(restore).toContainText('1')
  const again = page.waitForEvent('popup')
  await page.keyboard.press('Alt+w')
  await expect((await again).locator('[data-tile]')).toHaveCount(9)
  await expect(restore).toBeHidden()
})
