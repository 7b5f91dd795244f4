/** A duty leader goes back to an earlier backup; what was taken since and has not reached the hub comes along. */
import { expect, signIn, test } from './journey.ts'

test.use({ history: 20 })

test('a backup is restored, and the step that still waited is not lost', async ({ district, openPage }, info) => {
  const { id, number } = district.reportFromField({ place: '喇嘛庄村东口' })
  const page = await openPage()
  await signIn(page, district, 'duty-leader')
  const row = page.getByRole('row').filter({ hasText: number })
  await expect(row).toBeVisible()
  await page.keyboard.press('Control+7')
  const backups = page.getByRole('region', { name: '备份' })
  await expect(backups).toContainText('还没有备份')
  await page.keyboard.press('b')
  await expect(backups.getByRole('listitem')).toHaveCount(1)
  await expect(backups).toContainText('手工')
  await expect(backups).toContainText('完好')

  // After the backup a step is taken that the hub has not heard of.
  await district.stopHub()
  await page.keyboard.press('Control+1')
  await row.click()
  await expect(page.getByRole('complementary', { name: '案件' })).toContainText('待受理')
  await page.keyboard.press('a')
  await expect(page.getByRole('form', { name: '受理' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('unsent')).toContainText('1')

  await page.keyboard.press('Control+7')
  await backups.getByRole('button', { name: '恢复' }).first().click()
  await backups.getByLabel('恢复的原因').fill('误操作后恢复')
  await page.keyboard.press('Enter')
  await expect(backups).toContainText('由李秀兰恢复了备份', { timeout: 40_000 })
  await expect(backups).not.toContainText('没有完成')
  await expect(page.getByTestId('unsent')).toContainText('1')
  await page.screenshot({ path: info.outputPath('restored.png') })

  await district.startHub()
  await expect(page.getByRole('banner')).toContainText('在线', { timeout: 40_000 })
  await expect(page.getByTestId('unsent')).toContainText('0')
  const taken = district.hub.present.findCase(district.subCenter, id)
  expect(taken?.steps.map(({ kind }) => kind)).toEqual(['report', 'accept'])
  expect(district.hub.present.openCases(district.subCenter).length).toBeGreaterThan(0)
})
