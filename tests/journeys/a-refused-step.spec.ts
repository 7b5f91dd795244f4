/** A step taken while the hub was away is refused afterwards, because others went on: it is shown, explained, and looked at. */
import { expect, signIn, test } from './journey.ts'

test('a step that the hub refuses is explained and looked at', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const { id, number } = district.reportFromField({ place: '喇嘛庄村东口' })
  const { keyboard } = page
  const file = page.getByRole('complementary', { name: '案件' })
  const row = page.getByRole('grid').getByRole('row', { name: new RegExp(number) })
  await expect(row).toBeVisible()
  await page.getByRole('grid').focus()
  await keyboard.press('Enter')
  await expect(file).toContainText(number)

  // Rejected here while the hub is away; it waits, and says so.
  await district.stopHub()
  await expect(page.getByRole('banner')).toContainText(/连接已断开|未能连接/)
  await keyboard.press('x')
  await expect(page.getByRole('form', { name: '不予受理' })).toBeVisible()
  await keyboard.press('1')
  await keyboard.press('Enter')
  await expect(page.getByTestId('unsent')).toContainText('1')
  await expect(file).toContainText('待上报：已保存在本机')
  await page.screenshot({ path: info.outputPath('waiting.png') })

  // Another desk accepts and files it first.
  await district.startHub()
  const other = district.accounts.find(({ role }) => role === 'duty-leader')!
  const input = { remark: '属实', assignee: null, duplicateOf: null, duration: null, dueAt: null, evidence: [] }
  const actor = { id: other.id, name: other.name, role: other.role }
  district.hub.take(district.subCenter, id, { kind: 'accept', actor, input: { ...input, callBack: null } })

  await expect(page.getByTestId('parked')).toContainText('1', { timeout: 30_000 })
  await expect(row.locator('[data-mark=parked]')).toBeVisible()
  const card = file.getByRole('group', { name: '“不予受理”没有办成' })
  await expect(card).toContainText('“不予受理”没有办成')
  await expect(card).toContainText('期间发生')
  await page.screenshot({ path: info.outputPath('refused.png') })
  await card.getByRole('button', { name: '撤回' }).click()
  // What was written leaves the screen for good: it is asked for once more.
  await card.getByRole('button', { name: '再按一次' }).click()
  await expect(card).toBeHidden()
  await expect(page.getByTestId('parked')).toHaveCount(0)
})
