/** A shift ends: what stands open is read, noted, taken over by the next person's own account, and printed. */
import { expect, signIn, test } from './journey.ts'

test.use({ history: 120 })

test('shift hand-over', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await expect(page.getByRole('contentinfo')).toContainText('120')
  const reported = district.reportFromField({ place: '疃里村西口' })
  district.supervise(reported.id, 'leader', '请今晚盯办')

  await page.getByRole('navigation', { name: '席位' }).getByRole('link', { name: /交接/ }).click()
  const sheet = page.getByRole('article', { name: '交接班' })
  await expect(sheet).toContainText('王建国')
  await expect(sheet.getByRole('table', { name: /督办/ })).toContainText(reported.number)
  await page.getByLabel('交班说明').fill('小堡村停电，18 点恢复。\n疃里村西口的现场照片还没到。')
  await expect(page.getByText('已保存在本机')).toBeVisible()
  await page.screenshot({ path: info.outputPath('open.png') })

  // One's own account hands nothing over.
  const [operator, leader] = ['operator', 'duty-leader'].map((role) =>
    district.accounts.find((account) => account.role === role),
  )
  const account = page.getByLabel('接班人账号')
  const password = page.getByRole('form', { name: '接班' }).getByLabel('密码')
  await account.fill(operator?.account ?? '')
  await password.fill(operator?.password ?? '')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('另一人')

  await account.fill(leader?.account ?? '')
  await password.fill(leader?.password ?? '')
  await page.keyboard.press('Enter')
  await expect(page.getByText('交接完成，当前值班：李秀兰')).toBeVisible()
  await expect(page.getByRole('banner')).toContainText('李秀兰')
  await expect(sheet).toContainText('小堡村停电')
  await page.screenshot({ path: info.outputPath('handed-over.png') })
  await page.pdf({ path: info.outputPath('hand-over.pdf'), preferCSSPageSize: true, printBackground: true })

  // The next shift begins with empty notes, and the record stays readable.
  await page.keyboard.press('Escape')
  await expect(page.getByLabel('交班说明')).toHaveValue('')
  await page.getByRole('button', { name: /王建国 交 李秀兰/ }).click()
  await expect(sheet).toContainText('疃里村西口的现场照片还没到')
})
