/** A camera falls silent: its tile says how old the picture is, then why there is none and since when; it comes back by itself, and its log says so. */
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 0, 'land-bureau': 2, 'civil-defense': 0 } })
test.setTimeout(240_000)

test('a camera dies and comes back and the tile says so', async ({ district, openPage }, info) => {
  const wall = await openPage()
  await signIn(wall, district)
  await expect(wall.getByRole('banner')).toContainText('在线')
  await wall.getByRole('link', { name: '视频' }).click()
  await expect(wall.locator('[data-camera-row]')).toHaveCount(2)
  await wall.keyboard.press('/')
  await expect(wall.getByTestId('camera-filter')).toBeFocused()
  for (const key of ['Enter', 'ArrowDown', 'Enter']) await wall.keyboard.press(key)
  const tileOf = (id: string) => wall.locator(`[data-layer=front] [data-tile][data-camera="${id}"]`).first()
  const [camera = '', other = ''] = district.cameras.map(({ id }) => id)
  const [dying, neighbour] = [tileOf(camera), tileOf(other)]
  await expect(dying).toHaveAttribute('data-state', 'playing', { timeout: 60_000 })
  await expect(neighbour).toHaveAttribute('data-state', 'playing', { timeout: 60_000 })

  // A second window on the same workstation, where the cameras' health stands.
  const desk = await openPage()
  await desk.getByRole('link', { name: '摄像机' }).click()
  const row = desk.locator(`[data-camera="${camera}"]`)
  await expect(row).toHaveAttribute('data-state', 'online', { timeout: 30_000 })

  district.park?.fault(camera, 'silent')
  // Read at once, for it is not stale for long.
  const whileStale = () =>
    dying.evaluate(({ dataset, textContent }) =>
      dataset['state'] === 'stale' && Number(dataset['ageMs']) >= 2_000 ? textContent : '',
    )
  await expect.poll(whileStale, { timeout: 15_000, intervals: [100] }).toMatch(/\d ?秒/)
  await wall.screenshot({ path: info.outputPath('stale.png') })
  await expect(dying).toHaveAttribute('data-state', 'failed', { timeout: 30_000 })
  await expect(dying).toContainText(/没有送出画面|未能连接摄像机/)
  await expect(dying).toContainText(/自 .+ 起无画面/)
  await wall.screenshot({ path: info.outputPath('failed.png') })

  await expect(row).toHaveAttribute('data-state', 'down', { timeout: 40_000 })
  await row.click()
  await desk.screenshot({ path: info.outputPath('down.png') })

  // The neighbour never stopped.
  await expect(neighbour).toHaveAttribute('data-state', 'playing')
  const shown = async (tile: typeof dying) => Number(await tile.getAttribute('data-shown'))
  const before = await shown(neighbour)
  await expect.poll(() => shown(neighbour)).toBeGreaterThan(before)

  district.park?.fault(camera, null)
  await expect(dying).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await expect.poll(async () => Number(await dying.getAttribute('data-age-ms'))).toBeLessThan(2_000)
  const again = await shown(dying)
  await expect.poll(() => shown(dying)).toBeGreaterThan(again)
  await wall.screenshot({ path: info.outputPath('back.png') })

  await expect(row).toHaveAttribute('data-state', 'online', { timeout: 60_000 })
  const lines = desk.getByRole('list', { name: '事件' }).getByRole('listitem')
  await expect(lines.first()).toContainText('恢复在线')
  await expect(lines.filter({ hasText: '离线' })).toHaveText([/网络不通/])
  await desk.screenshot({ path: info.outputPath('online.png') })
})
