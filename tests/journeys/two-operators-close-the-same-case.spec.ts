/** Two workstations close the same case while one of them is cut off: one closes it, the other reads what happened and decides. */
import { noInput } from '../district/traffic/step.ts'
import { expect, signIn, test } from './journey.ts'

const input = { ...noInput, remark: '情况属实' }

test('two operators close the same case', async ({ district, openPage, openOther }, info) => {
  const { id, number } = district.reportFromField({ place: '喇嘛庄村东口' })
  const leader = district.accounts.find(({ role }) => role === 'duty-leader')!
  const actor = { id: leader.id, name: leader.name, role: leader.role }
  const assignee = { kind: 'station' as const, id: '110112104201', name: '小堡村网格工作站' }
  for (const kind of ['accept', 'file', 'dispatch'] as const)
    district.hub.take(district.subCenter, id, { kind, actor, input: { ...input, assignee } })
  district.resolveCase(id)
  district.passCheck(id)

  const [page, other] = [await openPage(), await openOther()]
  await signIn(page, district)
  await signIn(other, district, 'duty-leader')
  for (const each of [page, other]) {
    await each.getByRole('row').filter({ hasText: number }).click()
    await expect(each.getByRole('complementary', { name: '案件' })).toContainText('待结案')
  }
  // Both close it before either has heard of the other.
  await district.stopHub()
  for (const each of [page, other]) {
    await expect(each.getByTestId('outage')).toBeVisible()
    await each.keyboard.press('c')
    await expect(each.getByRole('form', { name: '结案' })).toBeVisible()
    await each.keyboard.press('Enter')
    await expect(each.getByTestId('unsent')).toContainText('1')
  }
  await district.startHub()

  // One of them closed it. The other sees by whom and when, and that nothing of its own was done.
  const slower = await Promise.any(
    [page, other].map(async (each) => {
      await expect(each.getByTestId('parked')).toContainText('1', { timeout: 40_000 })
      return each
    }),
  )
  const quicker = slower === page ? other : page
  await expect(quicker.getByTestId('parked')).toHaveCount(0)
  await slower.keyboard.press('Control+7')
  const card = slower.getByRole('group', { name: '“结案”没有办成' })
  await expect(card).toContainText('期间发生')
  await expect(card).toContainText(slower === page ? leader.name : '王建国')
  await expect(card.getByRole('button', { name: '再办一次' })).toBeDisabled()
  await expect(card.getByRole('button', { name: '请示值班长' })).toBeDisabled()
  await slower.screenshot({ path: info.outputPath('conflict.png') })
  await slower.keyboard.press('n')
  await expect(card).toBeFocused()
  await slower.keyboard.press('4')
  await expect(card).toHaveCount(0)
  await expect(slower.getByTestId('parked')).toHaveCount(0)
  const steps = district.hub.present.findCase(district.subCenter, id)?.steps.map(({ kind }) => kind)
  expect(steps?.filter((kind) => kind === 'close')).toHaveLength(1)
})

