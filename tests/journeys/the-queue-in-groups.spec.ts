/** The queue is grouped, folded and linked by keys; a group is worked as one, each case going to its own unit. */
import { expect, signIn, test } from './journey.ts'

test('a group is dispatched by keyboard, each case to its own unit', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const grids = district.geography.gridsOf(district.subCenter)
  const stations = [...new Set(grids.map(({ stationCode }) => stationCode))].slice(0, 2)
  const gridOf = (station: string | undefined) => grids.find(({ stationCode }) => stationCode === station)!
  const report = (station: string | undefined, classCode: string) =>
    district.reportFromField({ grid: gridOf(station), classCode })
  const rubbish = [report(stations[0], 'S0108'), report(stations[1], 'S0108'), report(stations[1], 'S0108')]
  const other = report(stations[0], 'S0507')
  const { keyboard } = page
  const total = page.getByTestId('queue-total')
  const heads = page.getByRole('grid').locator('[aria-expanded]')

  await expect(total).toContainText('4 件')
  await keyboard.press('Alt+1')
  await expect(heads).toHaveCount(2)
  await expect(heads.first()).toContainText('S0108')
  await expect(heads.first()).toContainText('3 件')
  expect(page.url()).toContain('group=class')
  // The address alone brings the same queue.
  await page.reload()
  await expect(heads).toHaveCount(2)
  await expect(page.getByTestId('queue-group')).toHaveValue('class')

  await page.getByRole('grid').focus()
  await keyboard.press('ArrowLeft')
  await expect(heads.first()).toHaveAttribute('aria-expanded', 'false')
  await expect(page.getByRole('grid')).not.toContainText(rubbish[0]!.number)
  await expect(page.getByRole('grid')).toContainText(other.number)
  await expect(total).toContainText('4 件')
  await page.screenshot({ path: info.outputPath('folded.png') })
  await keyboard.press('ArrowRight')
  await expect(page.getByRole('grid')).toContainText(rubbish[0]!.number)

  // On the head, Space takes the whole group.
  const bulk = page.getByRole('region', { name: '批量办理' })
  const together = async (key: string, name: string) => {
    await page.getByRole('grid').focus()
    await keyboard.press('Home')
    await keyboard.press('Space')
    await expect(bulk).toContainText('已选 3 件')
    await keyboard.press(key)
    await expect(bulk.getByRole('form', { name })).toBeVisible()
  }
  for (const [key, name] of [
    ['a', '受理'],
    ['l', '立案'],
  ] as const) {
    await together(key, name)
    await keyboard.press('Enter')
    await expect(bulk).toContainText('3 件已办')
    await keyboard.press('Escape')
  }
  await together('d', '派遣')
  const each = bulk.getByRole('option').first()
  await expect(each).toContainText('各派各的')
  await expect(each).toContainText('2 件')
  await page.screenshot({ path: info.outputPath('each-to-its-own.png') })
  await keyboard.press('1')
  await keyboard.press('Control+Enter')
  await expect(bulk).toContainText('3 件已办')
  for (const { id, stationCode } of rubbish) {
    await expect
      .poll(() => district.hub.present.findCase(district.subCenter, id)?.head.assignee?.id)
      .toContain(stationCode)
  }

  await keyboard.press('Escape')
  await keyboard.press('Control+k')
  await page.getByRole('dialog', { name: '命令' }).getByRole('combobox').fill('按承办')
  await keyboard.press('Enter')
  await expect(heads.last()).toContainText('尚未派遣')
  await keyboard.press('Alt+0')
  await expect(heads).toHaveCount(0)
  await keyboard.press('Alt+Shift+2')
  await expect(page.getByRole('grid').getByRole('row').nth(1)).toContainText(other.number)
  expect(page.url()).toContain('sort=newest')
})

test('a duplicate is found beside the case, and a supervised case gets the limit that was asked for', async ({
  district,
  openPage,
}) => {
  const page = await openPage()
  await signIn(page, district, 'duty-leader')
  await expect(page.getByRole('banner')).toContainText('在线')
  const first = district.reportFromField({ classCode: 'S0101', place: '疃里村北口' })
  const again = { ...first, id: `${first.id}B`, number: `${first.number}9` }
  district.hub.publish(district.subCenter, { kind: 'case', case: again, steps: [] })
  const { keyboard } = page
  const file = page.getByRole('complementary', { name: '案件' })
  await page
    .getByRole('grid')
    .getByRole('row', { name: new RegExp(again.number) })
    .click()
  await expect(file).toContainText(again.number)

  await keyboard.press('u')
  const supervise = page.getByRole('form', { name: '督办' })
  await expect(supervise.getByRole('option').first()).toContainText('剩余时间的一半')
  await keyboard.press('2')
  await keyboard.press('1')
  await keyboard.press('Enter')
  const headOf = (id: string) => district.hub.present.findCase(district.subCenter, id)?.head
  await expect.poll(() => headOf(again.id)?.supervised).toBe(true)
  const hour = 3_600_000
  expect(Math.abs(headOf(again.id)!.limit!.dueAt - Date.now() - hour)).toBeLessThan(hour / 4)

  await keyboard.press('r')
  const duplicate = page.getByRole('form', { name: '重复' })
  await expect(duplicate.getByRole('option').first()).toContainText(first.number)
  await expect(duplicate.getByRole('option').first()).toContainText('0 米')
  await duplicate.getByRole('combobox').fill('疃里')
  await expect(duplicate.getByRole('option').first()).toContainText(first.number)
  await keyboard.press('Enter')
  await expect.poll(() => headOf(again.id)?.duplicateOf).toBe(first.id)
})
