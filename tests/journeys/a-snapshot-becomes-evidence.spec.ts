/** A snapshot of the wall becomes evidence of a case, at the district too; what was changed afterwards is found. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import type { District } from '../district/district.ts'
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 0, 'land-bureau': 1, 'civil-defense': 0 } })

const stepOf = (district: District, caseId: string) =>
  district.hub.present.findCase(district.subCenter, caseId)?.steps.find(({ kind }) => kind === 'remark')

async function openRecords(page: Page) {
  await page.keyboard.press('Control+2')
  await expect(page.locator('[data-tile]').first()).toBeVisible()
  await page.keyboard.press('v')
  const records = page.getByRole('dialog', { name: '取证记录' })
  await expect(records).toBeVisible()
  return records
}

test('a snapshot becomes evidence on a case', async ({ district, console: program, openPage }, info) => {
  const { id, number } = district.reportFromField()
  let page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await page
    .getByRole('grid')
    .getByRole('row', { name: new RegExp(number) })
    .click()
  await page.keyboard.press('Enter')
  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file).toContainText(number)

  await page.keyboard.press('Control+2')
  const tile = page.locator('[data-tile]', { has: page.locator('[data-owner="land-bureau"]') }).first()
  await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await tile.focus()
  await page.keyboard.press('s')

  // The case that was open is the one it is for, unless another is chosen.
  const form = page.getByRole('dialog', { name: '截图归案' })
  await expect(form).toContainText('取证记录 1')
  await expect(form).toContainText('已与原始码流核对')
  await expect(form.getByRole('option', { name: new RegExp(number) })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Tab')
  await page.keyboard.type('北口有堆物')
  await page.screenshot({ path: info.outputPath('form.png') })
  await page.keyboard.press('Enter')
  await expect(form).toBeHidden()

  // The district has the picture, the coded pictures it comes from, and the record's hash.
  await expect.poll(() => stepOf(district, id)?.evidence.length).toBe(2)
  const step = stepOf(district, id)!
  expect(step.remark).toMatch(/^北口有堆物\n取证记录 1 · SHA-256 [0-9a-f]{64}$/)
  await expect.poll(() => step.evidence.every((piece) => district.hub.evidence.isVerified(piece.id))).toBe(true)
  await page.keyboard.press('Control+1')
  const photo = file.getByRole('img', { name: step.evidence[0]!.name })
  await page
    .getByRole('grid')
    .getByRole('row', { name: new RegExp(number) })
    .click()
  await page.keyboard.press('Enter')
  await expect(photo).toBeVisible()
  await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)

  let records = await openRecords(page)
  await records.getByRole('button', { name: '核验全部' }).click()
  await expect(records.getByRole('status')).toContainText('核验通过')
  await records.getByRole('button', { name: '核验', exact: true }).click()
  await expect(records).toContainText('截图与重新解码的码流逐块一致')
  await page.screenshot({ path: info.outputPath('records.png') })

  // Somebody changes one byte of the picture where it lies.
  const name = createHash('sha256').update(step.evidence[0]!.id).digest('hex')
  const sealed = join(dirname(district.configFile), 'console', 'evidence', name)
  await program.restart(() => {
    const bytes = readFileSync(sealed)
    bytes[1_000]! ^= 1
    writeFileSync(sealed, bytes)
  })
  page = await openPage()
  await expect(page.getByRole('banner')).toContainText('在线')
  records = await openRecords(page)
  await records.getByRole('button', { name: '核验全部' }).click()
  await expect(records).toContainText('记录 1：内容被改动，与记录的校验值不符')
})
