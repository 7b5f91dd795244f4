/** What was really on the screen is counted, and the month's report says by camera, place and hour what was looked at, and what was not. */
import { readFileSync } from 'node:fs'
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 1, 'land-bureau': 1, 'civil-defense': 0 } })
test.setTimeout(180_000)

test('the monthly coverage report', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')
  const reason = page.getByTestId('reason')
  await reason.fill('核实占道经营')
  await reason.press('Enter')
  for (const owner of ['public-security', 'land-bureau']) {
    const tile = page.locator('[data-tile]', { has: page.locator(`[data-owner="${owner}"]`) }).first()
    await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
    // Long enough to be a look.
    await expect
      .poll(async () => Number(await tile.getAttribute('data-shown')), { timeout: 40_000 })
      .toBeGreaterThan(60)
  }
  // The rest of a large sub-center, which nobody has on a wall.
  const [camera] = district.cameras
  const others = Array.from({ length: 850 }, (_, index) => ({
    ...{ ...camera!, id: `other-${index}`, deviceCode: `110112000013219${String(index).padStart(5, '0')}` },
    ...{ name: `没人看的 ${index}`, place: `村 ${index % 40}`, version: 1 },
  }))
  district.hub.publishMany(
    district.subCenter,
    others.map((one) => ({ kind: 'camera' as const, camera: one, removed: false })),
  )

  await page.keyboard.press('Control+3')
  await expect(page.getByTestId('patrol')).toBeVisible()
  await page.keyboard.press('Alt+4')
  const report = page.getByTestId('coverage')
  await expect(report).toBeVisible()
  const totals = page.getByTestId('coverage-totals')
  await expect(async () => {
    await page.keyboard.press('r')
    await expect(totals).toContainText('看过 2/852 路', { timeout: 2_000 })
  }).toPass()
  const table = report.getByRole('table')
  for (const { name } of district.cameras) await expect(table).toContainText(name)
  await expect(table.locator('[data-shade]').first()).toHaveText(/^(<1|\d+)$/)
  await page.screenshot({ path: info.outputPath('cameras.png') })

  // By place; by hour; what nobody looked at, of which only what is seen is drawn; and why a public-security camera was looked at.
  await page.keyboard.press('2')
  await expect(table).toHaveAttribute('data-sheet', 'places')
  await expect(table).toContainText('村 39')
  await page.setViewportSize({ width: 1366, height: 768 })
  await page.screenshot({ path: info.outputPath('places.png') })
  await page.keyboard.press('3')
  await expect(table.getByRole('row')).toHaveCount(25)
  await page.screenshot({ path: info.outputPath('hours.png') })
  await page.keyboard.press('4')
  await expect(table).toHaveAttribute('aria-rowcount', '851')
  expect(await table.getByRole('row').count()).toBeLessThan(80)
  await page.screenshot({ path: info.outputPath('gaps.png') })
  await page.keyboard.press('5')
  await expect(table).toContainText('核实占道经营')
  await expect(table).toContainText('王建国')

  // A month before that nobody looked at anything.
  await page.keyboard.press('[')
  await expect(totals).toContainText('看过 0/852 路')
  await page.keyboard.press(']')
  await expect(table).toContainText('核实占道经营')

  // As a file that Excel opens, and on paper in full.
  const downloading = page.waitForEvent('download')
  await page.keyboard.press('e')
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^视频巡查覆盖-\d{4}-\d\d\.csv$/)
  const file = readFileSync(await download.path(), 'utf8')
  expect(file.startsWith('\ufeff')).toBe(true)
  expect(file).toContain('核实占道经营')
  expect(file).toContain('没人看的 849')
  await page.evaluate(() => {
    window.print = () => (document.title = document.querySelector('.coverage-paper')?.textContent ?? '')
  })
  await page.keyboard.press('p')
  await expect(page).toHaveTitle(/没人看的 849/)
})
