/** The district restores an older backup: the console takes the new epoch over, and what it had done arrives again, once. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, signIn, test } from './journey.ts'

test('the hub comes back from an older backup', async ({ district, openPage }, info) => {
  const backup = mkdtempSync(join(tmpdir(), 'hub-backup-'))
  const folder = dirname(district.configFile)
  const database = () => readdirSync(folder).filter((name) => name.startsWith('hub.sqlite'))
  try {
    const page = await openPage()
    await signIn(page, district)
    await expect(page.getByRole('banner')).toContainText('在线')
    const kept = district.reportFromField({ place: '大兴庄村北口' })
    const row = page.getByRole('row').filter({ hasText: kept.number })
    await expect(row).toBeVisible()

    await district.stopHub()
    for (const name of database()) cpSync(join(folder, name), join(backup, name))
    await district.startHub()
    await expect(page.getByRole('banner')).toContainText('在线', { timeout: 30_000 })

    // After the backup: a step here, and a case from the field that the older state will not know.
    const lost = district.reportFromField({ place: '喇嘛庄村东口' })
    await expect(page.getByRole('row').filter({ hasText: lost.number })).toBeVisible()
    await row.click()
    await page.keyboard.press('a')
    await expect(page.getByRole('form', { name: '受理' })).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('unsent')).toContainText('0')
    await expect.poll(() => district.hub.present.findCase(district.subCenter, kept.id)?.head.state).toBe('accepted')

    await district.stopHub()
    for (const name of database()) rmSync(join(folder, name))
    for (const name of readdirSync(backup)) cpSync(join(backup, name), join(folder, name))
    await expect(page.getByTestId('outage')).toBeVisible()
    await row.click()
    await expect(page.getByRole('complementary', { name: '案件' })).toContainText(kept.number)
    await page.keyboard.press('l')
    await expect(page.getByRole('form', { name: '立案' })).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('unsent')).toContainText('1')
    await district.startHub({ newEpoch: true })

    await expect(page.getByRole('banner')).toContainText('在线', { timeout: 40_000 })
    await expect(page.getByTestId('unsent')).toContainText('0', { timeout: 40_000 })
    // What the district has lost is gone here too; what was done here is there again, once and in order.
    await expect(page.getByRole('row').filter({ hasText: lost.number })).toHaveCount(0)
    await expect.poll(() => district.hub.present.findCase(district.subCenter, kept.id)?.head.state).toBe('filed')
    const steps = district.hub.present.findCase(district.subCenter, kept.id)?.steps.map(({ kind }) => kind)
    expect(steps).toEqual(['report', 'accept', 'file'])
    await page.keyboard.press('Control+7')
    await expect(page.getByText('没有等待上报的步骤')).toBeVisible()
    await page.screenshot({ path: info.outputPath('restored.png') })
  } finally {
    rmSync(backup, { recursive: true, force: true })
  }
})
