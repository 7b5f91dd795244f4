/** The console opens with yesterday's cases while the hub is down, and says plainly that it does. */
import { expect, signIn, test } from './journey.ts'

test.use({ history: 200 })

test("the console opens with yesterday's cases while the hub is down", async ({
  district,
  console,
  openPage,
}, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await expect(page.getByRole('contentinfo')).toContainText('200')
  const first = await page.getByRole('grid').getByRole('row').nth(1).innerText()

  await district.stopHub()
  await console.restart()
  const morning = await openPage()
  await expect(morning.getByRole('banner')).toContainText('未能连接区中心')
  await expect(morning.getByRole('banner')).toContainText(/显示的是 .* 的数据/)
  const row = morning.getByRole('grid').getByRole('row').nth(1)
  const number = /TZ-[\d-]+/.exec(first)?.[0] ?? ''
  await expect(row).toContainText(number)
  await morning.screenshot({ path: info.outputPath('offline.png') })

  await district.startHub()
  await expect(morning.getByRole('banner')).toContainText('在线', { timeout: 30_000 })
})
