/** Somebody rings up: the case is taken down by keyboard, gets its number from the hub, and prints on A4. */
import { expect, signIn, test } from './journey.ts'

test('a case is taken down at the desk and printed', async ({ district, openPage, host }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await expect(page.getByText('没有未结案件')).toBeVisible()
  const { keyboard } = page

  await keyboard.press('i')
  const form = page.getByRole('complementary', { name: '登记新案件' })
  await expect(form.getByRole('listbox').getByRole('option').first()).toBeVisible()
  await keyboard.type('bllj')
  await expect(form.getByRole('listbox').getByRole('option')).toContainText('暴露垃圾')
  await keyboard.press('Enter')
  await keyboard.type('白庙村公交站')
  await keyboard.press('Enter')
  await keyboard.type('垃圾桶旁堆了很多装修垃圾')
  await keyboard.press('Enter')
  await keyboard.type('刘女士')
  await keyboard.press('Enter')
  await keyboard.type('13800001234')
  await keyboard.press('Control+Enter')

  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file).toContainText('垃圾桶旁堆了很多装修垃圾')
  await expect(file).toContainText('138****1234')
  // The hub numbers it.
  const row = page.getByRole('grid').getByRole('row').nth(1)
  await expect(row).toContainText(/SZ\d{13}/)
  await expect(page.getByTestId('unsent')).toContainText('0')

  await page.evaluate(() => (window.print = () => undefined))
  await keyboard.press('Control+p')
  const paper = page.getByRole('article', { name: '案卷' })
  await expect(paper).toContainText('白庙村公交站')
  if (host === 'kiosk') await page.pdf({ path: info.outputPath('case.pdf'), preferCSSPageSize: true })
  await keyboard.press('Escape')
  await expect(file).toContainText('垃圾桶旁堆了很多装修垃圾')
})
