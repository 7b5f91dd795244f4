/** Somebody rings up: the case is taken down by keyboard, gets its number from the hub, and prints on A4. */
import { expect, signIn, test } from './journey.ts'

const timer = () => {
  const began = performance.now()
  return () => `${((performance.now() - began) / 1000).toFixed(1)} s`
}

test('a case is taken down at the desk and printed', async ({ district, openPage, host }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await expect(page.getByText('没有未结案件')).toBeVisible()
  const { keyboard } = page
  // As quick as somebody who types 300 characters a minute on.
  const type = (text: string) => keyboard.type(text, { delay: 200 })
  const { geography, subCenter } = district
  const station = [...geography.stations.values()].find((one) => one.subCenter === subCenter)!
  const village = station.name

  const took = timer()
  await keyboard.press('i')
  const form = page.getByRole('complementary', { name: '登记新案件' })
  const classes = form.getByRole('listbox', { name: '类别' })
  await expect(classes.getByRole('option').first()).toBeVisible()
  await type('bllj')
  await expect(classes.getByRole('option')).toContainText('暴露垃圾')
  await keyboard.press('Enter')
  await type(`${village}公交站`)
  await keyboard.press('Enter')
  // The place names its village: the grid is found, and one key takes it.
  const places = form.getByRole('listbox', { name: '在哪个网格' })
  await expect(places.getByRole('option', { selected: true })).toContainText(village)
  await expect(places.getByRole('option', { selected: true })).toContainText('地点中提到')
  await keyboard.press('Enter')
  await type('垃圾桶旁堆了很多装修垃圾')
  await keyboard.press('Enter')
  await type('刘女士')
  await keyboard.press('Enter')
  await type('13800001234')
  await keyboard.press('Control+Enter')

  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file).toContainText('垃圾桶旁堆了很多装修垃圾')
  info.annotations.push({
    type: 'keyboard entry',
    description: `${took()} from the key to the open case, at 200 ms a key`,
  })
  await expect(file).toContainText('138****1234')
  // The hub numbers it.
  const row = page.getByRole('grid').getByRole('row').nth(1)
  await expect(row).toContainText(/SZ\d{13}/)
  await expect(page.getByTestId('unsent')).toContainText('0')
  const [kept] = district.hub.present.openCases(subCenter)
  expect(kept?.head).toMatchObject({ place: `${village}公交站`, stationCode: station.code })

  await page.evaluate(() => (window.print = () => undefined))
  await keyboard.press('Control+p')
  const paper = page.getByRole('article', { name: '案卷' })
  await expect(paper).toContainText(`${village}公交站`)
  if (host === 'kiosk') await page.pdf({ path: info.outputPath('case.pdf'), preferCSSPageSize: true })
  await keyboard.press('Escape')
  await expect(file).toContainText('垃圾桶旁堆了很多装修垃圾')
})
