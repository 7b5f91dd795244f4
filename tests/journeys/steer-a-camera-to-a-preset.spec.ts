/** A high-altitude camera is steered to a preset while another operator wants it: one hand at a time, by role, and everybody sees whose. */
import type { Page } from '@playwright/test'
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 0, 'land-bureau': 1, 'civil-defense': 0 } })
test.setTimeout(240_000)

const tileOf = (page: Page) => page.locator('[data-layer=front] [data-tile="0"]')
const steeringOf = (page: Page) => page.getByTestId('steering')

async function openWall(page: Page): Promise<void> {
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')
  await expect(page.getByTestId('wall')).toBeVisible()
  await expect(tileOf(page)).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await tileOf(page).focus()
}

test('steer a high-altitude camera to a preset while another operator wants it', async ({
  district,
  openPage,
  openOther,
}, info) => {
  const [camera] = district.cameras
  const head = district.park!.head(camera!.id)!
  const [page, other] = [await openPage(), await openOther()]
  await signIn(page, district)
  await signIn(other, district, 'duty-leader')
  await openWall(page)
  await openWall(other)

  // In hand: held keys turn it, two of them diagonally, and it stands when they are let go.
  await page.keyboard.press('p')
  await expect(steeringOf(page)).toHaveAttribute('data-phase', 'steering')
  await expect(page.getByTestId('presets')).toContainText('河道堆场')
  const before = head.status().aim
  await page.keyboard.down('ArrowRight')
  await page.keyboard.down('ArrowUp')
  await expect.poll(() => head.status().aim.pan - before.pan).toBeGreaterThan(0.05)
  await expect.poll(() => head.status().aim.tilt - before.tilt).toBeGreaterThan(0.05)
  await page.keyboard.up('ArrowUp')
  await page.keyboard.up('ArrowRight')
  await expect.poll(() => head.status().panTilt).toBe(false)

  // The same by the stick on the screen, and by dragging the picture.
  for (const [held, way] of [
    [page.getByTestId('stick'), -1],
    [tileOf(page).locator('video:visible').first(), 1],
  ] as const) {
    const { x, y, width, height } = (await held.boundingBox())!
    const start = { x: x + width / 2, y: y + height / 2 }
    const { pan } = head.status().aim
    await page.mouse.move(start.x, start.y)
    await page.mouse.down()
    await page.mouse.move(start.x + way * Math.min(width, height) * 0.4, start.y)
    await expect.poll(() => (head.status().aim.pan - pan) * way).toBeGreaterThan(0.05)
    await page.mouse.up()
    await expect.poll(() => head.status().panTilt).toBe(false)
  }

  // A new preset with a Chinese name, then on to another one by its number.
  await page.getByTestId('preset-name').fill('疃里村垃圾堆')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('presets').getByRole('listitem')).toHaveCount(6)
  const kept = head.presets().find(({ name }) => name === '疃里村垃圾堆')!
  expect(kept.aim.pan).toBeCloseTo(head.status().aim.pan)
  await page.getByTestId('preset-name').press('Escape')
  await page.keyboard.press('4')
  const wanted = head.presets().find(({ name }) => name === '河道堆场')!
  await expect.poll(() => head.status().aim.pan, { timeout: 20_000 }).toBeCloseTo(wanted.aim.pan)
  await expect(page.getByTestId('presets').locator('img')).toHaveCount(2, { timeout: 20_000 })
  await page.screenshot({ path: info.outputPath('steering.png') })

  // The other workstation sees who has it, and a leader takes it over with one confirmation.
  await expect(other.getByTestId('lease')).toContainText('王建国')
  await other.keyboard.press('p')
  await expect(steeringOf(other)).toContainText('王建国（SZ-02）操控中')
  await expect(steeringOf(other)).toHaveAttribute('data-phase', 'held')
  await other.screenshot({ path: info.outputPath('held.png') })
  await other.keyboard.press('Enter')
  await expect(steeringOf(other)).toHaveAttribute('data-phase', 'steering')

  // Who had it is told, sees whose it is, and may not take it back from a leader.
  await expect(steeringOf(page)).toContainText('已被李秀兰（值班长）接管')
  await expect(page.getByTestId('lease')).toContainText('李秀兰')
  await page.screenshot({ path: info.outputPath('lost.png') })
  await page.keyboard.press('p')
  await expect(steeringOf(page)).toContainText('李秀兰（SZ-03）操控中')
  await expect(page.getByRole('button', { name: '接管' })).toHaveCount(0)

  // Given back, it is free for the first again; where it returns by itself, and when, stays to be seen.
  await other.getByRole('button', { name: '改名 全景' }).click()
  await other.getByRole('button', { name: '设为守望位' }).click()
  await expect(other.getByTestId('guard')).toContainText('全景')
  await other.keyboard.press('Escape')
  await expect(steeringOf(other)).toHaveCount(0)
  await expect(other.getByTestId('guard')).toContainText('后返回守望位')
  await expect(steeringOf(page)).toContainText('对方已交回')
  await page.keyboard.press('p')
  await expect(steeringOf(page)).toHaveAttribute('data-phase', 'steering')
})
