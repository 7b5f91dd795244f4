/** In the shell the file of a case is saved as in a browser: where the operator says, under a name that is one, whole. */
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { findElectron } from '../../build/electron-runtime.ts'
import { launchShell, makeHome } from './electron-app.ts'
import { expect, signIn, test } from './journey.ts'

const runtime = await findElectron()

interface Saved {
  title: string
  defaultPath: string
  state: string
}
type Seen = typeof globalThis & { saved: Saved[] }

test('a case package is saved from the shell @electron-only', async ({ district, console }) => {
  if (runtime.kind === 'none') return test.skip(true, runtime.reason)
  await using closing = new AsyncDisposableStack()
  const home = await makeHome()
  closing.defer(() => rm(home, { recursive: true, force: true }))
  const shell = await launchShell({ runtime, attachUrl: await console.address(), home })
  closing.defer(() => shell.close())
  const file = path.join(home, 'package.zip')
  // As if a person had chosen this place in the dialog, which nobody could answer here.
  await shell.evaluate(({ session }, place) => {
    const saved: Saved[] = []
    Object.assign(globalThis, { saved })
    session.defaultSession.on('will-download', (_event, item) => {
      const { title = '', defaultPath = '' } = item.getSaveDialogOptions()
      item.setSavePath(place)
      item.once('done', (_done, state) => saved.push({ title, defaultPath, state }))
    })
  }, file)

  const page = await shell.firstWindow()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  const { number } = district.reportFromField()
  await page.getByRole('row').filter({ hasText: number }).click()
  await expect(page.getByRole('complementary', { name: '案件' })).toContainText(number)
  await page.evaluate(() => (window.print = () => undefined))
  await page.keyboard.press('Control+p')
  await expect(page.getByRole('article', { name: '案卷' })).toContainText(number)
  await page.keyboard.press('Control+s')
  await expect
    .poll(() => shell.evaluate(() => (globalThis as Seen).saved.map(({ state }) => state)))
    .toEqual(['completed'])

  const [{ title, defaultPath }] = (await shell.evaluate(() => (globalThis as Seen).saved)) as [Saved]
  expect(title).toBe('保存到')
  expect(path.basename(defaultPath)).toMatch(new RegExp(`^[^/\\\\]*${number}[^/\\\\]*\\.zip$`))
  const packed = unzipSync(readFileSync(file))
  expect(strFromU8(packed['案卷.html']!)).toContain(number)
})
