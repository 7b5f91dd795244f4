/** Photos dragged and pasted into a new case reach the hub; what is no evidence is refused at once, in a sentence that says why. */
import { closeSync, ftruncateSync, openSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { drawPhoto } from '../district/evidence/sample-files.ts'
import { createRandom } from '../district/random.ts'
import { expect, signIn, test } from './journey.ts'

/** A file as the page gets it from outside: by `paste` or `drop`. */
async function bring(page: Page, to: Locator, how: 'paste' | 'drop', name: string, content: Buffer): Promise<void> {
  const files = await page.evaluateHandle(
    ([fileName, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], fileName))
      return data
    },
    [name, content.toString('base64')] as const,
  )
  if (how === 'drop') await to.dispatchEvent('drop', { dataTransfer: files })
  else
    await to.evaluate(
      (element, clipboardData) =>
        element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })),
      files,
    )
}

/** Half a gigabyte that takes no room. */
function sparseFile(path: string): string {
  const file = openSync(path, 'w')
  ftruncateSync(file, 500_000_000)
  closeSync(file)
  return path
}

test('evidence of a new case is dragged, pasted and chosen, and what is none is refused', async ({
  district,
  openPage,
}, info) => {
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await expect(page.getByText('没有未结案件')).toBeVisible()
  const { keyboard } = page
  await keyboard.press('i')
  const form = page.getByRole('complementary', { name: '登记新案件' })
  const input = form.getByRole('group', { name: '附件' })
  const chooser = form.locator('input[type=file]')

  await chooser.setInputFiles({ name: '空.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(0) })
  await expect(input).toContainText('这是一个空文件，没有添加')
  await chooser.setInputFiles(sparseFile(info.outputPath('航拍.mp4')))
  await expect(input).toContainText('文件超过 200 MB，没有添加')
  const program = Buffer.concat([Buffer.from('MZ\x90\0'), Buffer.alloc(4096)])
  await bring(page, input, 'drop', '现场.jpg', program)
  await expect(input).toContainText('文件内容不是可用的照片、录音、录像或 PDF，没有添加')
  for (const name of ['空.jpg', '航拍.mp4', '现场.jpg'])
    await input.getByRole('listitem').filter({ hasText: name }).getByRole('button', { name: '移除' }).click()

  await bring(page, input, 'drop', '拖入.png', drawPhoto(createRandom(1, 'dragged')))
  await expect(input).toContainText('拖入.png')
  await bring(page, form.getByLabel('问题描述'), 'paste', '粘贴.png', drawPhoto(createRandom(2, 'pasted')))
  await expect(input).toContainText('粘贴.png')
  await expect(input.getByRole('progressbar')).toHaveCount(0)
  await page.screenshot({ path: info.outputPath('new-case-with-evidence.png') })

  await form.getByRole('combobox', { name: '类别' }).fill('bllj')
  await expect(form.getByRole('listbox', { name: '类别' }).getByRole('option')).toHaveCount(1)
  await form.getByLabel('地点').fill('小堡南街')
  await form.getByLabel('问题描述').fill('垃圾桶满溢')
  await keyboard.press('Control+Enter')

  const file = page.getByRole('complementary', { name: '案件', exact: true })
  await expect(file.getByRole('img', { name: '拖入.png' })).toBeVisible()
  await expect(file.getByRole('img', { name: '粘贴.png' })).toBeVisible()
  const brought = () => district.hub.present.openCases(district.subCenter)[0]?.steps[0]?.evidence ?? []
  await expect.poll(() => brought().map(({ name }) => name)).toEqual(['拖入.png', '粘贴.png'])
  await expect.poll(() => brought().every(({ id }) => district.hub.evidence.isVerified(id))).toBe(true)

  // Somebody else rings up about the same: it is shown before it is taken down twice.
  await page.getByRole('grid').focus()
  await keyboard.press('i')
  await form.getByRole('combobox', { name: '类别' }).fill('bllj')
  await expect(form.getByRole('listbox', { name: '类别' }).getByRole('option')).toHaveCount(1)
  await form.getByLabel('地点').fill('小堡南街路口')
  await form.getByLabel('问题描述').fill('垃圾没有清运')
  await expect(form.getByRole('status', { name: '可能重复' })).toContainText('小堡南街')
  await keyboard.press('Control+Enter')
  await expect(form.getByRole('alert')).toContainText('再按一次')
  await page.screenshot({ path: info.outputPath('may-be-the-same.png') })
  await form.getByRole('status', { name: '可能重复' }).getByRole('link').click()
  await expect(file).toContainText('垃圾桶满溢')
  expect(district.hub.present.openCases(district.subCenter)).toHaveLength(1)
})
