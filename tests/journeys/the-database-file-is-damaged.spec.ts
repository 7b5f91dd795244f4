/** The database file is damaged while the program is off: it goes on with what can be rescued, says what that is, and loses no step. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfiguration } from '../../native/configuration.ts'
import { expect, signIn, test } from './journey.ts'

test('the database file is damaged', async ({ district, openPage, console: program }, info) => {
  let page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const { id, number } = district.reportFromField({ place: '大兴庄村北口' })
  await page.getByRole('row').filter({ hasText: number }).click()
  await expect(page.getByRole('complementary', { name: '案件' })).toContainText(number)
  await district.stopHub()
  await expect(page.getByTestId('outage')).toBeVisible()
  await page.keyboard.press('a')
  await expect(page.getByRole('form', { name: '受理' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('unsent')).toContainText('1')
  await page.close()

  const { dataFolder } = loadConfiguration(district.configFile)
  await program.restart(() => {
    // The salt of the encryption: without it no page of the file can be read.
    const file = openSync(join(dataFolder, 'console.db'), 'r+')
    writeSync(file, Buffer.from('damaged!'), 0, 8, 0)
    closeSync(file)
  })
  await district.startHub()
  page = await openPage()
  await expect(page.getByRole('banner')).toContainText('在线', { timeout: 40_000 })
  // Who was signed in may be lost with the file.
  const account = page.getByLabel('账号')
  await expect(account.or(page.getByTestId('unsent'))).toBeVisible()
  if (await account.isVisible()) await signIn(page, district)
  await page.keyboard.press('Control+7')
  const backups = page.getByRole('region', { name: '备份' })
  await expect(backups).toContainText('数据库损坏，已另建并抢救')
  await expect(backups).toContainText(/未上报步骤\s*救回 1/)
  await page.screenshot({ path: info.outputPath('rescued.png') })
  await backups.getByRole('button', { name: '知道了' }).click()
  await expect(backups.getByRole('button', { name: '知道了' })).toHaveCount(0)

  // The step that waited arrives, once.
  await expect.poll(() => district.hub.present.findCase(district.subCenter, id)?.head.state).toBe('accepted')
  const steps = district.hub.present.findCase(district.subCenter, id)?.steps.map(({ kind }) => kind)
  expect(steps).toEqual(['report', 'accept'])
  await expect(page.getByText('没有等待上报的步骤')).toBeVisible()
})
