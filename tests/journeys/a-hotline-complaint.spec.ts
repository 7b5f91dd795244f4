/** A 12345 complaint from its arrival to the call-back, and the answer that goes back to the hotline. */
import { expect, signIn, test } from './journey.ts'

test('a hotline complaint from arrival to call-back', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const complaint = district.report({ channel: 'hotline-12345', place: '疃里村健身园内' })
  const { keyboard } = page
  const file = page.getByRole('complementary', { name: '案件' })
  const row = page.getByRole('grid').getByRole('row', { name: new RegExp(complaint.number) })
  const stateAtHub = () => district.hub.present.findCase(district.subCenter, complaint.id)?.head.state
  const take = async (key: string, name: string, ...more: string[]) => {
    await keyboard.press(key)
    const form = page.getByRole('form', { name, exact: true })
    await expect(form).toBeVisible()
    if (name === '派遣') await expect(form.getByRole('option').first()).toBeVisible()
    for (const next of more) await keyboard.press(next)
    await keyboard.press('Enter')
    await expect(form).toBeHidden()
  }

  await expect(row).toContainText('12345')
  await page.getByRole('grid').focus()
  await keyboard.press('Enter')
  await expect(file).toContainText(complaint.description)
  // The hotline's own number and deadline stand in the file.
  await expect(file).toContainText(complaint.origin?.reference ?? 'no reference')
  await expect(file).toContainText('答复期限')
  await take('a', '受理')
  await take('l', '立案')
  await take('d', '派遣', '1')
  await expect.poll(stateAtHub).toBe('dispatched')

  district.resolveCase(complaint.id)
  await expect(row).toContainText('待回访')
  await take('v', '核查通过')
  // It cannot be closed before somebody has called, and says so.
  await expect(file.getByRole('button', { name: /结案/ })).toContainText('先回访')
  await keyboard.press('c')
  await expect(page.getByRole('form')).toHaveCount(0)

  await keyboard.press('Shift+Digit9')
  await expect(page.getByTestId('queue-total')).toContainText('1 件')
  await take('t', '回访', '1', '1', '2')
  await expect(file).toContainText('满意吗？否')
  await page.screenshot({ path: info.outputPath('called-back.png') })
  await take('c', '结案', '1')
  await expect.poll(stateAtHub).toBe('closed')
  const [answer] = district.answers('hotline-12345')
  expect(answer?.reference).toBe(complaint.origin?.reference)
  await expect(file).toContainText('已答复')
})
