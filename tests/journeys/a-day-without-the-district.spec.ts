/** A shift without the district: callers are taken down, dispatched and merged, paper is printed, the program is restarted; then all arrives. */
import type { Page } from '@playwright/test'
import { expect, signIn, test } from './journey.ts'

/** `isAlike`: the desk finds another like it near by and asks to make sure. */
async function takeDown(page: Page, place: string, isAlike = false): Promise<string> {
  const { keyboard } = page
  await keyboard.press('i')
  const form = page.getByRole('complementary', { name: '登记新案件' })
  await expect(form.getByRole('listbox', { name: '类别' }).getByRole('option').first()).toBeVisible()
  await keyboard.type('bllj')
  await expect(form.getByRole('listbox', { name: '类别' }).getByRole('option')).toContainText('暴露垃圾')
  await keyboard.press('Enter')
  await keyboard.type(place)
  await keyboard.press('Enter')
  await expect(form.getByRole('listbox', { name: '在哪个网格' }).getByRole('option', { selected: true })).toBeVisible()
  await keyboard.press('Enter')
  await keyboard.type('堆了很多装修垃圾')
  await keyboard.press('Enter')
  await keyboard.type('刘女士')
  await keyboard.press('Control+Enter')
  if (isAlike) {
    await expect(form).toContainText('再按一次 Ctrl+Enter')
    await keyboard.press('Control+Enter')
  }
  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file).toContainText(place)
  return (await file.getByText(/^暂/).first().textContent()) ?? ''
}

test('a day without the district', async ({ district, openPage, console: program }, info) => {
  let page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const village = [...district.geography.stations.values()].find((one) => one.subCenter === district.subCenter)!.name
  const known = district.reportFromField({ place: `${village}东口` })
  await expect(page.getByRole('row', { name: new RegExp(known.number) })).toBeVisible()
  await district.stopHub()
  await expect(page.getByTestId('outage')).toBeVisible()

  const first = await takeDown(page, `${village}公交站`)
  expect(first).toMatch(/^暂/)
  const address = page.url()
  const file = () => page.getByRole('complementary', { name: '案件' })
  // After a step the desk goes on to the next case: back to this one each time.
  const back = async () => {
    await page.getByRole('row').filter({ hasText: first }).click()
    await expect(file()).toContainText(first)
  }
  for (const key of ['a', 'l']) {
    await back()
    await page.keyboard.press(key)
    await expect(page.getByRole('form')).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('form')).toHaveCount(0)
  }
  await back()
  await page.keyboard.press('d')
  await expect(page.getByRole('form', { name: '派遣' }).getByRole('option').first()).toBeVisible()
  await page.keyboard.press('1')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByTestId('unsent')).toContainText('4')
  const second = await takeDown(page, `${village}公交站北侧`, true)
  await expect(page.getByTestId('unsent')).toContainText('5')

  // On paper, for the case that the machines fail too.
  await page.evaluate(() => (window.print = () => undefined))
  await page.keyboard.press('Alt+p')
  const paper = page.getByRole('article', { name: '断网应急单' })
  await expect(paper).toContainText(first)
  await expect(paper).toContainText(known.number)
  await expect(paper).toContainText('新案件登记')
  await expect(paper).toContainText(/1\d{10}/)
  await page.pdf({ path: info.outputPath('paper.pdf'), preferCSSPageSize: true })
  await page.screenshot({ path: info.outputPath('paper.png') })
  await page.keyboard.press('Escape')

  // The program is restarted in between: the outage and what waits are still known.
  await page.close()
  await program.restart()
  page = await openPage()
  await expect(page.getByTestId('outage')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByTestId('unsent')).toContainText('5')
  await page.keyboard.press('Control+7')
  await expect(page.getByRole('region', { name: '等待上报' }).getByRole('row')).toHaveCount(6)
  await page.screenshot({ path: info.outputPath('waiting.png') })

  await district.startHub()
  const summary = page.getByTestId('outage-summary')
  await expect(summary).toContainText('编号 2 件', { timeout: 40_000 })
  await expect(summary).toContainText('送达 5 步')
  const record = page.getByRole('region', { name: '断网记录' })
  await record.getByText('临时编号与正式编号').click()
  await expect(record).toContainText(first)
  await expect(record).toContainText(second)
  await page.screenshot({ path: info.outputPath('summary.png') })

  // The address of before still opens the same case, now by its number.
  await page.goto(new URL(new URL(address).hash, page.url()).href)
  await expect(file()).toContainText(/SZ\d{13}/)
  await expect(file()).toContainText('已派遣')
  const [kept] = district.hub.present
    .openCases(district.subCenter)
    .filter(({ head }) => head.place === `${village}公交站`)
  expect(kept?.head).toMatchObject({ state: 'dispatched', number: expect.stringMatching(/^SZ/) })
})
