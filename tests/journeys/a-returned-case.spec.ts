/** A returned case is dispatched again, fails its check once, and is closed after the rework; every step shows where it came from. */
import { expect, signIn, test } from './journey.ts'

test('a returned case is re-dispatched and closed after one rework', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const { id, number } = district.reportFromField({ place: '六合村村口' })
  const { keyboard } = page
  const file = page.getByRole('complementary', { name: '案件' })
  const row = page.getByRole('grid').getByRole('row', { name: new RegExp(number) })
  const take = async (key: string, name: string, ...more: string[]) => {
    await keyboard.press(key)
    await expect(page.getByRole('form', { name })).toBeVisible()
    for (const next of more) await keyboard.press(next)
    await keyboard.press('Enter')
    await expect(page.getByRole('form', { name })).toBeHidden()
  }
  const dispatch = async () => {
    await keyboard.press('d')
    await expect(page.getByRole('form', { name: '派遣' }).getByRole('option').first()).toBeVisible()
    await keyboard.press('1')
    await keyboard.press('Enter')
    await expect(page.getByRole('form', { name: '派遣' })).toBeHidden()
    await expect.poll(() => district.hub.present.findCase(district.subCenter, id)?.head.state).toBe('dispatched')
  }

  await expect(row).toBeVisible()
  await page.getByRole('grid').focus()
  await keyboard.press('Enter')
  await expect(file).toContainText(number)
  await take('a', '受理')
  await take('l', '立案', '1')
  await dispatch()

  district.returnCase(id, '不属于本单位职责，请派城管')
  await expect(row).toContainText('退回')
  await expect(file).toContainText('不属于本单位职责，请派城管')
  await keyboard.press('Shift+Digit7')
  await expect(page.getByTestId('queue-total')).toContainText('1 件')
  await page.screenshot({ path: info.outputPath('returned.png') })
  await dispatch()

  await keyboard.press('Shift+Digit1')
  district.resolveCase(id)
  await expect(row).toContainText('待核查')
  await take('n', '核查不通过', '1')
  await expect(row).toContainText('处置中')
  await expect(file).toContainText('返工 1 次')
  await expect.poll(() => district.hub.present.findCase(district.subCenter, id)?.head.failedChecks).toBe(1)

  district.resolveCase(id, '已重新清理')
  await expect(row).toContainText('待核查')
  await take('v', '核查通过')
  await take('c', '结案', '1')
  await expect.poll(() => district.hub.present.findCase(district.subCenter, id)?.head.state).toBe('closed')
  await expect(file).toContainText('已结案')
  await expect(page.getByTestId('unsent')).toContainText('0')
})
