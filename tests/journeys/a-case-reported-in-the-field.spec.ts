/** A case reported in the field appears in the queue, live, and its file opens by keyboard. */
import { expect, signIn, test } from './journey.ts'

test.use({ history: 60 })

test('a case reported in the field appears in the queue @electron', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  const queue = page.getByRole('grid')
  await expect(queue.getByRole('row').nth(10)).toBeVisible()
  await expect(page.getByRole('banner')).toContainText('在线')

  // Newest first.
  await queue.focus()
  await page.keyboard.press('Shift+Digit0')
  const reported = district.reportFromField({ place: '小堡村艺术区东门' })
  const row = queue.getByRole('row', { name: new RegExp(reported.number) })
  await expect(row).toBeVisible()
  await expect(row).toContainText('小堡村艺术区东门')
  await expect(row).toContainText('社管通')

  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file).toContainText(reported.number)
  await expect(file).toContainText(reported.description)
  await page.screenshot({ path: info.outputPath('queue.png') })
})
