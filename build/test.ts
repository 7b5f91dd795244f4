/**
 * `npm test`: check, unit tests, fifty schedules of faults and journeys, then one line that counts them all.
 * The Electron journeys run where the official runtime is installed, or with SUBCENTER_TEST_ELECTRON=npm in a test runtime.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { asRoot, isThere, missingPackages } from './set-up.mjs'
import { buildRenderer } from './build.ts'
import { electronDebianPackages, findElectron, isTestElectronAllowed } from './electron-runtime.ts'
import { installTestElectron } from './electron-test-runtime.ts'

interface Count {
  passed: number
  failed: number
  skipped: number
}

const out = new URL('out/', import.meta.url).pathname
const bin = new URL('../node_modules/.bin/', import.meta.url).pathname

function run(program: string, args: readonly string[]): boolean {
  console.log(`\n> ${program} ${args.join(' ')}`)
  return spawnSync(program === 'node' ? process.execPath : bin + program, args, { stdio: 'inherit' }).status === 0
}

function check(): Count {
  const results = [
    run('node', ['build/check-types.ts']),
    run('eslint', ['--config', 'build/eslint.config.js', '--max-warnings', '0', '.']),
    run('prettier', ['--check', '--log-level', 'warn', '.']),
    run('knip', ['--config', 'build/knip.config.ts']),
  ]
  const failed = results.filter((isGood) => !isGood).length
  return { passed: results.length - failed, failed, skipped: 0 }
}

function unit(): Count {
  const report = `${out}unit.json`
  rmSync(report, { force: true })
  const isGood = run('vitest', [
    'run',
    '--config',
    'build/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  const result = read<{
    numPassedTests: number
    numFailedTests: number
    numPendingTests: number
    numTodoTests: number
  }>(report)
  if (!result) return { passed: 0, failed: 1, skipped: 0 }
  const failed = Math.max(result.numFailedTests, isGood ? 0 : 1)
  return { passed: result.numPassedTests, failed, skipped: result.numPendingTests + result.numTodoTests }
}

function journeys(): Count {
  const report = `${out}journeys.json`
  rmSync(report, { force: true })
  const isGood = run('playwright', ['test', '--config', 'build/playwright.config.ts'])
  const result = read<{ stats: { expected: number; unexpected: number; flaky: number; skipped: number } }>(report)
  if (!result) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, unexpected, flaky, skipped } = result.stats
  return { passed: expected, failed: Math.max(unexpected + flaky, isGood ? 0 : 1), skipped }
}

/** The same fifty schedules every time; a failing one ends them, and prints how to repeat it. */
function faults(): Count {
  const args = ['tests/faults/run-faults.ts', '--schedules', '50', '--seed', '20261123']
  console.log(`\n> node ${args.join(' ')}`)
  const { stdout, status } = spawnSync(process.execPath, args, {
    stdio: ['inherit', 'pipe', 'inherit'],
    encoding: 'utf8',
    timeout: 15 * 60_000,
  })
  console.log(stdout)
  const last = /\{"faults":\{"schedules":(\d+)/.exec(stdout)
  const failed = status === 0 && last ? 0 : 1
  return { passed: Math.max(0, Number(last?.[1] ?? 0) - failed), failed, skipped: 0 }
}

function read<T>(file: string): T | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    return null
  }
}

/** Says which Electron the journeys will run in, and fetches the test runtime where it was asked for. */
async function prepareElectron(): Promise<void> {
  if (isTestElectronAllowed(process.env)) {
    const missing = missingPackages(electronDebianPackages)
    const isReady = missing.length === 0 || asRoot(missing)
    if (isReady && (await findElectron()).kind === 'none') await installTestElectron()
  }
  const found = await findElectron()
  if (found.kind === 'none') console.log(`\nElectron journeys will be skipped: ${found.reason}`)
  else console.log(`\nElectron journeys run in the ${found.kind} runtime ${found.version}`)
}

mkdirSync(out, { recursive: true })
const counts = [check(), unit(), faults()]
await prepareElectron()
await buildRenderer()
counts.push(journeys())
const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0)
const electron = await findElectron()
if (electron.kind === 'none') console.log(`\nskipped in Electron: ${electron.reason}`)
if (!isThere('services')) console.log('\nskipped: the hub at scale (postgresql and redis-server are not installed)')
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
process.exitCode = sum('failed') === 0 ? 0 : 1
