/** What a handset sent is seen and heard in the case; what the desk adds reaches the hub, also across an outage. */
import type { Page } from '@playwright/test'
import type { District } from '../district/district.ts'
import { drawPhoto } from '../district/evidence/sample-files.ts'
import { createRandom } from '../district/random.ts'
import { expect, signIn, test } from './journey.ts'

/** Reports until one has a photo and a recording. */
function reportWithSound(district: District) {
  for (;;) {
    const { id, number } = district.reportFromField()
    const evidence = district.hub.present.findCase(district.subCenter, id)?.steps[0]?.evidence ?? []
    if (evidence.some(({ kind }) => kind === 'audio')) return { id, number }
  }
}

async function openCase(page: Page, number: string) {
  await page
    .getByRole('grid')
    .getByRole('row', { name: new RegExp(number) })
    .click()
  await page.keyboard.press('Enter')
  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file).toContainText(number)
  return file
}

test('evidence is shown in place, and what the desk adds reaches the hub @electron', async ({
  district,
  openPage,
}, info) => {
  const reported = reportWithSound(district)
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const file = await openCase(page, reported.number)

  const photo = file.getByRole('img', { name: '现场照片1.png' })
  await expect(photo).toBeVisible()
  await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640)
  await file.getByRole('button', { name: '查看录音' }).click()
  const sound = file.locator('audio')
  await expect.poll(() => sound.evaluate((audio: HTMLAudioElement) => audio.duration)).toBeGreaterThan(3)
  await file.getByRole('button', { name: '放大查看 现场照片1.png' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(file).toContainText(reported.number)

  await district.stopHub()
  await page.keyboard.press('m')
  const form = page.getByRole('form', { name: '备注' })
  await form.getByRole('textbox').fill('已电话核实')
  const chooser = form.locator('input[type=file]')
  await chooser.setInputFiles({ name: '错.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') })
  await expect(form).toContainText('文件内容不是可用的')
  const content = drawPhoto(createRandom(7, 'added'))
  await chooser.setInputFiles({ name: '补充.jpg', mimeType: 'image/jpeg', buffer: content })
  await expect(form).toContainText('补充.png')
  await expect(form).toContainText('文件扩展名与内容不符')
  await form.getByRole('textbox').press('Enter')
  await expect(file.getByRole('img', { name: '补充.png' })).toBeVisible()
  await expect(file).toContainText('等待上传')
  await page.screenshot({ path: info.outputPath('evidence.png') })

  await district.startHub()
  const added = () =>
    district.hub.present
      .findCase(district.subCenter, reported.id)
      ?.steps.flatMap(({ evidence }) => evidence)
      .find(({ name }) => name === '补充.png')?.id
  await expect.poll(() => added() !== undefined && district.hub.evidence.isVerified(added()!)).toBe(true)
  await expect(file).not.toContainText('等待上传')
})
