/** Two workstations of one sub-center: each sees what the other has open and has taken on, so that nothing is done twice. */
import { expect, signIn, test } from './journey.ts'

test.use({ history: 20 })

test('two operators see who works on a case', async ({ district, openPage, openOther }, info) => {
  const [page, other] = [await openPage(), await openOther()]
  await signIn(page, district)
  await signIn(other, district, 'duty-leader')
  const reported = district.reportFromField({ place: '疃里村西口' })
  for (const each of [page, other]) await each.getByRole('row').filter({ hasText: reported.number }).click()

  const presence = page.locator('[data-test=presence]')
  await expect(presence).toContainText('李秀兰（SZ-03）正在查看')
  await page.keyboard.press('w')
  await expect(presence).toContainText('已由本工作站领办')
  const there = other.locator('[data-test=presence]')
  await expect(there).toContainText('王建国（SZ-02）已领办此案')
  await expect(other.getByRole('row').filter({ hasText: reported.number })).toContainText('王建国 领办')
  await other.screenshot({ path: info.outputPath('claimed.png') })

  // What one does stands on the other's screen.
  await page.keyboard.press('a')
  await page.keyboard.press('Enter')
  await expect(other.getByRole('complementary', { name: '案件' })).toContainText('待立案')

  // The desk has gone on to the next case.
  await page.getByRole('row').filter({ hasText: reported.number }).click()
  await other.keyboard.press('w')
  await expect(there).toContainText('已由本工作站领办')
  await expect(presence).toContainText('李秀兰（SZ-03）已领办此案')
  await page.keyboard.press('w')
  await expect(presence).toContainText('已由其他工作站领办')
  await other.keyboard.press('w')
  await expect(presence).not.toContainText('已领办此案')

  // Without the hub nobody knows, and nothing is claimed to be known.
  await district.stopHub()
  await expect(presence).toHaveCount(0)
})
