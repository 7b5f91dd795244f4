/** Installs what is missing on this machine, saying what and why; skips what is there. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** @typedef {'chromium' | 'fonts' | 'ffmpeg' | 'xvfb' | 'services'} Need */

const root = new URL('..', import.meta.url).pathname
const pinnedNode = join(root, 'node_modules/.bin/node')
const stamp = join(root, 'node_modules/.set-up')

/** @type {Record<Need, {packages: string[], why: string, isThere: () => boolean, without?: string}>} */
const needs = {
  chromium: {
    packages: ['chromium'],
    why: 'shows the console where Electron is not installed, and runs the journeys',
    isThere: () =>
      Boolean(process.env.SUBCENTER_CHROMIUM) || ['chromium', 'chromium-browser', 'google-chrome'].some(onPath),
  },
  fonts: {
    packages: ['fonts-noto-cjk'],
    why: 'Chinese text on the screens',
    isThere: hasChineseFont,
  },
  ffmpeg: {
    packages: ['ffmpeg'],
    why: "makes the simulated cameras' pictures",
    isThere: () => onPath('ffmpeg'),
  },
  xvfb: {
    packages: ['xvfb', 'xauth'],
    why: 'a display for the journeys, on a machine without one',
    isThere: () => onPath('Xvfb'),
  },
  services: {
    packages: ['postgresql', 'redis-server'],
    why: 'the hub at scale is tested on them; this takes about a minute',
    isThere: () => existsSync('/usr/lib/postgresql') && existsSync('/usr/bin/redis-server'),
    without: 'the tests of the hub at scale will be skipped',
  },
}

/**
 * Path of the Node to run with, or null when something is missing that only the user can install.
 * @param {readonly Need[]} wanted
 * @returns {Promise<string | null>}
 */
export async function setUp(wanted) {
  if (!installNpmPackages()) return null
  const missing = wanted.map((name) => needs[name]).filter(({ isThere }) => !isThere())
  const required = missing.filter(({ without }) => !without)
  if (required.length > 0 && !installDebianPackages(required)) return null
  for (const need of missing.filter(({ without }) => without))
    if (!installDebianPackages([need])) console.log(`set-up: ${need.packages.join(', ')} left out: ${need.without}`)
  return findNode()
}

/** @param {Need} name */
export const isThere = (name) => needs[name].isThere()

function installNpmPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true
  say('npm packages, as pinned in package-lock.json (the libraries, Node 24 and the build tools)')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) {
    console.error('set-up: npm ci failed; is the npm registry reachable?')
    return false
  }
  writeFileSync(stamp, wanted)
  return true
}

/** @param {{packages: string[], why: string}[]} missing */
function installDebianPackages(missing) {
  const packages = missing.flatMap((need) => need.packages)
  for (const need of missing) say(`${need.packages.join(', ')} (${need.why})`)
  if (!onPath('apt-get')) {
    console.error(`set-up: this is no Debian; install what corresponds to: ${packages.join(' ')}`)
    return false
  }
  return asRoot(packages)
}

/**
 * Which of these Debian packages are not installed; none where this is no Debian.
 * @param {readonly string[]} packages
 */
export function missingPackages(packages) {
  if (!onPath('dpkg-query')) return []
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\\n', ...packages], {
    encoding: 'utf8',
  })
  const installed = new Set(stdout.split('\n').filter((line) => line.endsWith(' installed')))
  return packages.filter((name) => !installed.has(`${name} installed`))
}

/**
 * Installs Debian packages, or says how, when this is not root.
 * @param {readonly string[]} packages
 */
export function asRoot(packages) {
  if (process.getuid?.() !== 0) {
    console.error(
      `set-up: not root. Please run, then start again:\n  sudo apt-get install --no-install-recommends ${packages.join(' ')}`,
    )
    return false
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { env, stdio: /** @type {['ignore', 'ignore', 'inherit']} */ (['ignore', 'ignore', 'inherit']) }
  spawnSync('apt-get', ['update', '-qq'], options)
  const { status } = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options)
  if (status !== 0) console.error(`set-up: apt-get could not install ${packages.join(' ')}`)
  return status === 0
}

function findNode() {
  if (existsSync(pinnedNode)) return pinnedNode
  const major = Number(process.versions.node.split('.')[0])
  if (major === 24) return process.execPath
  console.error(
    `set-up: no pinned Node for ${process.platform}-${process.arch}; please install Node 24 (this is ${major}) and start again`,
  )
  return null
}

/** @param {string} what */
function say(what) {
  console.log(`set-up: installing ${what}`)
}

/** @param {string} program */
function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

function hasChineseFont() {
  const folders = ['/usr/share/fonts', '/usr/local/share/fonts', join(process.env.HOME ?? '/', '.fonts')]
  const isChinese = /NotoSansCJK|NotoSansSC|SourceHanSans|wqy|msyh/i
  return folders.some(
    (folder) =>
      existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => isChinese.test(String(name))),
  )
}
