/** A tour goes over the cameras by itself; an alarm interrupts it with the nearest cameras, and afterwards it goes on where it was. */
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 2, 'land-bureau': 2, 'civil-defense': 2 } })
test.setTimeout(180_000)

const front = '[data-layer=front]'

test('a tour runs and an alarm interrupts it', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')
  await expect(page.getByTestId('wall')).toBeVisible()
  await expect(page.locator('[data-camera-row]')).toHaveCount(6)

  // A page for each owner, as short as a page may be shown.
  await page.keyboard.press('t')
  const tours = page.getByTestId('tours')
  await expect(tours).toBeVisible()
  await tours.getByTestId('tour-layout').selectOption('4')
  await tours.getByTestId('tour-dwell').fill('5')
  await tours.getByTestId('kept-name').fill('三家轮巡')
  await tours.getByTestId('kept-name').press('Enter')
  await tours.getByRole('option', { name: /三家轮巡/ }).dblclick()
  const bar = page.getByTestId('tour')
  await expect(bar).toContainText('三家轮巡')
  await expect(tours).toBeHidden()

  // It waits until it is said, once for all of its cameras, why the public-security ones are watched.
  await expect(bar).toHaveAttribute('data-hold', 'reason')
  await page.keyboard.press('y')
  await page.keyboard.type('晚高峰视频巡查')
  await page.keyboard.press('Enter')
  await expect(bar).toHaveAttribute('data-hold', '')
  const shown = page.getByTestId('tour-page')
  await expect(shown).toHaveText('1/3')
  await expect(page.locator(`${front} [data-owner=public-security]`)).toHaveCount(2)

  // The next page is opened ahead, and turns by itself.
  await expect(page.locator('[data-layer=ahead] [data-owner=land-bureau]')).toHaveCount(2)
  await expect(shown).toHaveText('2/3')
  await expect(page.locator(`${front} [data-owner=land-bureau]`)).toHaveCount(2)
  await page.locator(`${front} [data-tile="0"]`).focus()
  await page.keyboard.press('Space')
  await expect(bar).toHaveAttribute('data-hold', 'paused')
  await expect(page.locator(`${front} [data-tile][data-state=playing]`)).toHaveCount(2, { timeout: 60_000 })
  await page.screenshot({ path: info.outputPath('tour.png') })

  // A case in a camera's own grid runs out of time.
  const camera = district.cameras.find(({ owner }) => owner === 'land-bureau')!
  const reported = district.reportFromField({ place: '小堡村艺术区东门' })
  const { longitude, latitude, gridCode } = camera
  const now = Date.now()
  const limit = { startedAt: now - 3_600_000, dueAt: now + 1000, stoppedAt: null, kind: 'urgent-hours' as const }
  const late = { ...reported, limit, longitude, latitude, gridCode, version: 2 }
  district.hub.publish(district.subCenter, { kind: 'case', case: late, steps: [] })
  const popUp = page.getByTestId('pop-up')
  await expect(popUp).toContainText(reported.number)
  await expect(popUp).toContainText('超期')
  await expect(bar).toHaveAttribute('data-hold', 'pop-up')
  await expect(popUp.locator(`[data-camera="${camera.id}"]`)).toBeVisible()
  await expect(popUp.locator(`[data-camera="${camera.id}"]`)).toHaveAttribute('data-state', 'playing', {
    timeout: 60_000,
  })
  // The keyboard stays where it was.
  await expect(page.locator(`${front} [data-tile="0"]`)).toBeFocused()
  await page.screenshot({ path: info.outputPath('pop-up.png') })

  // Back to the page that was shown, and on from there.
  await page.keyboard.press('Escape')
  await expect(popUp).toBeHidden()
  await expect(shown).toHaveText('2/3')
  await expect(bar).toHaveAttribute('data-hold', 'paused')
  await page.keyboard.press('Space')
  await expect(shown).toHaveText('3/3')
  await page.locator(`${front} [data-tile="0"]`).focus()
  await page.keyboard.press('n')
  await expect(shown).toHaveText('1/3')
  await page.keyboard.press('e')
  await expect(bar).toBeHidden()
})
