/**
 * Starts the shell in an Electron for a journey: on a display of its own where there is none, and as an unprivileged user
 * with nothing of this process's environment, because a test runtime's provenance is unverified.
 */
import { _electron, type ElectronApplication } from '@playwright/test'
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { chmod, chown, cp, link, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bundleChild, bundleNative, bundleShell } from '../../build/electron-bundle.ts'
import type { ElectronFound } from '../../build/electron-runtime.ts'

/** Debian's `nobody` and `nogroup`: owns nothing and may do nothing. */
const nobody = { user: 65534, group: 65534 }
const root = new URL('../..', import.meta.url).pathname
const startLimitMs = 60_000

export interface Launch {
  runtime: Extract<ElectronFound, { path: string }>
  /** A native program that runs by itself, e.g. `http://127.0.0.1:40001/#/enter/TICKET`. */
  attachUrl?: string
  /** The operator's configuration, where the shell hosts the native program: only in an official runtime. */
  configFile?: string
  /** Further arguments, e.g. a link. */
  arguments?: readonly string[]
  /** Kept between two launches by whoever made it; absent: a new one. */
  home?: string
  /** Folder with `index.html` instead of the built renderer. */
  renderer?: string
  /** Source of another native program for the shell to host, one without a database. */
  nativeEntry?: string
}

/** Hard links where the file system allows: the runtime is a quarter of a gigabyte, and root's folders are closed to others. */
async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) await linkFolder(source, target)
    else await link(source, target).catch(() => cp(source, target))
  }
}

/** The application as it would be packaged, in a folder that anybody may read. */
async function stageApplication(folder: string, launch: Launch): Promise<void> {
  const { renderer = path.join(root, 'build/out/renderer'), nativeEntry, configFile } = launch
  const out = path.join(folder, 'build/out')
  await mkdir(out, { recursive: true })
  await cp(path.join(root, 'package.json'), path.join(folder, 'package.json'))
  await cp(renderer, path.join(out, 'renderer'), { recursive: true })
  await bundleShell(path.join(out, 'electron'))
  if (nativeEntry !== undefined) await bundleChild(path.join(out, 'native'), nativeEntry)
  if (configFile === undefined) return
  await bundleNative(path.join(out, 'native'))
  const database = 'node_modules/better-sqlite3'
  await cp(path.join(root, database), path.join(folder, database), { recursive: true })
}

/** A folder that its user may write to. */
export async function makeHome(): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'shell-home-'))
  if (process.getuid?.() === 0) await chown(home, nobody.user, nobody.group)
  return home
}

/** Xvfb chooses a free number itself and writes it down when it is ready. */
async function openDisplay(): Promise<{ name: string; server: ChildProcess | null }> {
  if (process.env['DISPLAY']) return { name: process.env['DISPLAY'], server: null }
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', () => reject(new Error('Xvfb ended before it was ready.')))
    server.stdio[3]?.once('data', (data: Buffer) => resolve(data.toString().trim()))
  })
  return { name: `:${number}`, server }
}

/** Becomes nobody and then the runtime: Playwright keeps its pipes and its process. */
async function writeWrapper(file: string, executable: string): Promise<string> {
  const { user, group } = nobody
  const become = `setpriv --reuid=${user} --regid=${group} --clear-groups --inh-caps=-all --bounding-set=-all`
  await writeFile(file, `#!/bin/sh\nexec ${become} "${executable}" "$@"\n`)
  await chmod(file, 0o755)
  return file
}

/** What the shell is given of an environment: a display, a home and a language. */
const environmentOf = (home: string, display: string) => ({
  HOME: home,
  TMPDIR: home,
  DISPLAY: display,
  PATH: '/usr/bin:/bin',
  LANG: 'C.UTF-8',
  LANGUAGE: 'zh_CN',
})

export interface PreparedShell extends Disposable {
  command: string
  /** Begins with the application's folder. */
  args: string[]
  cwd: string
  env: Record<string, string>
}

/** Everything for a start; closed by its caller after the shell has ended. */
export async function prepareShell(launch: Launch): Promise<PreparedShell> {
  const { runtime, attachUrl, configFile } = launch
  if (configFile !== undefined && runtime.kind === 'test')
    throw new Error('The test runtime cannot open the database: start the native program by itself and attach to it.')
  // Synchronous, so that it is done even when the application's end is the last thing a worker sees.
  using opening = new DisposableStack()
  const stage = await mkdtemp(path.join(tmpdir(), 'shell-'))
  opening.defer(() => rmSync(stage, { recursive: true, force: true }))
  await chmod(stage, 0o755)
  await stageApplication(path.join(stage, 'app'), launch)
  let home = launch.home
  if (home === undefined) {
    const made = (home = await makeHome())
    opening.defer(() => rmSync(made, { recursive: true, force: true }))
  }
  let command = runtime.path
  if (process.getuid?.() === 0) {
    await linkFolder(runtime.folder, path.join(stage, 'runtime'))
    command = await writeWrapper(path.join(stage, 'electron'), path.join(stage, 'runtime', 'electron'))
  }
  const display = await openDisplay()
  opening.defer(() => void display.server?.kill())
  const opened = opening.move()
  return {
    command,
    args: [
      path.join(stage, 'app'),
      ...(attachUrl === undefined ? [] : ['--attach', attachUrl]),
      ...(configFile === undefined ? [] : ['--config', configFile]),
      ...(launch.arguments ?? []),
    ],
    cwd: stage,
    env: environmentOf(home, display.name),
    [Symbol.dispose]: () => opened.dispose(),
  }
}

/** Drives a prepared shell; what was prepared outlives it. */
export async function startShell({ command, args, cwd, env }: PreparedShell): Promise<ElectronApplication> {
  return await _electron.launch({
    executablePath: command,
    args,
    cwd,
    env,
    // Without this Playwright adds --no-sandbox.
    chromiumSandbox: true,
    timeout: startLimitMs,
  })
}

/** Prepares and starts; closing the application also removes what was prepared. */
export async function launchShell(launch: Launch): Promise<ElectronApplication> {
  const prepared = await prepareShell(launch)
  try {
    const application = await startShell(prepared)
    application.once('close', () => prepared[Symbol.dispose]())
    return application
  } catch (error) {
    prepared[Symbol.dispose]()
    throw error
  }
}
