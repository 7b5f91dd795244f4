/** Every screen in both themes: text stands out from its ground (AA), and every control has a name. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, signIn, test } from './journey.ts'

test.use({ history: 30, trace: 'off' })

const rules = [
  ...['color-contrast', 'button-name', 'link-name', 'label', 'select-name', 'input-button-name', 'image-alt'],
  ...['aria-command-name', 'aria-input-field-name', 'aria-toggle-field-name', 'aria-dialog-name', 'svg-img-alt'],
  ...['aria-progressbar-name', 'summary-name', 'aria-tooltip-name', 'aria-treeitem-name', 'role-img-alt'],
]

/** What is wrong, a line for each element: empty is well. */
async function faultsOf(page: Page, screen: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withRules(rules).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${screen}: ${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
  )
}

for (const theme of ['dark', 'light'] as const)
  test(`every screen can be read in the ${theme} theme`, async ({ district, openPage }) => {
    test.setTimeout(180_000)
    const page = await openPage()
    const faults: string[] = []
    const check = async (screen: string) => void faults.push(...(await faultsOf(page, screen)))
    const go = (hash: string) => page.evaluate((to) => void (location.hash = to), hash)
    await page.evaluate((wanted) => localStorage.setItem('console.theme', wanted), theme)
    await page.reload()
    await expect(page.locator(`html[data-theme=${theme}]`)).toBeVisible()
    await expect(page.getByLabel('账号')).toBeVisible()
    await check('sign-in')

    await signIn(page, district, 'duty-leader')
    await expect(page.getByRole('banner')).toContainText('在线')
    const reported = district.reportFromField({ place: '疃里村北口' })
    district.supervise(reported.id, 'district', '今日办结')
    const row = page.getByRole('grid').getByRole('row', { name: new RegExp(reported.number) })
    await row.click()
    const file = page.getByRole('complementary', { name: '案件' })
    await expect(file.getByRole('toolbar')).toBeVisible()
    await check('queue and case')
    await page.keyboard.press('Alt+1')
    await expect(page.getByRole('grid').locator('[aria-expanded]').first()).toBeVisible()
    await page.keyboard.press('x')
    await expect(page.getByRole('form', { name: '不予受理' })).toBeVisible()
    await check('groups and a step')
    await page.keyboard.press('Escape')
    await page.getByRole('grid').focus()
    await page.keyboard.press('i')
    await expect(page.getByRole('complementary', { name: '登记新案件' })).toBeVisible()
    await check('new case')
    await page.keyboard.press('Escape')
    for (const [key, screen] of [
      ['Alt+g', 'alarms'],
      ['Control+k', 'palette'],
      ['?', 'sheet'],
    ] as const) {
      await page.keyboard.press(key)
      await page.waitForLoadState('networkidle')
      await check(screen)
      await page.keyboard.press('Escape')
    }

    const screens: [hash: string, shown: () => Promise<void>][] = [
      ['#/wall', () => expect(page.getByRole('main')).toContainText('摄像机')],
      ['#/cameras', () => expect(page.getByRole('main')).toContainText('还没有摄像机')],
      ['#/cameras?panel=add', () => expect(page.getByText('设备服务地址')).toBeVisible()],
      ['#/cameras?panel=files', () => expect(page.getByRole('button', { name: '选择文件' })).toBeVisible()],
      ['#/cameras?panel=find', () => expect(page.getByText('询问时用的账号')).toBeVisible()],
      ['#/map', () => expect(page.getByRole('application')).toBeVisible()],
      ['#/handover', () => expect(page.getByRole('main')).toContainText('交接')],
      ['#/instructions', () => expect(page.getByRole('main')).toContainText('指令')],
      ['#/sync', () => expect(page.getByText('没有等待上报的步骤')).toBeVisible()],
      ['#/print/open', () => expect(page.getByRole('article', { name: '断网应急单' })).toBeVisible()],
      ['#/manual', () => expect(page.getByRole('heading', { name: '值班手册' })).toBeVisible()],
      [`#/print/case/${reported.id}`, () => expect(page.getByRole('article', { name: '案卷' })).toBeVisible()],
    ]
    for (const [hash, shown] of screens) {
      await go(hash)
      await shown()
      await check(hash)
    }
    expect(faults.join('\n')).toBe('')
  })
