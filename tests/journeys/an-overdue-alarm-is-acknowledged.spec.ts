/** A limit ends: the console blinks and sounds until somebody acknowledges the alarm, and remembers who did. */
import type { Page } from '@playwright/test'
import { expect, signIn, test } from './journey.ts'

test.use({ history: 30 })

/** Counts the tones that were started, whoever hears them. */
async function countTones(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (...args) {
      const { dataset } = document.documentElement
      dataset['tones'] = String(Number(dataset['tones'] ?? 0) + 1)
      start.apply(this, args)
    }
  })
  await page.reload()
  return () => page.evaluate(() => Number(document.documentElement.dataset['tones'] ?? 0))
}

test('an overdue alarm is acknowledged', async ({ district, console, openPage }, info) => {
  const page = await openPage()
  const tones = await countTones(page)
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await expect(page.getByRole('contentinfo')).toContainText('30')
  const bell = page.getByRole('banner').getByRole('button', { name: /告警，/ })
  await expect(bell).toHaveAccessibleName('告警，0 条未确认')

  // The history was late before this workstation existed: nothing alarms for it.
  const reported = district.reportFromField({ place: '小堡村艺术区东门' })
  const now = Date.now()
  const limit = { startedAt: now - 3_600_000, dueAt: now + 3000, stoppedAt: null, kind: 'urgent-hours' as const }
  district.hub.publish(district.subCenter, { kind: 'case', case: { ...reported, limit, version: 2 }, steps: [] })
  await expect(bell).toHaveClass(/late/)
  await expect(bell).toHaveAccessibleName('告警，1 条未确认')
  await expect(page.locator('[data-sound=sounding]')).toBeVisible()
  await expect.poll(tones).toBeGreaterThanOrEqual(6)
  expect(await bell.locator('b').evaluate((count) => getComputedStyle(count).animationDuration)).toBe('1s')

  await page.keyboard.press('Alt+g')
  const panel = page.getByRole('complementary', { name: '告警' })
  await expect(panel).toContainText('已超期')
  await expect(panel).toContainText(reported.number)
  await page.screenshot({ path: info.outputPath('alarm.png') })

  // Muted is said plainly, and nothing sounds.
  await page.keyboard.press('Alt+m')
  await expect(page.getByRole('banner')).toContainText('已静音')
  await page.keyboard.press('Alt+m')

  await page.keyboard.press('q')
  await expect(panel).toContainText('王建国')
  await expect(bell).toHaveAccessibleName('告警，0 条未确认')
  await expect(page.locator('[data-sound=quiet]')).toBeVisible()
  await panel.getByRole('button', { name: new RegExp(reported.number) }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('complementary', { name: '案件' })).toContainText(reported.number)
  await page.screenshot({ path: info.outputPath('acknowledged.png') })

  // The same cause alarms no second time, also after a restart.
  await console.restart()
  const again = await openPage()
  await expect(again.getByRole('banner').getByRole('button', { name: /告警，0/ })).toBeVisible()
})
