/** The district puts a case under supervision: it alarms, and stands at the head of the queue with its shorter limit. */
import { expect, signIn, test } from './journey.ts'

test.use({ history: 60 })

test('a supervised case overtakes the queue', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const rows = page.getByRole('grid').getByRole('row')
  await expect(rows.nth(10)).toBeVisible()

  const reported = district.reportFromField({ place: '疃里村西口' })
  await expect(rows.nth(1)).not.toContainText(reported.number)
  district.supervise(reported.id, 'district', '群众多次反映，今日办结')

  await expect(rows.nth(1)).toContainText(reported.number)
  await expect(rows.nth(1)).toContainText('督办')
  const bell = page.getByRole('banner').getByRole('button', { name: /告警，1/ })
  await expect(bell).toHaveClass(/supervised/)
  await page.screenshot({ path: info.outputPath('supervised.png') })

  await page.keyboard.press('Alt+g')
  const panel = page.getByRole('complementary', { name: '告警' })
  await expect(panel).toContainText(reported.number)
  await page.keyboard.press('Enter')
  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file).toContainText('群众多次反映，今日办结')
  await page.keyboard.press('Alt+q')
  await expect(page.getByRole('banner').getByRole('button', { name: /告警，0/ })).toBeVisible()
})
