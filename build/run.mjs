#!/usr/bin/env node
/**
 * `npm run NAME` comes here: sets up what NAME needs and is missing, then runs it under the pinned Node.
 * Plain JavaScript without dependencies, because it must run in a fresh clone under any Node >= 20.
 */
import { spawn } from 'node:child_process'
import { setUp } from './set-up.mjs'

/** @type {Record<string, {script: string, needs: readonly import('./set-up.mjs').Need[]}>} */
const commands = {
  demo: { script: 'build/demo.ts', needs: ['chromium', 'fonts', 'ffmpeg'] },
  start: { script: 'build/start.ts', needs: ['chromium', 'fonts'] },
  test: { script: 'build/test.ts', needs: ['chromium', 'fonts', 'ffmpeg', 'xvfb', 'services'] },
  district: { script: 'tests/district/main.ts', needs: ['ffmpeg', 'fonts'] },
  build: { script: 'build/build.ts', needs: [] },
  bench: { script: 'build/bench.ts', needs: ['chromium', 'fonts', 'ffmpeg'] },
  conformance: { script: 'tests/conformance/main.ts', needs: [] },
  faults: { script: 'tests/faults/run-faults.ts', needs: [] },
  package: { script: 'build/package.ts', needs: [] },
}

const [name = '', ...rest] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  console.error(`npm run ${name}: unknown. Known: ${Object.keys(commands).join(', ')}`)
  process.exit(2)
}
const node = await setUp(command.needs)
if (!node) process.exit(1)

const child = spawn(node, [command.script, ...rest], { stdio: 'inherit' })
// Ctrl-C reaches the whole group from a terminal; a signal sent to this process alone is handed on.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal === 'SIGINT' ? 'SIGTERM' : signal))
}
child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
