/** A camera of the community is found, taken into the registry and shown on the wall; others come as a file with a mistake in it. */
import type { Page } from '@playwright/test'
import { openCameraPark } from '../district/cameras/camera-park.ts'
import { createRandom } from '../district/random.ts'
import { expect, signIn, test } from './journey.ts'

const cacheFolder = new URL('../../build/out/camera-clips', import.meta.url).pathname

async function openDesk(page: Page): Promise<void> {
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Alt+c')
  await expect(page.getByRole('region', { name: '摄像机' })).toBeVisible()
}

test('a camera of the community is found, taken into the registry and shown on the wall', async ({
  district,
  openPage,
}, info) => {
  // A device on the network that nobody has registered yet.
  const stopping = new AbortController()
  const park = await openCameraPark({
    ...{ host: '127.0.0.1', seed: 1, cacheFolder, signal: stopping.signal, log: () => undefined },
    count: { 'public-security': 0, 'land-bureau': 1, 'civil-defense': 0 },
  })
  try {
    test.skip(!park.discovery?.networks.length, 'no network of this machine takes part in multicast')
    const [device] = park.cameras
    if (device?.source.kind !== 'onvif' || !device.credentials) throw new Error('the park has no ONVIF camera')
    const { host } = new URL(device.source.deviceUrl)
    const page = await openPage()
    await signIn(page, district, 'duty-leader')
    await openDesk(page)

    await page.keyboard.press('d')
    const finding = page.getByRole('complementary', { name: '在网络上查找设备' })
    const found = finding.locator(`[data-device="${host}"]`).first()
    await expect(found).toContainText('未登记')
    await finding.getByLabel('用户名').fill(device.credentials.user)
    await finding.getByLabel('密码').fill(device.credentials.password)
    await found.getByRole('button', { name: '询问' }).click()
    await expect(found).toContainText('可播放')
    await page.screenshot({ path: info.outputPath('found.png') })
    await found.getByRole('button', { name: '登记' }).click()

    const form = page.getByRole('complementary', { name: '登记自建摄像机' })
    await form.getByLabel('设备编码').fill('11011207001320000001')
    await form.getByLabel('名称').fill('村委会门口')
    // What its scopes do not say is typed in; the grid follows from the position.
    const [grid] = district.geography.gridsOf(district.subCenter)
    if (!grid) throw new Error('the sub-center has no grid')
    const [longitude, latitude] = district.geography.positionIn(grid, createRandom(1, 'camera'))
    await form.getByLabel('经度').fill(String(longitude))
    await form.getByLabel('纬度').fill(String(latitude))
    await expect(form.getByTestId('grid-name')).toContainText('由位置得出')
    await form.getByRole('button', { name: '先试一下' }).click()
    await expect(form.getByTestId('trial')).toContainText('能连上')
    await page.screenshot({ path: info.outputPath('form.png') })
    await page.keyboard.press('Control+Enter')

    const row = page.locator('[data-camera]', { hasText: '村委会门口' })
    await expect(row).toHaveAttribute('data-state', 'online')
    await expect(page.getByRole('complementary', { name: '摄像机详情' })).toContainText('登记')
    await page.screenshot({ path: info.outputPath('board.png') })

    await page.getByRole('button', { name: '接收告警' }).click()
    await expect(page.getByText('正在接收移动和遮挡告警')).toBeVisible()

    await page.keyboard.press('w')
    const tile = page.locator('[data-tile]', { has: page.locator('[data-owner="own-community"]') }).first()
    await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
    await page.keyboard.press('g')
    await expect(row).toHaveAttribute('data-state', 'online')
  } finally {
    stopping.abort()
    await park.close()
  }
})

test('a file of cameras with a mistake in it is not taken; put right, it is', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district, 'duty-leader')
  await openDesk(page)
  await page.keyboard.press('i')
  const files = page.getByRole('complementary', { name: '导入导出自建摄像机' })
  await expect(files).toBeVisible()
  const choose = (lines: string[]) =>
    files.getByTestId('camera-file').setInputFiles({
      ...{ name: '自建.csv', mimeType: 'text/csv' },
      buffer: Buffer.from([head, ...lines].join('\r\n')),
    })
  const head = '设备编码,名称,经度,纬度,接入方式,主码流地址'
  const good = '11011207001320000011,文化广场,116.72,39.95,rtsp,rtsp://127.0.0.1:9/a'

  await choose([good, '110112,东门,116.72,39.95,rtsp,rtsp://127.0.0.1:9/b'])
  await expect(files.getByTestId('complaints')).toContainText('第 3 行')
  await expect(files.getByTestId('complaints')).toContainText('设备编码不对')
  await expect(files.getByRole('button', { name: '导入', exact: true })).toHaveCount(0)
  await page.screenshot({ path: info.outputPath('complaint.png') })

  await choose([good, '11011207001320000012,东门,116.72,39.95,rtsp,rtsp://127.0.0.1:9/b'])
  await expect(files.getByTestId('would')).toContainText('将新增 2 台')
  await page.screenshot({ path: info.outputPath('preview.png') })
  await files.getByRole('button', { name: '导入', exact: true }).click()
  await expect(files).toContainText('已导入：新增 2 台')
  await expect(page.locator('[data-camera]')).toHaveCount(2)
  await choose([good])
  await expect(files.getByTestId('would')).toContainText('完全一样')
})

test.describe('where the district shares cameras', () => {
  test.use({ cameras: { 'public-security': 1, 'land-bureau': 1, 'civil-defense': 0 } })

  test('an operator comes from the wall, sees how they are, and keeps no registry', async ({ district, openPage }) => {
    const page = await openPage()
    await signIn(page, district)
    await expect(page.getByRole('banner')).toContainText('在线')
    await page.keyboard.press('Control+2')
    await expect(page.getByTestId('wall')).toBeVisible()
    await page.keyboard.press('g')
    const rows = page.locator('[data-camera]')
    await expect(rows).toHaveCount(2)
    await page.getByTestId('owner-land-bureau').click()
    await expect(rows).toHaveCount(1)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('c')
    await expect(rows.first()).toHaveAttribute('data-state', 'online')
    await page.keyboard.press('Enter')
    const shown = page.getByRole('complementary', { name: '摄像机详情' })
    await expect(shown).toContainText('由区中心共享')
    for (const name of ['登记', '修改', '移除', '接收告警']) {
      await expect(page.getByRole('button', { name })).toHaveCount(0)
    }
    await page.keyboard.press('Escape')
    await expect(shown).toHaveCount(0)
    await page.keyboard.press('a')
    await expect(page.getByRole('complementary')).toHaveCount(0)
  })
})
