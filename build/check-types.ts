/** Type-checks every folder with its own tsconfig, two at a time, and fails when one fails. */
import { spawn } from 'node:child_process'

const projects = [
  ['tsc', 'native/contract'],
  ['tsc', 'native'],
  ['vue-tsc', 'renderer'],
  ['tsc', 'electron'],
  ['tsc', 'tests'],
  ['tsc', 'build'],
] as const

async function check([compiler, folder]: (typeof projects)[number]): Promise<boolean> {
  const child = spawn(`node_modules/.bin/${compiler}`, ['--noEmit', '--project', `${folder}/tsconfig.json`], {
    stdio: 'inherit',
  })
  return await new Promise((resolve) => child.once('exit', (code) => resolve(code === 0)))
}

const waiting = [...projects]
const results: boolean[] = []
const worker = async () => {
  for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await check(next))
}
await Promise.all([worker(), worker()])
process.exitCode = results.every(Boolean) ? 0 : 1