test('a step that somebody overtook is put before the duty leader, who decides', async ({
  district,
  openPage,
  openOther,
}, info) => {
  const { id, number } = district.reportFromField({ place: '大兴庄村北口' })
  const [page, other] = [await openPage(), await openOther()]
  await signIn(page, district)
  await signIn(other, district, 'duty-leader')
  await page.getByRole('row').filter({ hasText: number }).click()
  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file).toContainText(number)
  await district.stopHub()
  await expect(page.getByTestId('outage')).toBeVisible()
  await page.keyboard.press('x')
  await expect(page.getByRole('form', { name: '不予受理' })).toBeVisible()
  await page.keyboard.press('1')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('unsent')).toContainText('1')
  await district.startHub()
  const supervisor = district.accounts.find(({ role }) => role === 'section-chief')!
  const actor = { id: supervisor.id, name: supervisor.name, role: supervisor.role }
  district.hub.take(district.subCenter, id, { kind: 'accept', actor, input })

  const card = file.getByRole('group', { name: '“不予受理”没有办成' })
  await expect(card).toContainText(supervisor.name, { timeout: 40_000 })
  await card.getByRole('button', { name: '请示值班长' }).click()
  await expect(card.getByRole('textbox', { name: '请示内容' })).toHaveValue(/不予受理/)
  await page.screenshot({ path: info.outputPath('ask.png') })
  await page.keyboard.press('Control+Enter')
  await expect(card).toHaveCount(0)
  await expect(file).toContainText('请示值班长')

  await other.keyboard.press('Alt+w')
  await other.getByRole('row').filter({ hasText: number }).click()
  const there = other.getByRole('complementary', { name: '案件' })
  await expect(there).toContainText('经核实，现场未发现所反映的问题')
  await other.keyboard.press('p')
  await expect(other.getByRole('form', { name: '批示' })).toBeVisible()
  await other.keyboard.press('1')
  await other.screenshot({ path: info.outputPath('decide.png') })
  await other.keyboard.press('Enter')
  await expect(file).toContainText('按现有办理结果执行')
  expect(district.hub.present.findCase(district.subCenter, id)?.head.request).toBeNull()
})

test('a step that holds again later is changed and applied, with its words and whom it was for', async ({
  district,
  openPage,
}, info) => {
  const { id, number } = district.reportFromField({ place: '喇嘛庄村东口' })
  const leader = district.accounts.find(({ role }) => role === 'duty-leader')!
  const actor = { id: leader.id, name: leader.name, role: leader.role }
  const assignee = { kind: 'station' as const, id: '110112104201', name: '小堡村网格工作站' }
  for (const kind of ['accept', 'file'] as const) district.hub.take(district.subCenter, id, { kind, actor, input })
  const page = await openPage()
  await signIn(page, district)
  await page.getByRole('row').filter({ hasText: number }).click()
  const file = page.getByRole('complementary', { name: '案件' })
  await expect(file).toContainText('待派遣')
  await district.stopHub()
  await expect(page.getByTestId('outage')).toBeVisible()
  await page.keyboard.press('d')
  const form = page.getByRole('form', { name: '派遣' })
  await expect(form.getByRole('option').first()).toBeVisible()
  const chosen = ((await form.getByRole('option').first().locator('strong, .name').first().textContent()) ?? '').trim()
  await page.keyboard.press('1')
  await form.getByRole('textbox', { name: /备注/ }).fill('现场有积水，请带抽水泵')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByTestId('unsent')).toContainText('1')
  await district.startHub()
  // Somebody dispatches it first; whoever got it gives it back.
  district.hub.take(district.subCenter, id, { kind: 'dispatch', actor, input: { ...input, assignee } })
  const card = file.getByRole('group', { name: '“派遣”没有办成' })
  await expect(card).toContainText(leader.name, { timeout: 40_000 })
  await expect(card.getByRole('button', { name: '再办一次' })).toBeDisabled()
  district.returnCase(id, '不属于本单位职责范围')
  await expect(card.getByRole('button', { name: '再办一次' })).toBeEnabled()
  await expect(card).toContainText('不属于本单位职责范围')
  await card.focus()
  await page.keyboard.press('2')
  await expect(form.getByRole('textbox', { name: /备注/ })).toHaveValue('现场有积水，请带抽水泵')
  await page.screenshot({ path: info.outputPath('again.png') })
  await form.getByRole('textbox', { name: /备注/ }).press('Control+Enter')
  await expect(card).toHaveCount(0)
  await expect.poll(() => district.hub.present.findCase(district.subCenter, id)?.head.state).toBe('dispatched')
  const last = district.hub.present.findCase(district.subCenter, id)?.steps.at(-1)
  expect(last).toMatchObject({ kind: 'dispatch', remark: '现场有积水，请带抽水泵' })
  expect(district.hub.present.findCase(district.subCenter, id)?.head.assignee?.name).toContain(chosen)
})
