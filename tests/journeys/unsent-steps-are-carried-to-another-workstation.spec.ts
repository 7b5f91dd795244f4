/** A workstation stays cut off: what it could not send is exported by keyboard, imported at another one, and arrives once. */
import { readFileSync } from 'node:fs'
import { expect, signIn, test } from './journey.ts'

const phrase = '断网以后用的口令'

test('unsent steps are carried to another workstation', async ({ district, openPage, openOther }, info) => {
  const { id, number } = district.reportFromField({ place: '大兴庄村北口' })
  const [page, other] = [await openPage(), await openOther()]
  await signIn(page, district)
  await signIn(other, district, 'duty-leader')
  for (const each of [page, other]) await expect(each.getByRole('row').filter({ hasText: number })).toBeVisible()
  await district.stopHub()
  await page.getByRole('row').filter({ hasText: number }).click()
  await expect(page.getByTestId('outage')).toBeVisible()
  await page.keyboard.press('a')
  await expect(page.getByRole('form', { name: '受理' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('unsent')).toContainText('1')

  await page.keyboard.press('Control+7')
  await expect(page.getByRole('region', { name: '未上报事项的转移' })).toBeVisible()
  await page.keyboard.press('o')
  const form = page.getByRole('form', { name: '导出未上报事项' })
  await expect(form).toBeVisible()
  await page.keyboard.type('短')
  await page.keyboard.press('Enter')
  await expect(form).toContainText('口令至少 8 个字符')
  await form.getByLabel('口令（').fill(phrase)
  await page.keyboard.press('Enter')
  await expect(form).toContainText('两次输入的口令不一样')
  await form.getByLabel('再输入一次口令').fill(phrase)
  const downloading = page.waitForEvent('download')
  await page.keyboard.press('Enter')
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^SZ-02-\d{8}-\d{4}\.unsent$/)
  const path = info.outputPath('carried.unsent')
  await download.saveAs(path)
  expect(readFileSync(path).includes(Buffer.from(id))).toBe(false)
  await expect(page.getByText('已导出 1 步')).toBeVisible()

  await other.keyboard.press('Control+7')
  await expect(other.getByRole('region', { name: '未上报事项的转移' })).toBeVisible()
  await other.keyboard.press('i')
  const takeOver = other.getByRole('form', { name: '导入文件' })
  await takeOver.getByLabel('选择文件').setInputFiles({ name: 'a.unsent', mimeType: '', buffer: Buffer.alloc(0) })
  await takeOver.getByLabel('口令（').fill(phrase)
  await other.keyboard.press('Enter')
  await expect(takeOver).toContainText('文件是空的')
  await takeOver.getByLabel('选择文件').setInputFiles(path)
  await takeOver.getByLabel('口令（').fill('另外的一个口令呀')
  await other.keyboard.press('Enter')
  await expect(takeOver).toContainText('口令不对')
  // Asked again with the same file: what came of the first try is gone.
  await takeOver.getByLabel('口令（').fill(phrase)
  await other.keyboard.press('Enter')
  await expect(other.getByText(/已导入：新收 1 步，已有 0 步，附件 0 件，来自 SZ-02/)).toBeVisible()
  await expect(other.getByTestId('unsent')).toContainText('1')
  await other.screenshot({ path: info.outputPath('imported.png') })

  // Both send.
  await district.startHub()
  for (const each of [page, other]) await expect(each.getByTestId('unsent')).toContainText('0', { timeout: 40_000 })
  const steps = district.hub.present.findCase(district.subCenter, id)?.steps.map(({ kind }) => kind)
  expect(steps).toEqual(['report', 'accept'])
})
