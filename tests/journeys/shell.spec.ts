/** The shell in a real Electron: what a page may do, and what it may not. */
import { type ElectronApplication, expect, type Page, test } from '@playwright/test'
import { findElectron } from '../../build/electron-runtime.ts'
import { launchShell } from './electron-app.ts'
import { consolePage, media, renderer, startDoor, type TestWindow } from './shell/door.ts'

const runtime = await findElectron()

test.skip(runtime.kind === 'none', runtime.kind === 'none' ? runtime.reason : '')

function found() {
  if (runtime.kind === 'none') throw new Error(runtime.reason)
  return runtime
}

/** Addresses that the shell's log says it did not go to. */
const denied = (shell: ElectronApplication) =>
  shell.evaluate(({ app }) => {
    const log = process.getBuiltinModule('fs').readFileSync(`${app.getPath('userData')}/logs/shell.log`, 'utf8')
    const lines = log.split('\n').filter((line) => line.includes('navigation denied'))
    return lines.map((line) => (JSON.parse(line) as { url: string }).url)
  })

test.describe('a shell that is attached to a native program', () => {
  let door: Awaited<ReturnType<typeof startDoor>>
  let shell: ElectronApplication
  let page: Page

  test.beforeEach(async () => {
    door = await startDoor()
    shell = await launchShell({ runtime: found(), attachUrl: door.address, renderer })
    page = await consolePage(shell)
  })
  test.afterEach(async () => {
    await shell.close()
    await door.kiosk.close()
  })

  test('the page is sandboxed, has named functions only, and a policy that denies by default', async () => {
    expect(page.url()).toBe('console://app/')
    const seen = await page.evaluate(() => ({
      names: Object.keys((window as unknown as TestWindow).shellTest.bridge).sort(),
      node: [
        typeof (globalThis as Record<string, unknown>)['require'],
        typeof (globalThis as { process?: unknown }).process,
      ],
      isSecure: isSecureContext,
    }))
    const names = ['connect', 'displays', 'onLink', 'openWall']
    expect(seen).toEqual({ names, node: ['undefined', 'undefined'], isSecure: true })
    const answer = await shell.evaluate(async ({ net }) => {
      const { headers } = await net.fetch('console://app/')
      return headers.get('content-security-policy')
    })
    expect(answer).toContain("default-src 'none'; script-src 'self';")
    expect(answer).toContain(`connect-src ${media} ${media.replace('http', 'ws')};`)
    const arguments_ = await shell.evaluate(() => process.argv)
    expect(arguments_).not.toContain('--no-sandbox')
  })

  test('nothing outside the renderer is served', async () => {
    const statuses = await shell.evaluate(({ net }) => {
      const addresses = [
        '../package.json',
        '%2e%2e/%2e%2e/package.json',
        '..%2fpackage.json',
        'assets',
        '.hidden.js',
        '//etc/passwd',
      ]
      return Promise.all(addresses.map(async (path) => (await net.fetch(`console://app/${path}`)).status))
    })
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404])
    expect(
      await shell.evaluate(async ({ net }) => (await net.fetch('console://app/', { method: 'POST' })).status),
    ).toBe(405)
  })

  test('a page cannot go elsewhere, open windows or frames, and only a telephone number leaves the shell', async () => {
    await shell.evaluate(({ shell }) => {
      const outside: string[] = []
      Object.assign(globalThis, { outside })
      shell.openExternal = (url: string) => (outside.push(url), Promise.resolve())
    })
    await page.evaluate(() => {
      window.open('https://example.com/')
      window.open('tel:+861069540000')
      window.open('file:///etc/passwd')
      const frame = document.createElement('iframe')
      frame.src = 'https://example.com/'
      document.body.append(frame)
      window.location.href = 'https://example.com/'
    })
    await expect
      .poll(() => shell.evaluate(() => (globalThis as unknown as { outside: string[] }).outside))
      .toEqual(['tel:+861069540000'])
    await expect.poll(() => denied(shell)).toContain('https://example.com/')
    expect(page.url()).toBe('console://app/')
    expect(shell.windows()).toHaveLength(1)
    expect(await page.evaluate(() => document.querySelector('iframe')?.contentDocument)).toBe(null)
  })

  test('only what the page has made itself is saved, once for each key or click, under a plain name', async () => {
    await shell.evaluate(({ session }) => {
      const seen: { name: string; isPrevented: boolean }[] = []
      Object.assign(globalThis, { seen })
      session.defaultSession.on('will-download', (event, item) => {
        const name = item.getSaveDialogOptions().defaultPath?.split('/').at(-1) || item.getURL().slice(0, 5)
        seen.push({ name, isPrevented: event.defaultPrevented })
        // Nobody could answer the dialog here.
        if (!event.defaultPrevented) event.preventDefault()
      })
    })
    type Seen = typeof globalThis & { seen: { name: string; isPrevented: boolean }[] }
    const last = () => shell.evaluate(() => (globalThis as Seen).seen.at(-1))
    const save = (name: string, address?: string) =>
      page.evaluate(
        ([download, other]) => {
          const href = other ?? URL.createObjectURL(new Blob(['text']))
          Object.assign(document.createElement('a'), { href, download }).click()
        },
        [name, address] as const,
      )
    // Nobody has pressed anything yet.
    await save('unasked.zip')
    await expect.poll(last).toEqual({ name: 'blob:', isPrevented: true })
    await page.keyboard.press('s')
    await save('data.csv', 'data:text/csv,a')
    await expect.poll(last).toEqual({ name: 'data:', isPrevented: true })
    await save('../整改.exe')
    await expect.poll(last).toEqual({ name: expect.stringMatching(/整改\.exe\.file$/), isPrevented: false })
    await save('again.zip')
    await expect.poll(last).toEqual({ name: 'blob:', isPrevented: true })
  })

  test('permissions that have no reason are denied, those of the table are granted', async () => {
    const states = await page.evaluate(async () => {
      const names = [
        'notifications',
        'clipboard-write',
        'window-management',
        'camera',
        'geolocation',
        'clipboard-read',
        'midi',
      ]
      const state = async (name: string) => (await navigator.permissions.query({ name: name as PermissionName })).state
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await state(name)])))
    })
    expect(states).toEqual({
      notifications: 'granted',
      'clipboard-write': 'granted',
      'window-management': 'granted',
      camera: 'granted',
      geolocation: 'denied',
      'clipboard-read': 'denied',
      midi: 'denied',
    })
    const code = await page.evaluate(
      () =>
        new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve('given'),
            ({ code }) => resolve(code),
          ),
        ),
    )
    expect(code).toBe(1)
  })
})
