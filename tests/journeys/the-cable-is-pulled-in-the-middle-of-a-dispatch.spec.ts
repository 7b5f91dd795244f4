/** The line goes while a dispatch is being filled in: the work goes on, the bar says so, and everything arrives when it is back. */
import { expect, signIn, test } from './journey.ts'

test('the cable is pulled in the middle of a dispatch', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  const bar = page.getByRole('banner')
  await expect(bar).toContainText('在线')
  const { id, number } = district.reportFromField({ place: '大兴庄村北口' })
  const { keyboard } = page
  const file = page.getByRole('complementary', { name: '案件' })
  await expect(page.getByRole('grid').getByRole('row', { name: new RegExp(number) })).toBeVisible()
  await page.getByRole('grid').focus()
  await keyboard.press('Enter')
  await expect(file).toContainText(number)
  for (const key of ['a', 'l']) {
    await keyboard.press(key)
    await expect(page.getByRole('form')).toBeVisible()
    await keyboard.press('Enter')
    await expect(page.getByRole('form')).toHaveCount(0)
  }
  await expect(file).toContainText('待派遣')

  await keyboard.press('d')
  const form = page.getByRole('form', { name: '派遣' })
  await expect(form.getByRole('option').first()).toBeVisible()
  await keyboard.press('1')
  await district.stopHub()
  await expect(bar).toContainText(/连接已断开|未能连接/)
  await expect(page.getByTestId('outage')).toContainText('断网办公')
  // The form is as it was: what was chosen is still chosen, and it is sent to this workstation's disk.
  await keyboard.press('Control+Enter')
  await expect(form).toBeHidden()
  await expect(file).toContainText('已派遣')
  await expect(page.getByTestId('unsent')).toContainText('1')

  await keyboard.press('Control+7')
  const waiting = page.getByRole('region', { name: '等待上报' })
  await expect(waiting.getByRole('row').nth(1)).toContainText(number)
  await expect(waiting.getByRole('row').nth(1)).toContainText('派遣')
  await page.screenshot({ path: info.outputPath('cut.png') })
  // Every desk says it.
  for (const desk of ['2', '5', '8', '1']) {
    await keyboard.press(`Control+${desk}`)
    await expect(page.getByTestId('outage')).toContainText('断网办公')
  }

  await district.startHub()
  await expect(bar).toContainText('在线', { timeout: 30_000 })
  await expect(page.getByTestId('outage')).toHaveCount(0)
  await expect.poll(() => district.hub.present.findCase(district.subCenter, id)?.head.state).toBe('dispatched')
  const steps = district.hub.present.findCase(district.subCenter, id)?.steps.map(({ kind }) => kind)
  expect(steps?.filter((kind) => kind === 'dispatch')).toHaveLength(1)

  // What came of it is told once, and stays on the sync desk.
  const summary = page.getByTestId('outage-summary')
  await expect(summary).toContainText('送达 1 步')
  await page.screenshot({ path: info.outputPath('back.png') })
  await keyboard.press('Alt+o')
  await expect(summary).toHaveCount(0)
  await keyboard.press('Control+7')
  await expect(page.getByRole('region', { name: '断网记录' })).toContainText('送达 1 步')
  await expect(page.getByText('没有等待上报的步骤')).toBeVisible()
  await page.screenshot({ path: info.outputPath('in-step.png') })
})
