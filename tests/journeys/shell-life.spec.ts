/** The shell in a real Electron: what survives what, and which windows there are. */
import { type ElectronApplication, expect, type Page, test } from '@playwright/test'
import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { pino } from 'pino'
import { findElectron } from '../../build/electron-runtime.ts'
import { startKiosk } from '../../native/kiosk/kiosk-server.ts'
import { launchShell, makeHome, prepareShell, startShell } from './electron-app.ts'
import { consolePage, renderer, startDoor, type TestWindow } from './shell/door.ts'

const runtime = await findElectron()
const nativeEntry = new URL('./shell/native.ts', import.meta.url).pathname

test.skip(runtime.kind === 'none', runtime.kind === 'none' ? runtime.reason : '')

/** Closed after each test, the last one first, also when it failed. */
const closers: (() => unknown)[] = []
test.afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function found() {
  if (runtime.kind === 'none') throw new Error(runtime.reason)
  return runtime
}

/** Keeps the shell's questions from waiting for a person: answers with these buttons, one after another. */
async function answerQuestions(shell: ElectronApplication, buttons: number[]): Promise<void> {
  await shell.evaluate(({ dialog }, answers) => {
    const asked: string[] = []
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = ((options: { message: string; detail?: string }) => {
      asked.push(`${options.message} ${options.detail}`)
      return Promise.resolve({ response: answers.shift() ?? 3, checkboxChecked: false })
    }) as unknown as typeof dialog.showMessageBox
  }, buttons)
}
const questions = (shell: ElectronApplication) =>
  shell.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)

const reloads = (shell: ElectronApplication) =>
  shell.evaluate(({ webContents }) => {
    const counted = { loads: 0 }
    Object.assign(globalThis, { counted })
    webContents.getAllWebContents()[0]?.on('did-finish-load', () => (counted.loads += 1))
  })
const loads = (shell: ElectronApplication) =>
  shell.evaluate(() => (globalThis as unknown as { counted: { loads: number } }).counted.loads)

test.describe('a shell that is attached to a native program', () => {
  let door: Awaited<ReturnType<typeof startDoor>>
  let shell: ElectronApplication
  let page: Page

  test.beforeEach(async () => {
    door = await startDoor()
    closers.push(() => door.kiosk.close())
    shell = await launchShell({ runtime: found(), attachUrl: door.address, renderer })
    closers.push(() => shell.close())
    page = await consolePage(shell)
  })
  test('a page calls native over its port, hears when native is gone, and a native program started anew lets nobody in', async () => {
    const frame = await page.evaluate(async () => {
      const { shellTest } = window as unknown as TestWindow
      const { port } = await shellTest.connect()
      Object.assign(window, { port, closing: shellTest.closed(port!) })
      return await shellTest.call(port!, '/link/retry')
    })
    expect(JSON.parse(frame)).toMatchObject({ p: { b: { json: null } } })

    await door.kiosk.close()
    expect(await page.evaluate(() => (window as unknown as { closing: Promise<string> }).closing)).toBe('closed')
    const again = () => page.evaluate(async () => (await (window as unknown as TestWindow).shellTest.connect()).answer)
    expect(await again()).toBe('unreachable')

    const port = Number(new URL(door.address).port)
    const log = pino({ enabled: false })
    const other = await startKiosk({
      port,
      rendererFolder: renderer,
      allowedOrigins: ['console://app'],
      log,
      onAddress() {},
    })
    await expect.poll(again).toBe('refused')
    await other.close()
  })

  test('a page that dies is loaded again once, and then a person is asked', async () => {
    await answerQuestions(shell, [1, 2, 0])
    await reloads(shell)
    const crash = () =>
      shell.evaluate(({ webContents }) => webContents.getAllWebContents()[0]?.forcefullyCrashRenderer())
    await crash()
    await expect.poll(() => loads(shell)).toBe(1)
    expect(await questions(shell)).toEqual([])
    await crash()
    await expect.poll(() => loads(shell)).toBe(2)
    const asked = await questions(shell)
    expect(asked).toHaveLength(3)
    expect(asked[0]).toContain('界面意外停止')
    expect(asked[1]).toContain('crashed')
    expect(asked[2]).toMatch(/报告文件已生成.*report-.*\.txt/s)
  })

  test('three ends of the GPU process start the shell again without acceleration; two do not', async () => {
    await shell.evaluate(({ app }) => {
      const ended = { relaunches: [] as string[][], quit: app.quit.bind(app) }
      Object.assign(globalThis, { ended })
      app.relaunch = (options) => void ended.relaunches.push(options?.args ?? [])
      app.quit = () => undefined
    })
    type Ended = typeof globalThis & { ended: { relaunches: string[][]; quit: () => void } }
    const end = (reason: string) =>
      shell.evaluate(({ app }, why) => {
        const details = { type: 'GPU', reason: why, exitCode: 1 }
        ;(app as unknown as NodeJS.EventEmitter).emit('child-process-gone', {}, details)
        return (globalThis as Ended).ended.relaunches
      }, reason)
    expect(await end('crashed')).toEqual([])
    expect(await end('clean-exit')).toEqual([])
    expect(await end('crashed')).toEqual([])
    const [relaunched] = await end('abnormal-exit')
    expect(relaunched?.at(-1)).toBe('--without-acceleration')
    expect(relaunched).toContain('--attach')
    await shell.evaluate(({ app }) => {
      app.quit = (globalThis as Ended).ended.quit
    })
  })

  test('an error nobody expected in the shell itself asks a person', async () => {
    await answerQuestions(shell, [1, 3])
    await shell.evaluate(({ app }) => {
      app.exit = (code) => void Object.assign(globalThis, { exited: code })
      process.emit('uncaughtException', new Error('made for this test'))
    })
    await expect.poll(() => shell.evaluate(() => (globalThis as { exited?: number }).exited)).toBe(1)
    expect((await questions(shell)).join()).toContain('made for this test')
  })

  test('a wall has one window, which moves home when its display goes', async () => {
    await page.evaluate(() => (window as unknown as TestWindow).shellTest.bridge.openWall(1, 0))
    await expect.poll(() => shell.windows().length).toBe(2)
    await page.evaluate(() => (window as unknown as TestWindow).shellTest.bridge.openWall(1, 0))
    const walls = await shell.evaluate(({ BrowserWindow, screen }) => {
      const all = BrowserWindow.getAllWindows().map((window) => window.webContents.getURL())
      // As if the only display had been another one.
      const [real] = screen.getAllDisplays()
      screen.getAllDisplays = () => [{ ...real!, id: 4711, workArea: { x: 40, y: 40, width: 900, height: 700 } }]
      screen.getPrimaryDisplay = () => screen.getAllDisplays()[0]!
      ;(screen as unknown as NodeJS.EventEmitter).emit('display-removed', {}, real)
      return all
    })
    expect(walls.filter((url) => url.endsWith('#/wall?window=1'))).toHaveLength(1)
    const bounds = () =>
      shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.getBounds().x >= 40))
    await expect.poll(bounds).toEqual([true, true])
    await expect(
      page.evaluate(() => (window as unknown as TestWindow).shellTest.bridge.openWall(1, '0' as never)),
    ).rejects.toThrow()
  })
})

