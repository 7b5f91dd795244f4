/** An instruction about an open case goes to everybody on its grid; receipts and reading come back. */
import { expect, signIn, test } from './journey.ts'

test.use({ history: 20 })

test('an instruction reaches the field', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const reported = district.reportFromField({ place: '疃里村西口' })
  district.supervise(reported.id, 'leader', '请今晚盯办')
  const row = page.getByRole('grid').getByRole('row', { name: new RegExp(reported.number) })
  await expect(row).toContainText('督办')
  await page.getByRole('grid').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('complementary', { name: '案件' })).toContainText(reported.number)

  // The case's grid is the proposal: what remains is to write and to send.
  await page.keyboard.press('Alt+i')
  await expect(page.getByText(`关于案件 ${reported.number}`)).toBeVisible()
  const text = page.getByRole('textbox', { name: '内容' })
  await expect(text).toBeFocused()
  const grid = district.geography.gridsOf(district.subCenter).find(({ code }) => code === reported.gridCode)
  const everybody = 1 + (grid?.members.length ?? 0)

  await district.stopHub()
  await page.keyboard.type('请先到疃里村西口设围挡，十分钟内回照片')
  await page.keyboard.press('Control+Enter')
  const list = page.getByRole('list', { name: '现场指令' })
  await expect(list).toContainText('等待发送')
  await district.startHub()
  await expect(list).toContainText(`送达 0/${everybody} · 已读 0/${everybody}`, { timeout: 30_000 })

  district.handsets.receive('latest')
  district.handsets.open('latest', grid?.leader.id)
  await expect(list).toContainText(`送达 ${everybody}/${everybody} · 已读 1/${everybody}`)
  await list.getByText(/送达 /).first().click()
  await expect(
    list
      .getByRole('listitem')
      .filter({ hasText: grid?.leader.name ?? '' })
      .last(),
  ).toContainText('已读')
  await page.screenshot({ path: info.outputPath('instruction.png') })
})
