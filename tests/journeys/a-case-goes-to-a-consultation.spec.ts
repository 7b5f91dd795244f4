/** A hard case is laid before several units: its whole file, evidence included, leaves as one package that proves itself. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { strFromU8, unzipSync } from 'fflate'
import { expect, signIn, test } from './journey.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('a case goes to a consultation with its whole file', async ({ district, openPage }, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const { number, id } = district.reportFromField()
  await page.getByRole('row').filter({ hasText: number }).click()
  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file.getByRole('img', { name: '现场照片1.png' })).toBeVisible()

  await page.keyboard.press('k')
  const form = page.getByRole('form', { name: '会商' })
  await form.getByRole('textbox').fill('涉及城管、环保、派出所,周三会商')
  await page.keyboard.press('Enter')
  await expect(file).toContainText('涉及城管、环保、派出所,周三会商')

  await page.evaluate(() => (window.print = () => undefined))
  await page.keyboard.press('Control+p')
  const paper = page.getByRole('article', { name: '案卷' })
  await expect(paper).toContainText('涉及城管、环保、派出所,周三会商')
  const saving = page.waitForEvent('download')
  await page.keyboard.press('Control+s')
  const download = await saving
  expect(download.suggestedFilename()).toContain(number)
  await expect(page.getByRole('status').filter({ hasText: '已保存' })).toContainText(number)
  await page.screenshot({ path: info.outputPath('packed.png') })

  const packed = unzipSync(readFileSync(await download.path()))
  const evidence = district.hub.present.findCase(district.subCenter, id)!.steps.flatMap((step) => step.evidence)
  const list = JSON.parse(strFromU8(packed['清单.json']!)) as { evidence: { path: string; sha256: string }[] }
  expect(list.evidence.map((piece) => piece.sha256)).toEqual(evidence.map((piece) => piece.sha256))
  for (const piece of list.evidence) expect(sha256(packed[piece.path]!)).toBe(piece.sha256)

  // The sheet stands alone: it shows its photo from the package, and nothing of the reporter in clear.
  const folder = info.outputPath('package')
  for (const [path, bytes] of Object.entries(packed)) {
    mkdirSync(`${folder}/${path}`.replace(/\/[^/]*$/, ''), { recursive: true })
    writeFileSync(`${folder}/${path}`, bytes)
  }
  const sheet = await page.context().newPage()
  await sheet.goto(`file://${folder}/案卷.html`)
  await expect(sheet.getByRole('article')).toContainText(number)
  const photo = sheet.locator('figure img').first()
  await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640)
  const { phone } = district.hub.present.findCase(district.subCenter, id)!.head.reporter ?? {}
  if (phone) expect(await sheet.content()).not.toContain(phone)
  await sheet.setViewportSize({ width: 1000, height: 1400 })
  await sheet.screenshot({ path: info.outputPath('sheet.png') })
  await sheet.close()
})
