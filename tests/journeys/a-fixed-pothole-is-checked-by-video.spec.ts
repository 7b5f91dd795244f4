/** Resolved cases are checked by the cameras that see their place: one passes by its picture, one of another owner goes back to be handled. */
import type { SharedCamera } from '../../native/contract/camera.ts'
import type { CaseHead } from '../../native/contract/case.ts'
import type { District } from '../district/district.ts'
import { noInput } from '../district/traffic/step.ts'
import { expect, signIn, test } from './journey.ts'

test.use({ cameras: { 'public-security': 1, 'land-bureau': 1, 'civil-defense': 0 } })
test.setTimeout(180_000)

/** A case with a photo from the field, handled and reported done. */
function resolvedCase(district: District): CaseHead {
  const reported = Array.from({ length: 10 }, () =>
    district.reportFromField({ place: '徐宋路路口', description: '路面有坑洞，约半平方米' }),
  )
  const lifeOf = (id: string) => district.hub.present.findCase(district.subCenter, id)!
  const head = reported.find(({ id }) => lifeOf(id).steps[0]!.evidence.some(({ kind }) => kind === 'photo'))!
  const { id, name, role } = district.accounts.find((account) => account.role === 'duty-leader')!
  const assignee = { kind: 'station' as const, id: '110112104201', name: '小堡村网格工作站' }
  for (const kind of ['accept', 'file', 'dispatch'] as const)
    district.hub.take(district.subCenter, head.id, {
      ...{ kind, actor: { id, name, role }, input: { ...noInput, remark: '情况属实', assignee } },
    })
  return district.resolveCase(head.id, '已修补坑洞，恢复通行')
}

/** Some twenty metres east of it. */
function put(district: District, camera: SharedCamera, { longitude, latitude }: CaseHead): void {
  const moved = { ...camera, longitude: longitude + 0.0002, latitude, version: camera.version + 1 }
  district.hub.publish(district.subCenter, { kind: 'camera', camera: moved, removed: false })
}
const lastStep = (district: District, id: string) =>
  district.hub.present.findCase(district.subCenter, id)?.steps.findLast(({ kind }) => kind.startsWith('check-'))

test('a fixed pothole is checked by video', async ({ district, openPage }, info) => {
  const [fixed, notFixed] = [resolvedCase(district), resolvedCase(district)]
  const cameraOf = (owner: string) => district.cameras.find((camera) => camera.owner === owner)!
  put(district, cameraOf('land-bureau'), fixed)
  put(district, cameraOf('public-security'), notFixed)
  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')

  // The case itself says that a camera sees it.
  await page
    .getByRole('grid')
    .getByRole('row', { name: new RegExp(fixed.number) })
    .click()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('check-offer')).toContainText('可视频核查')
  await page.keyboard.press('Alt+k')
  const check = page.getByTestId('check')
  await expect(check).toContainText(fixed.number)
  const tile = check.locator('[data-tile="0"]')
  await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await expect
    .poll(() => check.getByTestId('before').evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0)

  // Frozen, compared, passed: the picture goes with the step.
  await tile.focus()
  await page.keyboard.press('s')
  await expect(check.getByTestId('frozen')).toBeVisible()
  await expect(check).toContainText('取证记录 1')
  await page.screenshot({ path: info.outputPath('frozen.png') })
  await page.keyboard.press('v')
  await expect(check.getByLabel('说明（可不填）')).toBeFocused()
  await page.keyboard.type('坑已补平')
  await page.keyboard.press('Enter')
  const list = page.getByTestId('checks')
  await expect(list).toContainText(`${fixed.number} 核查通过`)
  await expect(list.locator(`[data-case="${fixed.id}"]`)).toHaveCount(0)
  await expect.poll(() => lastStep(district, fixed.id)?.kind).toBe('check-pass')
  const passed = lastStep(district, fixed.id)!
  expect(passed.remark).toMatch(/^视频核查通过：坑已补平\n取证记录 1 · SHA-256 [0-9a-f]{64}$/)
  expect(passed.evidence).toHaveLength(2)
  await expect.poll(() => passed.evidence.every((piece) => district.hub.evidence.isVerified(piece.id))).toBe(true)
  await page.screenshot({ path: info.outputPath('list.png') })

  // A public-security camera: a reason for looking, and a picture only together with the verdict.
  await expect(list.getByRole('option')).toHaveCount(1)
  await list.getByRole('listbox').focus()
  await page.keyboard.press('Enter')
  await expect(check).toContainText(notFixed.number)
  await check.getByTestId('reason').fill('核查徐宋路路口坑洞')
  await check.getByTestId('reason').press('Enter')
  await expect(tile).toHaveAttribute('data-state', 'playing', { timeout: 40_000 })
  await tile.focus()
  await page.keyboard.press('n')
  await expect(check).toContainText('随结论一起存证')
  await expect(check.getByRole('button', { name: '确定' })).toBeDisabled()
  await page.keyboard.type('坑还在')
  await page.setViewportSize({ width: 1366, height: 768 })
  await page.screenshot({ path: info.outputPath('fails.png') })
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: '核查不通过，已退回处置' })).toBeVisible()
  await expect(list).toContainText('没有可以视频核查的案件')
  await expect.poll(() => lastStep(district, notFixed.id)?.kind).toBe('check-fail')
  expect(lastStep(district, notFixed.id)).toMatchObject({ to: 'handling', evidence: [{ kind: 'photo' }] })
  expect(lastStep(district, notFixed.id)!.remark).toMatch(/^视频核查不通过：坑还在\n取证记录 3 /)
})
