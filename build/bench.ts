/** `npm run bench -- NAME [--quick]`: builds the renderer and runs one bench of tests/bench. */
import { existsSync, readdirSync } from 'node:fs'
import { buildRenderer } from './build.ts'

const folder = new URL('../tests/bench/', import.meta.url)
const [name = '', ...rest] = process.argv.slice(2)
const file = new URL(`${name}.bench.ts`, folder)
if (!/^[\w-]+$/.test(name) || !existsSync(file)) {
  const known = readdirSync(folder).flatMap((entry) => /^(.+)\.bench\.ts$/.exec(entry)?.[1] ?? [])
  console.error(`npm run bench -- NAME [--quick], where NAME is one of: ${known.join(', ')}`)
  process.exit(2)
}
await buildRenderer()
process.argv = [process.argv[0] ?? '', file.pathname, ...rest]
await import(file.href)
