/**
 * `npm run package [-- --installers]`: packages the console as far as this machine allows, checks what is inside, and says
 * what was made and what was not. Installers (deb, AppImage, NSIS) need tools that electron-builder downloads, so they are asked for.
 */
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { Arch, build, type Configuration, Platform } from 'electron-builder'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildRenderer } from './build.ts'
import config from './electron-builder.config.ts'
import { bundleNative, bundleShell } from './electron-bundle.ts'
import { filesOf, problemsOf } from './electron-contents.ts'
import { findElectron } from './electron-runtime.ts'
import { makeStandIn } from './electron-stand-in.ts'

const root = new URL('..', import.meta.url).pathname
const out = path.join(root, 'build/out/package')
const arch = process.arch === 'arm64' ? Arch.arm64 : Arch.x64
const platform = `linux-${Arch[arch]}`

/** Makes `linux-unpacked` from a runtime's folder. */
async function packFolder(electronDist: string, output: string): Promise<string> {
  const options: Configuration = { ...config, electronDist, directories: { ...config.directories, output } }
  await build({ projectDir: root, targets: Platform.LINUX.createTarget('dir', arch), config: options })
  const name = arch === Arch.arm64 ? 'linux-arm64-unpacked' : 'linux-unpacked'
  return path.join(output, name)
}

/** Reads the fuses back from the executable and compares them with what is configured. */
async function fuseProblems(executable: string): Promise<string[]> {
  const wire = await getCurrentFuseWire(executable)
  const state = (fuse: FuseV1Options) => String.fromCharCode(Number(wire[fuse])) === '1'
  const names: Readonly<Record<string, FuseV1Options>> = {
    runAsNode: FuseV1Options.RunAsNode,
    enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
    enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
    enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
    onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
    loadBrowserProcessSpecificV8Snapshot: FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
    grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges,
  }
  const wanted = config.electronFuses as Readonly<Record<string, boolean>>
  return Object.entries(names)
    .filter(([name, fuse]) => state(fuse) !== wanted[name])
    .map(([name]) => `fuse ${name} is not as configured`)
}

/** Everything that is wrong with an unpacked application. */
async function check(folder: string): Promise<string[]> {
  const files = filesOf(path.join(folder, 'resources', 'app.asar'))
  const problems = problemsOf(files, platform)
  problems.push(...(await fuseProblems(path.join(folder, 'subcenter-console'))))
  if (existsSync(path.join(folder, 'resources', 'default_app.asar'))) problems.push('default_app.asar came along')
  if (existsSync(path.join(folder, '.test-runtime'))) problems.push('this is the test runtime, which is never packaged')
  const locales = await readdir(path.join(folder, 'locales'))
  if (locales.length !== 2) problems.push(`locales are ${locales.join(', ')}`)
  if (problems.length === 0)
    console.log(`checked: ${files.length} files, each on the list; 8 fuses read back as configured`)
  return problems
}

async function makeInstallers(electronDist: string): Promise<string[]> {
  const made: string[] = []
  for (const target of ['deb', 'AppImage']) {
    try {
      made.push(
        ...(await build({
          projectDir: root,
          targets: Platform.LINUX.createTarget(target, arch),
          config: { ...config, electronDist },
        })),
      )
    } catch (error) {
      console.log(`not made: ${target} (${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)})`)
    }
  }
  return made
}

/** Packs around something that is no runtime and keeps only the application's own files. */
async function rehearse(): Promise<string[]> {
  const work = await mkdtemp(path.join(tmpdir(), 'package-'))
  try {
    const { version } = JSON.parse(await readFile(path.join(root, 'node_modules/electron/package.json'), 'utf8')) as {
      version: string
    }
    await makeStandIn(path.join(work, 'runtime'), version)
    const folder = await packFolder(path.join(work, 'runtime'), path.join(work, 'out'))
    const problems = await check(folder)
    const contents = path.join(out, `contents-${platform}`)
    await mkdir(contents, { recursive: true })
    for (const name of ['app.asar', 'app.asar.unpacked'])
      await rename(path.join(folder, 'resources', name), path.join(contents, name))
    const { size } = await stat(path.join(contents, 'app.asar'))
    console.log(
      `made: ${path.relative(root, contents)}/app.asar (${(size / 1e6).toFixed(1)} MB), the application's own files`,
    )
    console.log(
      'not made: an application that runs, and installers: the official Electron runtime is not installed here.',
    )
    console.log('  Where its download is reachable: npx install-electron --no && npm run package -- --installers')
    console.log('  NSIS is configured and is made on Windows; it was not reached here.')
    return problems
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function packageWith(folder: string, version: string, wantsInstallers: boolean): Promise<string[]> {
  const made = await packFolder(folder, out)
  const problems = await check(made)
  console.log(`made: ${path.relative(root, made)}, with the official Electron ${version}`)
  if (problems.length > 0) return problems
  if (!wantsInstallers) console.log('not made: installers; they need downloads: npm run package -- --installers')
  else for (const file of await makeInstallers(folder)) console.log(`made: ${path.relative(root, file)}`)
  return problems
}

const { values } = parseArgs({ options: { installers: { type: 'boolean', default: false } } })
await buildRenderer()
await bundleShell()
await bundleNative()
await rm(out, { recursive: true, force: true })
// The test runtime does not count: it is never packaged.
const electron = await findElectron({ ...process.env, SUBCENTER_TEST_ELECTRON: undefined })
const problems =
  electron.kind === 'official'
    ? await packageWith(electron.folder, electron.version, values.installers)
    : await rehearse()
for (const problem of problems) console.error(`wrong: ${problem}`)
process.exitCode = problems.length === 0 ? 0 : 1
