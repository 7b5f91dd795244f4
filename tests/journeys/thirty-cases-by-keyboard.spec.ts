/** Thirty reported cases are accepted and filed together, then dispatched one after the other, by keyboard alone. */
import { expect, signIn, test } from './journey.ts'

test('thirty cases dispatched by keyboard alone', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const reported = Array.from({ length: 30 }, (_, index) =>
    district.reportFromField({ place: `宋庄村主街${index + 1}号门前` }),
  )
  const { keyboard } = page
  const total = page.getByTestId('queue-total')

  // All that wait to be accepted, in one go; then filed.
  await keyboard.press('Shift+Digit3')
  await expect(total).toContainText('30 件')
  await keyboard.press('Control+a')
  await keyboard.press('a')
  const bulk = page.getByRole('region', { name: '批量办理' })
  await expect(bulk.getByRole('form', { name: '受理' })).toBeVisible()
  await keyboard.press('Enter')
  await expect(bulk).toContainText('30 件已办')
  await keyboard.press('Escape')
  await keyboard.press('Shift+Digit1')
  await expect(total).toContainText('30 件')
  await keyboard.press('Control+a')
  await keyboard.press('l')
  await expect(bulk.getByRole('form', { name: '立案' })).toBeVisible()
  await keyboard.press('Enter')
  await expect(bulk).toContainText('30 件已办')
  await keyboard.press('Escape')

  // One after the other: each opens the next.
  await keyboard.press('Shift+Digit4')
  await expect(total).toContainText('30 件')
  const form = page.getByRole('form', { name: '派遣' })
  const file = page.getByRole('complementary', { name: '案件' })
  await keyboard.press('Enter')
  for (let left = 30; left > 0; left -= 1) {
    await expect(total).toContainText(`${left} 件`)
    await expect(file).toContainText('待派遣')
    await keyboard.press('d')
    await expect(form.getByRole('option').first()).toBeVisible()
    await keyboard.press('1')
    if (left === 20) await page.screenshot({ path: info.outputPath('dispatch.png') })
    await keyboard.press('Control+Enter')
    await expect(form).toBeHidden()
  }
  await expect(page.getByText('没有待派遣的案件')).toBeVisible()

  // The hub has them all.
  await expect(page.getByTestId('unsent')).toContainText('0')
  for (const { id } of reported) {
    await expect.poll(() => district.hub.present.findCase(district.subCenter, id)?.head.state).toBe('dispatched')
  }
  await expect(page.getByTestId('parked')).toHaveCount(0)
})
