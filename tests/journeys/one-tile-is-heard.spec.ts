/** Sound of one tile at a time: asked for by a key, said when there is none, given up when another tile or window begins or pictures are hidden. */
import type { Locator, Page } from '@playwright/test'
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 1, 'land-bureau': 3, 'civil-defense': 2 } })
test.setTimeout(240_000)

const front = '[data-layer=front]'
const scene = { layout: '6', tiles: ['lb-001', 'lb-002', 'lb-003', 'cd-001', 'cd-002', 'ps-001'], free: [] }
const tileOf = (page: Page, cameraId: string) => page.locator(`${front} [data-camera="${cameraId}"]`)
const number = async (of: Locator, name: string) => Number(await of.getAttribute(name))

async function openWall(page: Page): Promise<void> {
  await page.evaluate((kept) => localStorage.setItem('console.wall', JSON.stringify(kept)), scene)
  await page.keyboard.press('Control+2')
  await expect(page.getByTestId('wall')).toBeVisible()
}

async function listen(page: Page, cameraId: string): Promise<Locator> {
  await tileOf(page, cameraId).focus()
  await page.keyboard.press('a')
  return tileOf(page, cameraId).getByTestId('sound')
}

/** Samples go on being heard, and they are no silence. */
async function expectSound(panel: Locator): Promise<void> {
  await expect(panel).toHaveAttribute('data-state', 'hearing', { timeout: 30_000 })
  const before = await number(panel, 'data-heard')
  await expect.poll(() => number(panel, 'data-heard')).toBeGreaterThan(before)
  await expect.poll(() => number(panel, 'data-level')).toBeGreaterThan(0.02)
}

/** Ages of a tile's picture over some readings, for the report: what sound costs is looked at, not asserted by the clock. */
async function agesOf(tile: Locator): Promise<number> {
  const ages: number[] = []
  for (let reading = 0; reading < 12; reading += 1) {
    const shown = await number(tile, 'data-shown')
    await expect.poll(() => number(tile, 'data-shown')).toBeGreaterThan(shown)
    ages.push(await number(tile, 'data-age-ms'))
  }
  return ages.toSorted((a, b) => a - b)[6]!
}

test('one tile is heard, and says why when there is nothing to hear', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await openWall(page)
  await page.getByTestId('reason').fill('核实宋庄村北口垃圾堆放')
  await page.getByTestId('reason').press('Enter')
  await expect(page.locator(`${front} [data-tile][data-state=playing]`)).toHaveCount(6, { timeout: 60_000 })
  const sessions = () => district.park!.viewers().length
  const before = sessions()
  const silentAge = await agesOf(tileOf(page, 'lb-001'))

  const g711 = await listen(page, 'lb-001')
  await expectSound(g711)
  const heardAge = await agesOf(tileOf(page, 'lb-001'))
  info.annotations.push({ type: 'age of the picture, ms', description: `silent ${silentAge}, heard ${heardAge}` })
  await expect(tileOf(page, 'lb-001')).toHaveAttribute('data-state', 'playing')
  await page.screenshot({ path: info.outputPath('heard.png') })

  const aac = await listen(page, 'cd-002')
  await expect(g711).toBeHidden()
  await expectSound(aac)
  // By the sessions that carry the pictures.
  expect(sessions()).toBe(before)

  await expect(await listen(page, 'lb-002')).toContainText('这台摄像机没有声音')
  await expect(await listen(page, 'lb-003')).toContainText('声音编码不支持：G726-32')
  await expect(await listen(page, 'cd-001')).toContainText('HLS')
  await expect(await listen(page, 'ps-001')).toContainText('这家单位不允许监听声音')
  await page.screenshot({ path: info.outputPath('forbidden.png') })
  await page.keyboard.press('a')
  await expect(page.getByTestId('sound')).toHaveCount(0)

  // Another window of this workstation begins: this one is silent.
  await expectSound(await listen(page, 'lb-001'))
  const other = await page.context().newPage()
  await other.goto(page.url())
  await expect(other.getByTestId('wall')).toBeVisible()
  await expect(tileOf(other, 'cd-002')).toHaveAttribute('data-state', 'playing', { timeout: 60_000 })
  await expectSound(await listen(other, 'cd-002'))
  await expect(g711).toBeHidden()
  await other.close()

  // Whose picture is hidden is not heard.
  await page.bringToFront()
  await expectSound(await listen(page, 'lb-001'))
  await page.keyboard.press('b')
  await expect(page.getByTestId('sound')).toHaveCount(0)
  await page.keyboard.press('b')
  await expect(tileOf(page, 'lb-001')).toHaveAttribute('data-state', 'playing', { timeout: 60_000 })
  await expect(page.getByTestId('sound')).toHaveCount(0)
})
