/** What was just seen is looked at again, cut, taken out of the console with its record, and verified when it comes back. */
import { readFileSync, writeFileSync } from 'node:fs'
import { unzipSync } from 'fflate'
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 1, 'land-bureau': 1, 'civil-defense': 0 } })

test('the last minute is looked at again and becomes a clip that proves itself', async ({
  district,
  openPage,
}, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page.keyboard.press('Control+2')
  const tileOf = (owner: string) =>
    page.locator('[data-tile]', { has: page.locator(`[data-owner="${owner}"]`) }).first()
  const tile = tileOf('land-bureau')
  await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await expect.poll(async () => Number(await tile.getAttribute('data-shown'))).toBeGreaterThan(60)

  await tile.focus()
  await page.keyboard.press('r')
  const back = tile.getByRole('region', { name: '回看' })
  await expect(back).toContainText('落后实况')
  const film = back.locator('video')
  await expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBe(640)
  await page.keyboard.press('Space')
  const position = () => film.evaluate((video: HTMLVideoElement) => video.currentTime)
  const seek = async (to: number) => {
    await back.getByRole('slider').fill(String(to))
    await expect.poll(position).toBeCloseTo(to, 1)
  }
  await seek(1)
  await page.keyboard.press('[')
  await page.keyboard.press('.')
  await expect.poll(position).toBeGreaterThan(1.03)
  await seek(3)
  await page.keyboard.press(']')
  await expect(back.getByRole('button', { name: '截取 2 秒' })).toBeVisible()
  await page.screenshot({ path: info.outputPath('back.png') })
  await page.keyboard.press('k')

  // Without a case it stays for a day.
  const form = page.getByRole('dialog', { name: '录像归案' })
  await expect(form).toContainText('已与原始码流核对')
  await page.keyboard.press('Escape')
  await expect(form).toBeHidden()
  await tile.focus()
  await page.keyboard.press('Escape')
  await expect(back).toBeHidden()

  await page.keyboard.press('v')
  const records = page.getByRole('dialog', { name: '取证记录' })
  await expect(records.getByRole('listitem')).toContainText('录像')
  const downloading = page.waitForEvent('download')
  await records.getByRole('button', { name: '导出', exact: true }).click()
  const download = await downloading
  const path = info.outputPath('clip.zip')
  await download.saveAs(path)
  await expect(records).toContainText('水印录像编码 H.264')
  const names = Object.keys(unzipSync(readFileSync(path)))
  expect(names).toEqual([
    expect.stringMatching(/^原件\/1-.+\.mp4$/),
    '取证记录.json',
    '说明.txt',
    expect.stringMatching(/^水印副本\/.+\.mp4$/),
  ])
  await page.screenshot({ path: info.outputPath('exported.png') })

  const check = records.locator('input[type=file]')
  await check.setInputFiles(path)
  await expect(records).toContainText('与取证时一致，本机有这条记录')
  const bytes = readFileSync(path)
  // In the middle of the clip, which comes first and is the largest.
  bytes[10_000]! ^= 1
  writeFileSync(path, bytes)
  await check.setInputFiles(path)
  await expect(records).toContainText('内容被改动')
  await page.keyboard.press('Escape')

  // Public-security lets nothing be kept, and says what to do instead; a picture is for a case, with a reason.
  const police = tileOf('public-security')
  await police.getByTestId('reason').fill('核实占道')
  await page.keyboard.press('Enter')
  await expect(police).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await police.focus()
  await page.keyboard.press('r')
  await expect(police).toContainText('不允许留存画面')
  await page.keyboard.press('s')
  const asked = page.getByRole('dialog', { name: '截图归案' })
  await expect(asked).toContainText('公安画面只能为案件截图')
  await page.screenshot({ path: info.outputPath('police.png') })
  await page.keyboard.press('Escape')
  await expect(asked).toBeHidden()
})
