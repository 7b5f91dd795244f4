/** An alarm comes in the middle of a patrol: it is acknowledged and its case opened, and the patrol goes on where it was, also after a reload. */
import { expect, signIn, test } from './journey.ts'
import { openWalk, publishRoute } from './patrol-route.ts'

test.use({ cameras: { 'public-security': 0, 'land-bureau': 2, 'civil-defense': 2 } })
test.setTimeout(240_000)

test('a patrol is interrupted by an alarm and goes on', async ({ district, openPage }, info) => {
  publishRoute(
    district,
    '夜间巡查',
    district.cameras.map(({ id }) => ({ cameraId: id, checklist: ['S0101'] })),
  )
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await openWalk(page, '夜间巡查')
  const walk = page.getByTestId('walk')
  const picture = page.locator('[data-ahead="0"]')
  const at = page.getByTestId('walk-at')
  await expect(picture).toHaveAttribute('data-state', 'playing', { timeout: 60_000 })
  await page.keyboard.press('n')
  await expect(at).toHaveText('2/4')
  await expect(picture).toHaveAttribute('data-state', 'playing', { timeout: 60_000 })

  // A limit ends. The alarm is acknowledged without leaving the picture, then its case is opened.
  const reported = district.reportFromField({ place: '小堡村艺术区东门' })
  const now = Date.now()
  const limit = { startedAt: now - 3_600_000, dueAt: now + 1000, stoppedAt: null, kind: 'urgent-hours' as const }
  district.hub.publish(district.subCenter, { kind: 'case', case: { ...reported, limit, version: 2 }, steps: [] })
  const bell = page.getByRole('banner').getByRole('button', { name: /告警，/ })
  await expect(bell).toHaveClass(/late/)
  await page.keyboard.press('Alt+g')
  const panel = page.getByRole('complementary', { name: '告警' })
  await expect(panel).toContainText(reported.number)
  await expect(panel).toContainText('已超期')
  // Due soon, then overdue: each is acknowledged.
  await expect(async () => {
    await panel
      .getByRole('button', { name: new RegExp(reported.number) })
      .first()
      .focus()
    await page.keyboard.press('q')
    await expect(bell).toHaveAccessibleName('告警，0 条未确认', { timeout: 1000 })
  }).toPass({ timeout: 20_000 })
  await expect(bell).toHaveAccessibleName('告警，0 条未确认')
  await expect(walk).toHaveAttribute('data-state', 'walking')
  await page.screenshot({ path: info.outputPath('alarm.png') })
  await panel
    .getByRole('button', { name: new RegExp(reported.number) })
    .first()
    .focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('complementary', { name: '案件' })).toContainText(reported.number)

  // Back again it is paused where it was, and nothing was said of that stop.
  await page.keyboard.press('Control+3')
  await expect(page.getByTestId('walk-cover')).toHaveAttribute('data-cover', 'paused')
  await expect(at).toHaveText('2/4')
  await page.screenshot({ path: info.outputPath('paused.png') })
  await page.keyboard.press('Enter')
  await expect(walk).toHaveAttribute('data-state', 'walking')
  await expect(picture).toHaveAttribute('data-state', 'playing', { timeout: 60_000 })
  await page.keyboard.press('n')
  await expect(at).toHaveText('3/4')

  // Paused, it is found again after a reload as well; walking, it simply goes on.
  await page.keyboard.press('p')
  await expect(walk).toHaveAttribute('data-state', 'paused')
  await page.reload()
  await expect(page.getByTestId('walk-cover')).toHaveAttribute('data-cover', 'paused')
  await expect(at).toHaveText('3/4')
  await page.keyboard.press('p')
  await expect(walk).toHaveAttribute('data-state', 'walking')
  await expect(page.locator('[data-stop-row="stop-2"]')).toHaveAttribute('data-outcome', 'nothing')
  await page.keyboard.press('n')
  await expect(at).toHaveText('4/4')
  await page.keyboard.press('n')
  await expect(page.getByTestId('walk-cover')).toHaveAttribute('data-cover', 'all-said')
})
