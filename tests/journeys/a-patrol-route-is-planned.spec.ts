/** A patrol route is planned by keyboard at one workstation, changed at another, and walked by both. */
import { type Page } from '@playwright/test'
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 2, 'land-bureau': 2, 'civil-defense': 2 } })
test.setTimeout(180_000)

const name = '早间重点部位'

async function openPatrol(page: Page): Promise<void> {
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+3')
  await expect(page.getByTestId('patrol')).toBeVisible()
}
const stops = (page: Page) => page.getByTestId('stops').getByRole('option')
const revision = (page: Page) => page.getByTestId('route-revision')

test('a patrol route is planned and shared', async ({ district, openPage, openOther }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await openPatrol(page)

  await page.keyboard.press('n')
  await expect(page.getByTestId('route-name')).toBeFocused()
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('stop-search')).toBeFocused()
  await expect(page.locator('[data-offer]')).toHaveCount(6)
  for (let camera = 1; camera <= 4; camera += 1) {
    await page.keyboard.press('Enter')
    await expect(stops(page)).toHaveCount(camera)
  }
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('stops')).toBeFocused()
  const last = await stops(page).nth(3).innerText()
  await page.keyboard.press('End')
  await page.keyboard.press('Alt+Home')
  await expect(stops(page).first()).toContainText(last.split('\n')[1] ?? '')
  await page.keyboard.press('Enter')
  await page.getByTestId('stop-dwell').fill('30')
  await page.keyboard.press('Enter')
  await expect(stops(page).first()).toContainText('30 秒')

  await page.keyboard.press('t')
  await page.getByTestId('time-add').click()
  await page.getByTestId('time-at').fill('00:01')
  await page.getByTestId('time-who').fill('早班')
  await page.keyboard.press('Control+s')
  await expect(revision(page)).toContainText('第 1 版')
  await expect(page.getByTestId('route-editor')).toContainText('工作日 00:01，由早班走一遍')
  await page.screenshot({ path: info.outputPath('planned.png') })

  const second = (await stops(page).nth(1).innerText()).split('\n')[1] ?? ''
  const other = await openOther()
  await signIn(other, district, 'duty-leader')
  await openPatrol(other)
  await other.getByRole('option', { name }).last().click()
  await expect(stops(other)).toHaveCount(4)
  await expect(revision(other)).toContainText('第 1 版')
  await stops(other).nth(1).click()
  await other.keyboard.press('c')
  await expect(stops(other)).toHaveCount(5)

  // Meanwhile it is changed at the first one too, by the mouse: what is kept is settled by a person.
  await stops(page)
    .nth(3)
    .dragTo(stops(page).nth(1), { targetPosition: { x: 40, y: 4 } })
  const dragged = await stops(page).nth(1).innerText()
  expect(dragged).not.toContain(second)
  await other.keyboard.press('Control+s')
  await expect(revision(other)).toContainText('第 2 版')
  await expect(page.getByTestId('route-overtaken')).toContainText('李秀兰')
  await page.screenshot({ path: info.outputPath('overtaken.png') })
  await page.getByTestId('route-overtaken').getByRole('button', { name: '用他的' }).click()

  await expect(revision(page)).toContainText('第 2 版')
  await expect(stops(page)).toHaveCount(5)
  await page.keyboard.press('Escape')
  await page.keyboard.press('v')
  const earlier = page.locator('[data-revision]')
  await expect(earlier).toHaveCount(2)
  await earlier.last().click()
  await page.screenshot({ path: info.outputPath('revisions.png') })
  await page.keyboard.press('Enter')
  await expect(stops(page)).toHaveCount(4)
  await page.keyboard.press('Control+s')
  await expect(revision(other)).toContainText('第 3 版')
  await expect(stops(other)).toHaveCount(4)

  await page.keyboard.press('w')
  await expect(page).toHaveURL(/#\/patrol\/walk\//)
  await expect(other.getByRole('option', { name }).last()).toContainText('1 人在巡查')
  await other.keyboard.press('Alt+2')
  await expect(other.locator('[data-run]')).toContainText('SZ-02')
  await other.screenshot({ path: info.outputPath('under-way.png') })
  await other.locator('[data-run]').getByRole('button', { name: '加入' }).click()
  await expect(other).toHaveURL(/#\/patrol\/walk\//)
})