test('a shell that hosts the native program starts it again when it dies, and the page reconnects', async () => {
  const shell = await launchShell({ runtime: found(), nativeEntry, renderer })
  closers.push(() => shell.close())
  const page = await consolePage(shell)
  const crash = () =>
    page.evaluate(async () => {
      const { shellTest } = window as unknown as TestWindow
      const { answer, port } = await shellTest.connect()
      const frame = await shellTest.call(port!, '/session/watch')
      const closed = shellTest.closed(port!)
      void shellTest.call(port!, '/session/signOut')
      return { answer, hasFrame: frame.length > 0, closed: await closed }
    })
  expect(await crash()).toEqual({ answer: 'connected', hasFrame: true, closed: 'closed' })
  expect(await crash()).toEqual({ answer: 'connected', hasFrame: true, closed: 'closed' })
  const answer = await page.evaluate(async () => (await (window as unknown as TestWindow).shellTest.connect()).answer)
  expect(answer).toBe('connected')
})

test('a second start hands its link to the first and ends; the windows stand where they were', async () => {
  const home = await makeHome()
  closers.push(() => rm(home, { recursive: true, force: true }))
  const prepared = await prepareShell({
    runtime: found(),
    nativeEntry,
    renderer,
    home,
    arguments: ['subcenter-console://camera/C1'],
  })
  closers.push(() => prepared[Symbol.dispose]())
  let shell = await startShell(prepared)
  closers.push(() => shell.close())
  let page = await consolePage(shell)
  const links = () => page.evaluate(() => (window as unknown as TestWindow).shellTest.links)
  await expect.poll(links).toEqual(['camera/C1'])

  const { command, args, cwd, env } = prepared
  const second = spawn(
    command,
    [...args.slice(0, -1), 'subcenter-console://case/TZ-2026-1123-0457', 'subcenter-console://case/../x'],
    { cwd, env, stdio: 'ignore' },
  )
  closers.push(() => second.kill('SIGKILL'))
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0)
  await expect.poll(links).toEqual(['camera/C1', 'case/TZ-2026-1123-0457'])
  expect(shell.windows()).toHaveLength(1)

  await page.evaluate(() => (window as unknown as TestWindow).shellTest.bridge.openWall(1, 0))
  await expect.poll(() => shell.windows().length).toBe(2)
  const place = { x: 120, y: 80, width: 1000, height: 700 }
  await shell.evaluate(
    ({ BrowserWindow }, bounds) =>
      BrowserWindow.getAllWindows()
        .find((window) => window.webContents.getURL().endsWith('/'))
        ?.setBounds(bounds),
    place,
  )
  await shell.close()

  shell = await startShell(prepared)
  await expect.poll(() => shell.windows().length).toBe(2)
  page = await consolePage(shell)
  const places = await shell.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.getBounds()),
  )
  expect(places).toContainEqual(place)
})
